"""Trained networks that can be used again: their files, their cards, and what they say.

A lab keeps one with `lab_code.models.trained.keep`, beside its entry in the record; the site offers
it with its card, and ``python -m lab_code predict`` asks it about a signal.
"""
