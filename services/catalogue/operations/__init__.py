"""Use cases of the catalogue; each owns its transaction."""
