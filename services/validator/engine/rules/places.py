"""Places and countries by the code officiel géographique; `scripts/build_rule_data.py` makes them.

Read once per process, when a schema first asks for them: communes take 40 ms and 12 MB.
"""

import gzip
import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

FIRST_YEAR = 2023


@cache
def facts() -> Mapping[str, Any]:
    """Everything but the communes, as the data file has it."""
    text = (resources.files(__package__) / "data" / "places.json").read_text("utf-8")
    return MappingProxyType(json.loads(text))


def last_year() -> int:
    """The newest year of the data."""
    return int(facts()["years"][1])


def known_year(year: int | None) -> int:
    """The year whose list serves: the nearest there is, the newest for None."""
    return last_year() if year is None else max(FIRST_YEAR, min(year, last_year()))


@cache
def _communes() -> tuple[tuple[str, int, str], ...]:
    packed = (resources.files(__package__) / "data" / "communes.tsv.gz").read_bytes()
    lines = gzip.decompress(packed).decode("utf-8").splitlines()
    return tuple(
        (code, int(bits), name) for code, bits, name in (line.split("\t") for line in lines)
    )


def _bit(year: int | None) -> int:
    return 1 << (known_year(year) - FIRST_YEAR)


@cache
def commune_codes(year: int | None) -> frozenset[str]:
    """Communes, communes delegated and associated, municipal arrondissements, overseas too."""
    bit = _bit(year)
    return frozenset(code for code, bits, _ in _communes() if code and bits & bit)


@cache
def former_commune_codes(year: int | None) -> frozenset[str]:
    """Codes of another year that this one does not have."""
    return frozenset(code for code, _, _ in _communes() if code) - commune_codes(year)


@cache
def commune_names(year: int | None) -> frozenset[str]:
    """Names of the same."""
    bit = _bit(year)
    return frozenset(name for _, bits, name in _communes() if name and bits & bit)


@cache
def canton_names(year: int | None) -> frozenset[str]:
    """Cantons and pseudo-cantons; a year without a list of its own has the newest one."""
    by_year: Mapping[str, list[str]] = facts()["cantons_by_year"]
    own = by_year.get(str(known_year(year)), by_year[max(by_year)])
    return frozenset((*facts()["cantons"], *own))


@cache
def postal_codes() -> frozenset[str]:
    """Codes by which La Poste serves a commune, overseas and Monaco included."""
    return frozenset(facts()["postal_codes"].split())


RENAMED_IN_2016 = {
    "Alsace-Champagne-Ardenne-Lorraine": "Grand Est",
    "Aquitaine-Limousin-Poitou-Charentes": "Nouvelle-Aquitaine",
    "Languedoc-Roussillon-Midi-Pyrénées": "Occitanie",
    "Nord-Pas-de-Calais-Picardie": "Hauts-de-France",
}
"""Names by which the régions of 2016 went until the decrees of that September."""


@cache
def regions(year: int | None) -> Mapping[str, str]:
    """Name by code; those of before the reform for years up to 2015."""
    return MappingProxyType(facts()["regions" if year is None or year > 2015 else "regions_2015"])


@cache
def region_names(year: int | None) -> frozenset[str]:
    """With the provisional names for 2016."""
    names = frozenset((*regions(year).values(), *_other_spellings()))
    return names | frozenset(RENAMED_IN_2016) if year == 2016 else names


@cache
def region_codes(year: int | None) -> frozenset[str]:
    """Two digits, three overseas."""
    return frozenset(regions(year))


@cache
def departement_names() -> frozenset[str]:
    """Overseas collectivities included."""
    return frozenset((*facts()["departements"].values(), *_other_spellings()))


def _other_spellings() -> list[str]:
    """Official spellings of collectivities that the two sources write differently."""
    spellings: list[str] = facts()["other_spellings"]
    return spellings


@cache
def departement_codes() -> frozenset[str]:
    """Of the same."""
    return frozenset(facts()["departements"])


@cache
def country_names() -> frozenset[str]:
    """Every usual French name of a country or territory."""
    return frozenset(facts()["countries"]["names"])


@cache
def country_codes(letters: int) -> frozenset[str]:
    """ISO 3166-1, of two letters or three."""
    return frozenset(pair[letters - 2] for pair in facts()["countries"]["codes"])
