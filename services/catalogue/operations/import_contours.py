"""Take contours from a file of IGN, Etalab or the geo API."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shapely.geometry import MultiPolygon

from services.catalogue.models.contours import (
    Contour,
    DrawnTerritory,
    Level,
    read_features,
    simplified,
    united,
)
from services.catalogue.models.territory import Territory
from services.catalogue.models.text import plain
from services.catalogue.storage.contours import ContourStore
from services.catalogue.storage.locks import lock_writers
from services.catalogue.storage.territories import TerritoryStore
from shared.db import Database
from shared.errors import InvalidInputError

# Which kinds of territory a level's codes may name. A Paris arrondissement is drawn as a
# commune in many files.
_KINDS: dict[Level, frozenset[str]] = {
    "commune": frozenset({"commune", "arrondissement"}),
    "epci": frozenset({"ca", "cc", "cu", "metro", "met69", "ept"}),
    "departement": frozenset({"departement"}),
    "region": frozenset({"region"}),
}


@dataclass(frozen=True)
class ImportedContours:
    """What an import did: territories by level, communes that merged, codes that name nothing."""

    by_level: dict[Level, int]
    merged: tuple[str, ...]
    unmatched: tuple[str, ...]


async def import_contours(
    database: Database, document: Any, *, source: str, level: Level | None = None
) -> ImportedContours:
    """Replace the contours of the territories that the document draws.

    Former codes lead to the present commune; several features of one commune become one
    outline. Raises `InvalidInputError` when the document cannot be read or names no
    territory at all; then nothing is changed.
    """
    drawn = list(read_features(document, level))
    async with database.begin() as session:
        named = await TerritoryStore(session).find(
            [code for feature in drawn for code, _ in feature.candidates]
        )
    grouped, unmatched = _matched(drawn, named)
    if not grouped:
        raise InvalidInputError(
            "Aucun code de ce fichier ne désigne un territoire connu"
            + (f" (le premier : « {unmatched[0]} »)." if unmatched else ".")
        )
    contours: list[Contour] = []
    merged: list[str] = []
    for drawn_level, by_code in grouped.items():
        merged.extend(code for code, shapes in by_code.items() if len(shapes) > 1)
        outlines = {
            code: shapes[0] if len(shapes) == 1 else united(shapes)
            for code, shapes in by_code.items()
        }
        contours.extend(simplified(outlines, drawn_level))
    async with database.begin() as session:
        await lock_writers(session)
        await ContourStore(session).save(contours, source)
    return ImportedContours(
        by_level={drawn_level: len(by_code) for drawn_level, by_code in grouped.items()},
        merged=tuple(sorted(merged)),
        unmatched=tuple(unmatched),
    )


def _matched(
    drawn: list[DrawnTerritory], named: Mapping[str, Territory]
) -> tuple[dict[Level, dict[str, list[MultiPolygon]]], list[str]]:
    grouped: dict[Level, dict[str, list[MultiPolygon]]] = defaultdict(lambda: defaultdict(list))
    unmatched: list[str] = []
    for feature in drawn:
        found = _territory(feature, named)
        if found is None:
            unmatched.append(feature.code)
        else:
            code, level = found
            grouped[level][code].append(feature.polygons)
    return grouped, unmatched


def _territory(feature: DrawnTerritory, named: Mapping[str, Territory]) -> tuple[str, Level] | None:
    """The territory that a feature draws: of several candidates, the one that has its name."""
    fitting = [
        (territory, level)
        for code, level in feature.candidates
        if (territory := named.get(code)) and territory.kind in _KINDS[level]
    ]
    if not fitting:
        return None
    territory, level = next(
        ((one, level) for one, level in fitting if plain(one.name) == plain(feature.name)),
        fitting[0],
    )
    return territory.code, level
