"""Typed HTTP clients, one for each service."""
