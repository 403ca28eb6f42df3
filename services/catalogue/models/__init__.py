"""What the catalogue talks about: frozen values and pure decisions."""
