"""History of the PostgreSQL schema `validator`."""
