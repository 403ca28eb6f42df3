"""Sources, runs, items, datasets and files as values; their states and the only moves."""
