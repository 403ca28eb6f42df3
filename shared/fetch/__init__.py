"""The one way to the web: every address of a stranger is fetched through `Fetcher`.

It dials no private address (unless the operator named the host), stops at limits of
size, time, headers and redirects, and never inflates a bomb.
"""

from shared.fetch.addresses import AllowedHosts, is_forbidden
from shared.fetch.client import Fetcher, user_agent
from shared.fetch.dialing import Resolver
from shared.fetch.errors import FetchFailed, FetchRefused, FetchTimeout, FetchTooLarge
from shared.fetch.results import FetchLimits, FetchResult, FetchStream, RequestOptions
from shared.fetch.urls import file_name

__all__ = [
    "AllowedHosts",
    "FetchFailed",
    "FetchLimits",
    "FetchRefused",
    "FetchResult",
    "FetchStream",
    "FetchTimeout",
    "FetchTooLarge",
    "Fetcher",
    "RequestOptions",
    "Resolver",
    "file_name",
    "is_forbidden",
    "user_agent",
]
