"""Who may do what: the organisations of the platform and their API keys.

The platform belongs to a syndicate; its members are organisations. This package is the
one place where they are stored (PostgreSQL schema `access`) and where keys are checked,
for the three services alike.
"""
