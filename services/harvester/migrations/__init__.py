"""History of the PostgreSQL schema `harvester`."""
