"""The harvester against a loopback portal: rates, requests, memory, silent hosts."""
