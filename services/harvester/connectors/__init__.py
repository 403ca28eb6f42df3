"""One folder per kind of portal: a fetcher that does the I/O and a pure parser."""
