"""Handlers of the validator's jobs: thin, repeatable up to their last transaction."""
