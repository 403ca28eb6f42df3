"""A result made readable: report, plain text, CSV, HTML page."""
