"""The commands of ``python -m lab_code``, one file each.

Each has ``register``, which adds its parser, and ``run``. What takes a while to import is imported
when a command runs.
"""
