"""The search index: derived from PostgreSQL, held by each process, never the truth.

`documents` says what is indexed, `queries` what is asked, `lists` and `facets` what is read,
`spelling` and `names` what is proposed, `live` how the index follows the database.
"""
