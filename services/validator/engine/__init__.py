"""The validation engine: bytes and a schema in, findings in no language out. Pure."""
