"""Scores of what is published, and what would raise them.

Pure: facts of a dataset go in (`facts`), points per criterion come out (`criteria` lists
them, `mqa`, `datagouv` and `own` compute them, `score` puts them together); `advice` turns what is
missing into things to do. No network, no database, no clock.
"""
