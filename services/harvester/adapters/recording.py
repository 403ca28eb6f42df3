"""The way to the network of one listing: counts what it costs, remembers what was asked."""

from collections.abc import Mapping

from services.harvester.connectors.contract import Answer, Getter
from services.harvester.models.listings import AskedPage, RememberedPage, digest

_REQUESTS_LIMIT = 200
"""Requests of one page that are remembered; a page of more is read anew each time."""


class RecordingGetter:
    """A `Getter` for one listing. `take` gives what was asked since it was last called."""

    def __init__(self, getter: Getter) -> None:
        self._getter = getter
        self._asked: list[AskedPage] | None = []
        self._primed: dict[str, Answer] = {}
        self.requests = 0
        self.received = 0

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, limit: int | None = None
    ) -> Answer:
        """As the getter beneath, but for an answer that `is_unchanged` has just brought."""
        answer = self._primed.pop(url, None)
        if answer is None:
            answer = await self._counted(url, headers or {}, limit)
        self._note(url, headers or {}, answer)
        return answer

    async def is_unchanged(self, page: RememberedPage, *, limit: int) -> bool:
        """Whether every request of the page is answered as it was: 304, or the same body.

        An answer that differs is kept for the connector, which asks for it next.
        """
        for asked in page.requests:
            answer = await self._counted(asked.url, asked.conditional_headers(), limit)
            conditional = asked.etag or asked.last_modified
            if answer.status == 304 and conditional:
                continue
            if answer.status != 200 or digest(answer.body) != asked.sha256:
                if answer.status == 200:
                    self._primed = {asked.url: answer}
                return False
        return True

    def take(self) -> tuple[AskedPage, ...]:
        """Requests since the last call; empty when they cannot be repeated as they were."""
        asked, self._asked = self._asked, []
        return tuple(asked or ())

    def spent(self) -> tuple[int, int]:
        """Requests and bytes since the last call."""
        cost = (self.requests, self.received)
        self.requests = self.received = 0
        return cost

    async def _counted(self, url: str, headers: Mapping[str, str], limit: int | None) -> Answer:
        self.requests += 1
        answer = await self._getter.get(url, headers=headers, limit=limit)
        self.received += len(answer.body)
        return answer

    def _note(self, url: str, headers: Mapping[str, str], answer: Answer) -> None:
        if self._asked is None:
            return
        if answer.status != 200 or len(self._asked) >= _REQUESTS_LIMIT:
            self._asked = None
            return
        self._asked.append(
            AskedPage(
                url=url,
                headers=dict(headers),
                etag=answer.headers.get("etag"),
                last_modified=answer.headers.get("last-modified"),
                sha256=digest(answer.body),
            )
        )
