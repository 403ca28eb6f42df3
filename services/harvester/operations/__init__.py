"""The use cases. They own the transactions and are given values and collaborators."""
