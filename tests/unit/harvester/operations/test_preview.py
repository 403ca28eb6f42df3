"""A preview needs no server: an address, and the network or a fake of it."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from services.harvester.connectors.registry import connectors
from services.harvester.errors import UnknownKindError
from services.harvester.operations.preview import preview
from services.harvester.operations.recognise import recognise_tables
from shared.contracts.harvest import Preview
from shared.contracts.records import DatasetRecord, ResourceRecord
from shared.errors import InvalidInputError, Transient
from tests.support.portals.base import MemoryGetter
from tests.support.portals.udata import UdataPortal

HEADERS = {b"a;b": "essai/ab", b"c;d": "essai/cd"}
NOW = datetime(2026, 11, 23, tzinfo=UTC)
KNOWN = connectors((0, 0, 0, 0))


async def by_header(content: bytes, _name: str) -> str | None:
    return HEADERS.get(content)


async def test_everything_is_counted_and_the_first_twenty_are_shown() -> None:
    portal = UdataPortal(lying=frozenset({"silent-cap"}))
    for number in range(25):
        portal.add_resource(portal.add_dataset(f"Jeu {number:02}"), "f.csv", "a;b")
    portal.datasets[3]["title"] = None

    found = await preview(
        portal.root, getter=MemoryGetter(portal), recogniser=by_header, known=KNOWN, now=NOW
    )

    assert (found["kind"], found["datasets"], found["resources"]) == ("udata", 24, 24)
    assert len(found["sample"]) == 20
    assert found["sample"][0]["title"] == "Jeu 00"
    assert any("titre" in warning for warning in found["warnings"])
    assert json.loads(json.dumps(found)) == found
    Preview.model_validate(found)


async def test_a_kind_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(UnknownKindError, match=r"ckan.*dcat.*opendatasoft.*udata"):
        await preview(
            "http://x.test",
            getter=MemoryGetter(),
            recogniser=by_header,
            kind="wordpress",
            known=KNOWN,
        )


@pytest.mark.parametrize("url", ["data.ville.fr", "file:///etc/passwd", "https://a:b@ville.fr"])
async def test_what_is_no_address_of_a_portal_is_refused_before_it_is_asked(url: str) -> None:
    with pytest.raises(InvalidInputError, match="n'est pas l'adresse d'un portail"):
        await preview(url, getter=MemoryGetter(), recogniser=by_header, kind="udata", known=KNOWN)


async def test_a_huge_portal_is_cut_and_says_so() -> None:
    portal = UdataPortal(lying=frozenset({"silent-cap"}))
    for number in range(110):
        portal.add_dataset(f"Jeu {number:03}")

    found = await preview(
        portal.root,
        getter=MemoryGetter(portal),
        recogniser=by_header,
        kind="udata",
        known=KNOWN,
        now=NOW,
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
        portal.root,
        getter=MemoryGetter(portal),
        recogniser=by_header,
        kind="udata",
        known=KNOWN,
        now=NOW,
    )

    assert found["schemas"] == {"scdl/budget": 1}
    assert found["tables_without_schema"] == 1


def tables(portal: UdataPortal, *contents: str) -> list[DatasetRecord]:
    """A dataset with a table of each content."""
    urls = [portal.put(f"/{place}.csv", content) for place, content in enumerate(contents)]
    files = [ResourceRecord(remote_id=url, title=url, url=url, format="csv") for url in urls]
    return [DatasetRecord(remote_id="jeu", title="Jeu", resources=files)]


async def test_only_the_first_twenty_undeclared_tables_are_asked_for() -> None:
    portal = UdataPortal()
    records = tables(portal, *["a;b"] * 15, *["c;d"] * 15)

    recognised, warning = await recognise_tables(
        records, getter=MemoryGetter(portal), recogniser=by_header
    )

    assert recognised == {"essai/ab": 15, "essai/cd": 5}
    assert warning is None
    assert len(portal.requests) == 20


async def test_a_file_that_cannot_be_had_or_read_leaves_the_others() -> None:
    portal = UdataPortal()
    records = tables(portal, "a;b", "a;b", "autre chose", "a;b")
    portal.files["/0.csv"].status = 404
    del portal.files["/1.csv"]

    recognised, warning = await recognise_tables(
        records, getter=MemoryGetter(portal), recogniser=by_header
    )

    assert (recognised, warning) == ({"essai/ab": 1}, None)


async def test_nobody_to_recognise_schemas_is_a_warning_beside_what_was_found() -> None:
    portal = UdataPortal()

    async def goes_away(content: bytes, _name: str) -> str | None:
        if content == b"c;d":
            raise Transient("Le validateur ne répond pas.")
        return "essai/ab"

    recognised, warning = await recognise_tables(
        tables(portal, "a;b", "c;d", "a;b"), getter=MemoryGetter(portal), recogniser=goes_away
    )

    assert recognised == {"essai/ab": 1}
    assert "(1 table lue sur 3) : Le validateur ne répond pas. Le moissonnage" in (warning or "")
    assert portal.requests == ["/0.csv", "/1.csv"]


async def test_time_that_runs_out_is_a_warning_beside_what_was_found() -> None:
    portal = UdataPortal()

    async def hangs_on_the_second(content: bytes, _name: str) -> str | None:
        if content == b"c;d":
            await asyncio.Event().wait()
        return "essai/ab"

    recognised, warning = await recognise_tables(
        tables(portal, "a;b", "c;d", "a;b"),
        getter=MemoryGetter(portal),
        recogniser=hangs_on_the_second,
        seconds=0.3,
    )

    assert recognised == {"essai/ab": 1}
    assert "plus d'une minute" in (warning or "")
