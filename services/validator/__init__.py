"""The validator: checks files against the schemas of the socle commun."""
