"""Codes in pictures: reading a picture from a file, cleaning it, and finding what its codes say. No camera here."""
