"""History of the PostgreSQL schema `catalogue`."""
