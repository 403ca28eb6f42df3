"""Contours: the shipped set, and files of IGN, Etalab and the geo API."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from services.catalogue.operations.import_contours import import_contours
from services.catalogue.operations.load_contours import load_contours
from services.catalogue.operations.shipped import shipped_about
from services.catalogue.storage.contours import ContourStore
from shared.db import Database
from shared.errors import InvalidInputError


@pytest.fixture(autouse=True)
async def shipped_again(database: Database) -> AsyncIterator[None]:
    """Other tests of this run find the shipped set as it was."""
    yield
    async with database.begin() as session:
        await session.execute(text("delete from catalogue.contours"))
        await session.execute(text("delete from catalogue.loaded_data where name = 'contours'"))
    await load_contours(database)


def square(west: float, south: float, side: float = 0.02) -> dict[str, Any]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def collection(*features: tuple[dict[str, Any], dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": properties, "geometry": geometry}
            for properties, geometry in features
        ],
    }


async def contours_of(database: Database, *codes: str) -> dict[str, Any]:
    async with database.begin() as session:
        return await ContourStore(session).of(codes)


async def test_the_shipped_set_gives_every_member_commune_a_place(database: Database) -> None:
    await load_contours(database)
    assert await load_contours(database) is False
    known = await contours_of(database, "94", "94028", "94048", "2A")
    assert known["94"].outline
    assert known["94028"].outline is None
    assert known["94028"].exact
    assert 2.4 < known["94028"].longitude < 2.5
    assert not known["94048"].exact  # Marolles-en-Brie: the gazetteer lacks it
    assert shipped_about("contours")["outlines"]["license"] == "CC BY 4.0"


async def test_a_file_replaces_contours_and_survives_a_new_shipped_set(database: Database) -> None:
    await load_contours(database)
    done = await import_contours(
        database,
        collection(({"code": "94028", "nom": "Créteil"}, square(2.44, 48.78))),
        source="communes-94.geojson",
    )
    assert done.by_level == {"commune": 1}
    async with database.begin() as session:
        store = ContourStore(session)
        assert await store.sources() == ["communes-94.geojson"]
        await store.replace_shipped([], "another")
    assert (await contours_of(database, "94028"))["94028"].outline


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"INSEE_COM": "94028", "NOM": "Créteil"}, "94028"),
        ({"SIREN_EPCI": "200058006"}, "200058006"),
        ({"INSEE_DEP": "94"}, "94"),
        ({"INSEE_REG": "11"}, "R11"),
        ({"code": "11", "nom": "Île-de-France"}, "R11"),
        ({"code": "11", "nom": "Aude"}, "11"),
        ({"code": "99999", "nom": "nulle part"}, None),
    ],
)
async def test_the_code_is_found_under_the_names_in_use(
    database: Database, properties: dict[str, Any], code: str | None
) -> None:
    document = collection((properties, square(2, 48)), ({"code": "94028"}, square(2.1, 48)))
    done = await import_contours(database, document, source="essai.geojson")
    assert len(await contours_of(database, code or "")) == (code is not None)
    assert bool(done.unmatched) == (code is None)


async def test_the_shape_of_the_geo_api_is_read(database: Database) -> None:
    answer = [{"nom": "Créteil", "code": "94028", "contour": square(2.44, 48.78)}]
    done = await import_contours(database, answer, source="communes.json")
    assert done.by_level == {"commune": 1}


async def test_communes_that_merged_become_one_outline(database: Database) -> None:
    # Annecy (74010) took in Seynod (74268) in 2017.
    document = collection(
        ({"code": "74010"}, square(6.1, 45.9)),
        ({"code": "74268"}, square(6.12, 45.9)),
    )
    done = await import_contours(database, document, source="2016.geojson")
    assert done.merged == ("74010",)
    outline = (await contours_of(database, "74010"))["74010"].outline
    assert len(json.loads(outline)) == 1


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"type": "Topology"}, "ni un GeoJSON"),
        (collection(({"nom": "Créteil"}, square(2, 48))), "ne dit pas le code"),
        (collection(({"code": "94028"}, {"type": "Point", "coordinates": [2, 48]})), "contour"),
        (collection(({"code": "94028"}, square(652_000, 6_862_000))), "Lambert 93"),
        (collection(({"code": "94028"}, {"type": "Polygon", "coordinates": "x"})), "illisible"),
        (collection(({"code": "99999"}, square(2, 48))), "Aucun code"),
    ],
)
async def test_a_file_that_cannot_be_used_is_refused_with_its_place(
    database: Database, document: Any, words: str
) -> None:
    with pytest.raises(InvalidInputError, match=words):
        await import_contours(database, document, source="essai.geojson")
