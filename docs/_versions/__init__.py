"""The released versions of the book: building and listing them."""
