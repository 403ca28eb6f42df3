"""Use cases of the validator. They own the transactions and know no settings."""
