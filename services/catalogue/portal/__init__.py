"""The public web site: server-rendered pages over the same operations as the API."""
