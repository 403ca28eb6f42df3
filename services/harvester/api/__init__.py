"""HTTP: sources, runs and their items, jobs for the operator."""
