"""The harvester: brings in the datasets of every portal of the members."""
