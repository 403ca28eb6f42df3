"""Following an address as far as its status: the body is left where it is."""

from shared.fetch import Fetcher


class LinkFollower:
    """Asks with GET, because many servers answer HEAD wrongly, and hangs up at once."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher

    async def status(self, url: str) -> int:
        """The HTTP status at the end of the redirections. Raises what the fetcher raises."""
        async with self._fetcher.stream(url) as answer:
            return answer.status
