"""PostgreSQL and Valkey of the platform itself, for a machine that offers neither."""
