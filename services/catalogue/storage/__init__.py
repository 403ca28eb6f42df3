"""PostgreSQL schema `catalogue`: tables, and one store per aggregate."""
