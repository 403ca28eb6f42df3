"""Portals of the demonstration: real towns, invented data."""
