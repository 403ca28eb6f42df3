"""Each dataset belongs to its commune, by whatever its portal says, and says why."""

from typing import Any

import httpx2
import pytest

from services.catalogue.operations.load_contours import load_contours
from services.catalogue.operations.read_dataset import read_dataset
from services.catalogue.operations.store_datasets import store_datasets
from shared.access.models import Organization, OrganizationKind
from shared.access.store import AccessStore, organization_id
from shared.contracts.catalogue import DatasetBatch
from shared.contracts.records import Publisher, Spatial
from shared.db import Database
from tests.integration.catalogue.builders import (
    CRETEIL,
    EVERYONE,
    SYNDICATE,
    commune,
    dataset,
    key,
)

ILE_DE_FRANCE = Organization(
    id=organization_id(siren="237500079", name="Région Île-de-France"),
    name="Région Île-de-France",
    siren="237500079",
    kind=OrganizationKind.REGION,
    insee_code="R11",
)


def box(x: float, y: float, wide: float = 0.01, high: float = 0.01) -> Spatial:
    west, east, south, north = x - wide, x + wide, y - high, y + high
    ring = [[west, south], [east, south], [east, north], [west, north]]
    return Spatial(geometry={"type": "Polygon", "coordinates": [[*ring, ring[0]]]})


def point(x: float, y: float) -> Spatial:
    return Spatial(geometry={"type": "Point", "coordinates": [x, y]})


async def attached(
    database: Database, owner: Organization = SYNDICATE, **values: Any
) -> tuple[str | None, str]:
    values = {"publisher": Publisher(name="Association"), **values}
    message = dataset("a", owner, **values)
    await store_datasets(database, DatasetBatch(datasets=[message]), EVERYONE)
    found = await read_dataset(database, key("a"))
    return found.territory.code if found.territory else None, found.territory_reason


@pytest.mark.parametrize(
    ("publisher", "code", "reason"),
    [
        (Publisher(name="Mairie", siret="21940052000014"), "94052", "publisher-number"),
        (Publisher(name="Ville de Nogent-sur-Marne"), "94052", "publisher-name"),
        (Publisher(name="COMMUNE DE LA QUEUE EN BRIE"), "94060", "publisher-name"),
        (Publisher(name="L’Haÿ-les-Roses"), "94038", "publisher-name"),
        (Publisher(name="Département du Val-de-Marne"), "94", "publisher-name"),
        (Publisher(name="Région Île-de-France"), "R11", "publisher-name"),
        (Publisher(name="Ville de Saint-Denis"), None, "unknown"),  # there are several
        (Publisher(name="Association des riverains"), None, "unknown"),
        (Publisher(), None, "unknown"),
    ],
)
async def test_the_publisher_says_where_it_is(
    database: Database, publisher: Publisher, code: str | None, reason: str
) -> None:
    assert await attached(database, publisher=publisher) == (code, reason)


async def test_of_towns_of_one_name_the_one_in_the_owners_territory_is_meant(
    database: Database,
) -> None:
    async with database.begin() as session:
        await AccessStore(session).save_organization(ILE_DE_FRANCE)

    found = await attached(database, ILE_DE_FRANCE, publisher=Publisher(name="Saint-Denis"))

    assert found == ("93066", "publisher-name")


@pytest.mark.parametrize(
    ("zone", "code"),
    [
        ("fr:commune:94052", "94052"),
        ("fr/town/94052", "94052"),
        ("fr:commune:94052@1943-01-01", "94052"),
        ("http://id.insee.fr/geo/commune/94052", "94052"),
        ("fr:departement:94", "94"),
        ("fr:epci:200054781", "200054781"),
        ("fr:region:11", "R11"),
    ],
)
async def test_a_zone_in_any_of_its_forms_comes_first(
    database: Database, zone: str, code: str
) -> None:
    found = await attached(
        database, publisher=Publisher(name="Ville de Créteil"), spatial=Spatial(zones=(zone,))
    )

    assert found == (code, "zone")


async def test_the_name_of_a_place_and_the_geometry_are_looked_at_next(
    database: Database,
) -> None:
    await load_contours(database)

    assert await attached(database, spatial=Spatial(name="Périgny")) == (None, "unknown")
    assert await attached(database, spatial=Spatial(name="Limeil-Brévannes")) == (
        "94044",
        "place-name",
    )
    # Town halls: by far nearer to their own commune's centre than to any other.
    assert await attached(database, spatial=box(2.4556, 48.7904)) == ("94028", "geometry")
    assert await attached(database, spatial=box(2.475, 48.77, 0.085, 0.04)) == ("94", "geometry")
    assert await attached(database, spatial=point(-30.0, 45.0)) == (None, "unknown")
    assert await attached(database, spatial=point(0.0, 0.0)) == (None, "unknown")
    assert await attached(
        database, spatial=Spatial(geometry={"type": "Polygon", "coordinates": []})
    ) == (None, "unknown")


async def test_a_box_drawn_wide_does_not_take_a_town_its_dataset(database: Database) -> None:
    await load_contours(database)

    found = await attached(database, CRETEIL, spatial=box(2.475, 48.77, 0.085, 0.04))

    assert found == ("94028", "organization")


async def test_what_cannot_be_attached_is_listed_with_what_to_do(
    database: Database, client: httpx2.AsyncClient
) -> None:
    nowhere = commune("Nulle-Part", "999999999", "99999", 1)
    async with database.begin() as session:
        await AccessStore(session).save_organization(nowhere)
    spatials = {
        "rien": None,
        "zone": Spatial(zones=("fr:canton:9401",)),
        "lieu": Spatial(name="Saint-Denis"),
        "forme": point(-30.0, 45.0),
    }
    messages = [
        dataset(name, nowhere, publisher=Publisher(), spatial=spatial)
        for name, spatial in spatials.items()
    ]
    messages.append(dataset("créteil", CRETEIL))
    await store_datasets(database, DatasetBatch(datasets=messages), EVERYONE)

    first = (await client.get("/api/catalogue/v1/unattached?page_size=3")).json()
    rest = await client.get("/api/catalogue/v1/unattached", params={"cursor": first["next_cursor"]})
    advice = {each["title"]: each["advice"] for each in first["items"] + rest.json()["items"]}

    assert set(advice) == set(spatials)
    assert "socle members add" in advice["rien"]
    assert "fr:canton:9401" in advice["zone"]
    assert "Saint-Denis" in advice["lieu"]
    assert "import-contours" in advice["forme"]
    assert rest.json()["next_cursor"] is None
