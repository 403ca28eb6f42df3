"""The harvester, as the command line calls it."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote
from uuid import UUID

from shared.clients.base import ServiceClient
from shared.contracts.harvest import (
    AttentionView,
    HarvestJobView,
    HostView,
    ItemView,
    NewSource,
    ProgressView,
    RunView,
    SourceView,
)

PREFIX = "/api/harvester/v1"


class HarvesterClient(ServiceClient):
    """Writes need a key with the scope `harvest`."""

    service = "moissonneur"

    async def sources(self) -> list[SourceView]:
        """Every source, on all pages."""
        return [SourceView.model_validate(item) async for item in self._items("sources")]

    async def create_source(self, source: NewSource) -> SourceView:
        """Add a source. Raises `UpstreamRefusal` when it exists or its portal is unknown."""
        answer = await self.call("POST", f"{PREFIX}/sources", body=source)
        return SourceView.model_validate_json(answer.content)

    async def find_or_create_source(self, source: NewSource) -> SourceView:
        """The organisation's source at that address with that configuration, added if needed."""
        for known in await self.sources():
            same = (known.organization_id, known.url.rstrip("/"), known.config) == (
                source.organization_id,
                source.url.rstrip("/"),
                source.config,
            )
            if same:
                return known
        return await self.create_source(source)

    async def change_source(self, source_id: UUID, **changes: Any) -> SourceView:
        """Change what is given."""
        answer = await self.call("PATCH", f"{PREFIX}/sources/{source_id}", json=changes)
        return SourceView.model_validate_json(answer.content)

    async def remove_source(self, source_id: UUID) -> None:
        """Hide the source and stop its schedule; its datasets are kept."""
        await self.call("DELETE", f"{PREFIX}/sources/{source_id}")

    async def start_run(self, source_id: UUID, *, full: bool = False) -> RunView:
        """Harvest the source now; the run under way when there is one. `full`: believe nothing
        of what the portal says is unchanged.
        """
        params = {"full": "true"} if full else None
        answer = await self.call("POST", f"{PREFIX}/sources/{source_id}/runs", params=params)
        return RunView.model_validate_json(answer.content)

    async def run(self, run_id: UUID) -> RunView:
        """A run with its account."""
        answer = await self.call("GET", f"{PREFIX}/runs/{run_id}")
        return RunView.model_validate_json(answer.content)

    async def runs(self, source_id: UUID, *, limit: int = 10) -> list[RunView]:
        """The last runs of a source, the newest first."""
        answer = await self.call(
            "GET", f"{PREFIX}/sources/{source_id}/runs", params={"page_size": limit}
        )
        return [RunView.model_validate(item) for item in answer.json()["items"]]

    async def items(self, run_id: UUID, state: str, *, limit: int = 20) -> list[ItemView]:
        """The first datasets of a run that are in a state, or have a word of its account."""
        answer = await self.call(
            "GET", f"{PREFIX}/runs/{run_id}/items", params={"state": state, "page_size": limit}
        )
        return [ItemView.model_validate(item) for item in answer.json()["items"]]

    async def decide(self, run_id: UUID, *, archive: bool) -> RunView:
        """Answer a run that asks whether to archive."""
        answer = await self.call(
            "POST", f"{PREFIX}/runs/{run_id}/decision", json={"archive": archive}
        )
        return RunView.model_validate_json(answer.content)

    async def progress(self) -> list[ProgressView]:
        """Runs under way."""
        answer = await self.call("GET", f"{PREFIX}/progress")
        return [ProgressView.model_validate(item) for item in answer.json()]

    async def attention(self) -> list[AttentionView]:
        """Sources that need somebody."""
        answer = await self.call("GET", f"{PREFIX}/attention")
        return [AttentionView.model_validate(item) for item in answer.json()]

    async def hosts(self) -> list[HostView]:
        """Servers that failed lately."""
        answer = await self.call("GET", f"{PREFIX}/hosts")
        return [HostView.model_validate(item) for item in answer.json()]

    async def wake_host(self, host: str) -> None:
        """End the rest of a server."""
        await self.call("DELETE", f"{PREFIX}/hosts/{quote(host, safe='')}")

    async def dead_jobs(self) -> list[HarvestJobView]:
        """Jobs whose attempts are used up."""
        return [
            HarvestJobView.model_validate(item) async for item in self._items("jobs", state="dead")
        ]

    async def relaunch(self, job_id: UUID) -> None:
        """Give a dead job its attempts again."""
        await self.call("POST", f"{PREFIX}/jobs/{job_id}/relaunch")

    async def _items(self, path: str, **params: Any) -> AsyncIterator[dict[str, Any]]:
        cursor: str | None = None
        while True:
            asked = {**params, "page_size": 100, **({"cursor": cursor} if cursor else {})}
            page = (await self.call("GET", f"{PREFIX}/{path}", params=asked)).json()
            for item in page["items"]:
                yield item
            cursor = page.get("next_cursor")
            if not cursor:
                return
