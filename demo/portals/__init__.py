"""The portals: the same datasets behind the interfaces of different portal software."""
