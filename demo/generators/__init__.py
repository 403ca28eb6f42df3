"""Invented content, one module per family of subjects; every function is a `Generator`."""
