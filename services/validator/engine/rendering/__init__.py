"""A result made readable: report, plain text, CSV, HTML page; each is loaded on its own."""
