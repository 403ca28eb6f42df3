"""The catalogue: indexes datasets and verdicts for search, statistics and the portal."""
