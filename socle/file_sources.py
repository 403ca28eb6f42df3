"""The sources of a configuration file beside those that are there: found, changed or added."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from shared.clients.harvester import HarvesterClient
from shared.contracts.harvest import NewSource, SourceView

_SAID = ("name", "kind", "config", "schedule")
"""What the file decides of a source. Whether it is paused is the operator's own."""

_Portal = tuple[UUID, str]


async def apply_sources(
    wanted: Sequence[NewSource], harvester: HarvesterClient
) -> tuple[list[SourceView], int]:
    """Make the sources that the file names what it says of them; they, and how many of those that
    were there have changed.
    """
    there = paired(wanted, await harvester.sources())
    applied, changed = [], 0
    for new, known in zip(wanted, there, strict=True):
        if known is None:
            applied.append(await harvester.create_source(new))
        elif changes := _changes(new, known):
            applied.append(await harvester.change_source(known.id, **changes))
            changed += 1
        else:
            applied.append(known)
    return applied, changed


def paired(wanted: Sequence[NewSource], known: Sequence[SourceView]) -> list[SourceView | None]:
    """For each source of the file the one that it stands for: with the same options, or, where
    one alone is left on both sides of those that the member has at that address, that one with
    its options changed. `None`: there is none yet.
    """
    left = {source.id: source for source in known}
    found: dict[int, SourceView] = {}
    for place, new in enumerate(wanted):
        for source in left.values():
            if _portal(source) == _portal(new) and source.config == new.config:
                found[place] = left.pop(source.id)
                break
    places: dict[_Portal, list[int]] = defaultdict(list)
    for place, new in enumerate(wanted):
        if place not in found:
            places[_portal(new)].append(place)
    for portal, unfound in places.items():
        others = [source for source in left.values() if _portal(source) == portal]
        if len(unfound) == len(others) == 1:
            found[unfound[0]] = others[0]
    return [found.get(place) for place in range(len(wanted))]


def _portal(source: NewSource | SourceView) -> _Portal:
    return source.organization_id, source.url.rstrip("/")


def _changes(new: NewSource, known: SourceView) -> dict[str, Any]:
    return {
        name: getattr(new, name) for name in _SAID if getattr(new, name) != getattr(known, name)
    }
