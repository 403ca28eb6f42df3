"""What the validator does to the world: files, processes, other services."""
