"""What of a change is an event, and telling it with the change."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.described import Described, Row
from services.catalogue.models.event import EventKind
from services.catalogue.storage.events import EventStore

_AWAITED = "pending"
_SAYS_NOTHING = "no-schema"


def is_news(resource: Row) -> bool:
    """Whether the verdict of a file is not the one last told; one that is awaited is none."""
    return resource["verdict"] not in {_AWAITED, resource["announced_verdict"]}


def dataset_event(kind: EventKind, described: Described) -> dict[str, Any]:
    """A dataset is new, gone or back."""
    return _event(kind, described, described.dataset["schemas"])


def verdict_events(described: Iterable[Described]) -> Iterator[dict[str, Any]]:
    """One for each file whose verdict is news; a first one that says nothing is none."""
    for one in described:
        for file in one.resources:
            before = file["announced_verdict"]
            if is_news(file) and (before is not None or file["verdict"] != _SAYS_NOTHING):
                schemas = [file["schema_name"]] if file["schema_name"] else []
                yield {
                    **_event(EventKind.VERDICT_CHANGED, one, schemas),
                    "resource_id": file["id"],
                    "before": before,
                    "after": file["verdict"],
                }


async def tell_verdicts(session: AsyncSession, described: Iterable[Described]) -> None:
    """Tell what is news of these datasets' files, and note that it was told: under the writers'
    lock, so once, however often the caller comes back.
    """
    datasets = sorted(described, key=lambda one: one.id)
    store = EventStore(session)
    await store.note_verdicts(
        [file["id"] for one in datasets for file in one.resources if is_news(file)]
    )
    await store.add(list(verdict_events(datasets)))


def _event(kind: EventKind, described: Described, schemas: list[str]) -> dict[str, Any]:
    dataset = described.dataset
    return {
        "kind": kind.value,
        "dataset_id": described.id,
        "organization_id": dataset["organization_id"],
        "territory_path": dataset["territory_path"],
        "schemas": schemas,
        "resource_id": None,
        "before": None,
        "after": None,
    }
