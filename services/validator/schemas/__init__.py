"""The register of schemas: the socle commun built in, the national register beside it.

Works without a network. `SchemaRegister` answers which schema a reference means and gives
its descriptor; `match` finds the schema of a file from its columns.
"""
