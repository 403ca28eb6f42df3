"""A national catalogue that never was: real towns, invented datasets, the same for a seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from services.catalogue.operations.shipped import shipped_lines
from shared.access.models import Organization, OrganizationKind
from shared.access.store import organization_id
from shared.contracts.catalogue import DatasetUpsert, ResourceUpsert
from shared.contracts.records import Publisher, SchemaReference

HERE = Path(__file__).parent
NAMESPACE = UUID("6b1d1c1e-6f0a-4f6e-9b1e-2f6c0f5f7a11")
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
YEARS = range(2017, 2027)
_SEED = 94
_LEAST_INHABITANTS = 2_000
_SMALL_TOWNS = 0.08  # share of those below that publish
_GROUPS = {"ca", "cc", "cu", "metro", "met69", "ept"}
_LICENSES = ("lov2", "lov2", "lov2", "fr-lo", "odc-odbl", "odc-odbl", "notspecified", None)
_FILLERS = (
    "Les données sont mises à jour chaque année par les services de la collectivité.",
    "Jeu de données publié dans le cadre de la loi pour une République numérique.",
    "Pour toute question, écrivez au service producteur.",
    "Le système de coordonnées est le Lambert 93.",
    "Les champs sont décrits dans le fichier joint ; les valeurs inconnues sont laissées vides.",
    "Extraction du système d'information géographique.",
    "Voir aussi les autres jeux de données du portail : budget, délibérations, équipements.",
)


@dataclass(frozen=True)
class Kind:
    """Something that many towns publish."""

    id: str
    titles: tuple[str, ...]
    descriptions: tuple[str, ...]
    keywords: tuple[str, ...]
    schema: str
    formats: tuple[str, ...]
    theme: str


@dataclass(frozen=True)
class Place:
    """A territory that publishes."""

    code: str
    level: str
    name: str
    siren: str
    population: int


def kinds() -> list[Kind]:
    """`kinds.txt`."""
    found = []
    for line in _lines("kinds.txt"):
        id_, titles, descriptions, keywords, schema, formats, theme = line
        found.append(
            Kind(
                id_,
                _parts(titles),
                _parts(descriptions),
                _parts(keywords),
                schema,
                _parts(formats),
                theme,
            )
        )
    return found


def queries(name: str = "queries.txt") -> list[tuple[str, UUID]]:
    """What is typed, and the dataset that should come first."""
    return [(typed, dataset_id(*wanted.split())) for typed, wanted in _lines(name)]


def blind_queries() -> list[tuple[str, UUID]]:
    """Those on which nothing was ever tuned: `blind.txt`."""
    return queries("blind.txt")


def dataset_id(*parts: str) -> UUID:
    """The id of an invented dataset."""
    return uuid5(NAMESPACE, "/".join(parts))


def organizations(size: int) -> list[Organization]:
    """Who publishes the `size` datasets."""
    return list({one.id: one for one in _with_owners(size)}.values())


def datasets(size: int) -> Iterator[DatasetUpsert]:
    """The first `size` datasets. Those that queries look for come with every size."""
    for place, kind, serial in _plan(size):
        yield _of_place(place, kind, serial)
    yield from (_national(line) for line in _lines("national.txt"))


def _with_owners(size: int) -> Iterator[Organization]:
    for place, _, _ in _plan(size):
        yield _owner(place)
    for line in _lines("national.txt"):
        yield _national_owner(line[2])


def _plan(size: int) -> Iterator[tuple[Place, Kind, int]]:
    """Which place publishes what. Queried towns publish everything once, others by their size."""
    places = _places()
    every = kinds()
    wanted = {parts[1] for _, line in _lines("queries.txt") if len(parts := line.split()) > 1}
    left = size - len(_lines("national.txt"))
    for place in (place for place in places if place.code in wanted):
        for kind in every[: max(0, left)]:
            yield place, kind, 0
        left -= len(every)
    draw = random.Random(_SEED)
    others = [
        place
        for place in places
        if place.code not in wanted
        and (place.population >= _LEAST_INHABITANTS or draw.random() < _SMALL_TOWNS)
    ]
    for serial in range(1_000):
        draw.shuffle(others)
        for place in others:
            for kind in draw.sample(every, min(len(every), 1 + int(place.population**0.5 / 25))):
                if left <= 0:
                    return
                yield place, kind, serial
                left -= 1


def _places() -> list[Place]:
    levels = {"commune": "commune", "departement": "departement", "region": "region"}
    return [
        Place(
            line["code"],
            "epci" if line["kind"] in _GROUPS else line["kind"],
            line["name"],
            line["siren"] or line["code"],
            int(line["population"] or 0),
        )
        for line in shipped_lines("territories")
        if line["kind"] in _GROUPS | levels.keys()
    ]


@cache
def _owner(place: Place) -> Organization:
    draw = random.Random(f"{_SEED}/{place.code}")
    forms = {
        "commune": ("Ville {dv}", "Ville {dv}", "Mairie {dv}", "Commune {dv}", "{v}"),
        "epci": ("{v}",),
        "departement": ("Département : {v}", "Conseil départemental - {v}"),
        "region": ("Région {v}",),
    }[place.level]
    name = _filled(draw.choice(forms), place.name, "")
    siren = place.siren if len(place.siren) == 9 else None
    return Organization(
        id=organization_id(siren=siren, name=f"{name} {place.code}"),
        name=name,
        kind=OrganizationKind(place.level),
        siren=siren,
        insee_code=place.code if place.level == "commune" else None,
        population=place.population,
    )


def _of_place(place: Place, kind: Kind, serial: int) -> DatasetUpsert:
    draw = random.Random(f"{_SEED}/{place.code}/{kind.id}/{serial}")
    year = str(draw.choice(YEARS))
    title = _filled(draw.choice(kind.titles), place.name, year)
    if draw.random() < 0.05:
        title = title.upper()
    if serial:
        title = f"{title} - {draw.choice(('archives', 'historique', 'extrait', 'version'))} {year}"
    sentences = [draw.choice(kind.descriptions), *draw.sample(_FILLERS, draw.randrange(4))]
    if draw.random() < 0.5:
        sentences.insert(1, "Périmètre : territoire {dv}.")
    owner = _owner(place)
    key = (kind.id, place.code, *([str(serial)] if serial else []))
    return DatasetUpsert(
        id=dataset_id(*key),
        organization_id=owner.id,
        revision=NOW,
        remote_id="-".join(key),
        remote_url=f"https://portail.exemple.fr/jeux/{'-'.join(key)}",
        title=title,
        description=_filled(" ".join(sentences), place.name, year),
        publisher=Publisher(name=owner.name),
        license=draw.choice(_LICENSES),
        keywords=draw.sample(kind.keywords, draw.randrange(len(kind.keywords) + 1)),
        themes=[kind.theme] if draw.random() < 0.7 else [],
        modified=NOW - timedelta(days=int(draw.expovariate(1 / 500))),
        archived=draw.random() < 0.03 and serial > 0,
        resources=list(_resources(key, kind, draw)),
    )


def _resources(key: Sequence[str], kind: Kind, draw: random.Random) -> Iterator[ResourceUpsert]:
    for position in range(draw.choice((1, 1, 1, 2, 2, 3))):
        name = f"{'-'.join(key)}-{position}"
        file_format = draw.choice(kind.formats)
        declared = kind.schema and draw.random() < 0.6
        yield ResourceUpsert(
            id=uuid5(NAMESPACE, f"resource/{name}"),
            remote_id=name,
            title=f"{kind.id}_{position}.{file_format}",
            url=f"https://portail.exemple.fr/fichiers/{name}.{file_format}",
            format=file_format,
            schema_ref=SchemaReference(name=kind.schema) if declared else None,
            availability=draw.choice(("available", "available", "available", "unavailable")),
            checked_at=NOW,
        )


def _national_owner(name: str) -> Organization:
    return Organization(
        id=organization_id(siren=None, name=name), name=name, kind=OrganizationKind.OTHER
    )


def _national(line: Sequence[str]) -> DatasetUpsert:
    id_, title, publisher, description, keywords, formats = line
    draw = random.Random(f"{_SEED}/{id_}")
    return DatasetUpsert(
        id=dataset_id(id_),
        organization_id=_national_owner(publisher).id,
        revision=NOW,
        remote_id=id_,
        remote_url=f"https://portail.exemple.fr/jeux/{id_}",
        title=title,
        description=description,
        publisher=Publisher(name=publisher),
        license="lov2",
        keywords=list(_parts(keywords)),
        modified=NOW - timedelta(days=draw.randrange(300)),
        resources=[
            ResourceUpsert(
                id=uuid5(NAMESPACE, f"resource/{id_}/{file_format}"),
                remote_id=f"{id_}-{file_format}",
                url=f"https://portail.exemple.fr/fichiers/{id_}.{file_format}",
                format=file_format,
                availability="available",
                checked_at=NOW,
            )
            for file_format in _parts(formats)
        ],
    )


def _filled(text: str, name: str, year: str) -> str:
    return text.replace("{dv}", _of(name)).replace("{v}", name).replace("{a}", year)


def _of(name: str) -> str:
    """« de » with a name: d'Ajaccio, du Mans, des Lilas, de Créteil."""
    for article, form in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return form + name.removeprefix(article)
    return f"d'{name}" if name[0] in "AEIOUYÉÈÊÎÔŒH" else f"de {name}"


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _lines(name: str) -> list[Any]:
    text = (HERE / name).read_text("utf-8")
    return [
        [part.strip() for part in line.split("|")]
        for line in text.splitlines()
        if line and not line.startswith("#")
    ]
