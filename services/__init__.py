"""The three services. They never import one another."""
