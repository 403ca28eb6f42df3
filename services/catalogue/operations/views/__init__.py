"""Views made for the schemas of the socle: what a table says, for those who would rather look.

One module per kind of table. Each reads the typed table of a resource (ADR 0015), the rows
without error only, and gives values that a page draws.
"""
