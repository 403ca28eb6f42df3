"""Which licence is meant: by id, title, address, and at last by a slip of the pen."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from services.harvester.connectors.values.texts import folded
from services.harvester.connectors.vocabularies import vocabulary

_ADDRESS = re.compile(r"(?:https?:)?//([^\s<>\"'()]+)", re.IGNORECASE)
_NO_LICENCE = frozenset({"license", "licence", "copyright", "otherrestrictions"})
_ACCESS = re.compile(
    r"limitationsonpublicaccess|conditionsapplyingtoaccessanduse/no|restrictions? d.acc|"
    r"acc[eè]s public|authority/access-right/|no limitations?\b|aucune (?:restriction|condition)",
    re.IGNORECASE,
)
_SHORTEST_FOR_DISTANCE = 8


class Licence(NamedTuple):
    """`id` is udata's (lov2, odc-odbl …) or `None`; `raw` is the portal's own text."""

    id: str | None
    raw: str | None


def resolve_licence(texts: Iterable[str]) -> Licence:
    """The first text that names a known licence; else the first text, unresolved."""
    raw = None
    for text in texts:
        if not (stripped := text.strip()) or stripped.lower() in _NO_LICENCE:
            continue
        if limits_access(stripped):
            continue
        if found := _resolve(stripped):
            return Licence(found, stripped)
        raw = raw or stripped
    return Licence(None, raw)


def limits_access(text: str) -> bool:
    """Whether a text says who may see the data, which INSPIRE has put beside their licence."""
    return bool(_ACCESS.search(text))


def _resolve(text: str) -> str | None:
    ids = {entry["id"] for entry in vocabulary("licences")}
    if text.lower() in ids:
        return text.lower()
    wanted = _plain(text)
    for licence, title in _titles():
        if wanted == title:
            return licence
    addresses = [_address(match[1]) for match in _ADDRESS.finditer(text)] or [_address(text)]
    found = {licence for licence, known in _addresses() if known in addresses}
    return found.pop() if len(found) == 1 else _nearest(wanted)


def _nearest(wanted: str) -> str | None:
    """One licence whose title is at most two edits away. Never a guess between two.

    A digit apart is another version, not a slip.
    """
    if len(wanted) < _SHORTEST_FOR_DISTANCE:
        return None
    digits = re.sub(r"\D", "", wanted)
    near = {
        licence
        for licence, title in _titles()
        if re.sub(r"\D", "", title) == digits and _within(wanted, title, 2)
    }
    return near.pop() if len(near) == 1 else None


def _within(first: str, second: str, limit: int) -> bool:
    """Whether the Levenshtein distance is at most `limit`."""
    if abs(len(first) - len(second)) > limit:
        return False
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
        if min(row) > limit:
            return False
    return row[-1] <= limit


def _titles() -> Iterator[tuple[str, str]]:
    for entry in vocabulary("licences"):
        for title in entry["titles"]:
            yield entry["id"], _plain(title)


def _addresses() -> Iterator[tuple[str, str]]:
    for entry in vocabulary("licences"):
        for address in entry["addresses"]:
            yield entry["id"], _address(address)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9.]+", " ", folded(text)).split())


def _address(text: str) -> str:
    bare = re.sub(r"^https?://", "", text.strip().lower()).rstrip("/.,;")
    return bare.removeprefix("www.")
