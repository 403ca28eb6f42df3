"""What the three services have in common; knows none of them."""
