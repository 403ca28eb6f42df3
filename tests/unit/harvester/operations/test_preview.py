"""A preview needs no server: an address, and the network or a fake of it."""

import json
from datetime import UTC, datetime

import pytest

from services.harvester.connectors.registry import connectors
from services.harvester.errors import UnknownKindError
from services.harvester.operations.preview import preview
from shared.contracts.harvest import Preview
from tests.support.portals.base import MemoryGetter
from tests.support.portals.udata import UdataPortal

NOW = datetime(2026, 11, 23, tzinfo=UTC)
KNOWN = connectors((0, 0, 0, 0))


async def test_everything_is_counted_and_the_first_twenty_are_shown() -> None:
    portal = UdataPortal(lying=frozenset({"silent-cap"}))
    for number in range(25):
        portal.add_resource(portal.add_dataset(f"Jeu {number:02}"), "f.csv", "a;b")
    portal.datasets[3]["title"] = None

    found = await preview(portal.root, getter=MemoryGetter(portal), known=KNOWN, now=NOW)

    assert (found["kind"], found["datasets"], found["resources"]) == ("udata", 24, 24)
    assert len(found["sample"]) == 20
    assert found["sample"][0]["title"] == "Jeu 00"
    assert any("titre" in warning for warning in found["warnings"])
    assert json.loads(json.dumps(found)) == found
    Preview.model_validate(found)


async def test_a_kind_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(UnknownKindError, match=r"ckan.*dcat.*opendatasoft.*udata"):
        await preview("http://x.test", getter=MemoryGetter(), kind="wordpress", known=KNOWN)


async def test_a_huge_portal_is_cut_and_says_so() -> None:
    portal = UdataPortal(lying=frozenset({"silent-cap"}))
    for number in range(110):
        portal.add_dataset(f"Jeu {number:03}")

    found = await preview(
        portal.root, getter=MemoryGetter(portal), kind="udata", known=KNOWN, now=NOW
    )

    assert found["datasets"] == 100
    assert any("50 pages" in warning for warning in found["warnings"])


async def test_the_schemas_that_are_declared_are_counted_and_the_other_tables_too() -> None:
    portal = UdataPortal()
    dataset = portal.add_dataset("Jeu")
    for name in ("a.csv", "b.csv", "c.pdf"):
        portal.add_resource(dataset, name, "a;b")
    dataset["resources"][0]["schema"] = {"name": "scdl/budget", "version": None}

    found = await preview(
        portal.root, getter=MemoryGetter(portal), kind="udata", known=KNOWN, now=NOW
    )

    assert found["schemas"] == {"scdl/budget": 1}
    assert found["tables_without_schema"] == 1
