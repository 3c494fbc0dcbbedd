"""The book as one file to read offline or on paper: an EPUB and a PDF, made from the built site.

They say what the site says, as they are made from its pages; nothing runs again. ``book`` reads the
pages in their order, ``paper`` makes of each what needs no screen, ``epub`` and ``pdf`` bind them.
"""
