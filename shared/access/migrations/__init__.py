"""History of the PostgreSQL schema `access`."""
