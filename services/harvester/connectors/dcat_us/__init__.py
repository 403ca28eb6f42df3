"""DCAT-US 1.1 and 3.0 (`data.json`): plain JSON with DCAT's words. No kind of its own."""
