"""What the services say to one another: pydantic models, no I/O, no framework."""
