"""Word lists of the invented data."""
