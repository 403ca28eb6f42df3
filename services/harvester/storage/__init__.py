"""Tables of the PostgreSQL schema `harvester` and the stores on them. Stores never commit."""
