"""What the catalogue uses and did not write."""
