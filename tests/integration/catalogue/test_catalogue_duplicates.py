"""The same dataset by several ways is shown and counted once, whatever comes first."""

import itertools
from datetime import timedelta

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.operations.search_datasets import search_datasets
from services.catalogue.operations.statistics import read_statistics
from services.catalogue.storage.tables import dataset_keys, datasets
from shared.contracts.catalogue import DatasetUpsert, SourcePortal
from shared.contracts.records import Provenance, Publisher
from shared.db import Database
from tests.integration.catalogue.builders import (
    CRETEIL,
    NOGENT,
    NOW,
    SYNDICATE,
    dataset,
    key,
    put,
    resource,
)
from tests.integration.catalogue.conftest import TABLES

CATALOGUE_TABLES = [table for table in TABLES if table.startswith("catalogue.")]
API = "/api/catalogue/v1"
PAGE = "https://data.nogent.fr/explore/dataset/arbres/"
FILE = "https://data.nogent.fr/arbres.csv"


def portal(kind: str, url: str) -> dict[str, object]:
    return {"source_id": key(url), "portal": SourcePortal(kind=kind, url=url, name=url)}


def of_town(**values: object) -> DatasetUpsert:
    given_values = {
        "uri": PAGE,
        "title": "Arbres",
        "resources": [resource("ville", url=FILE)],
        **portal("opendatasoft", "https://data.nogent.fr"),
        **values,
    }
    return dataset("ville", NOGENT, **given_values)


def of_nation(**values: object) -> DatasetUpsert:
    given_values = {
        "remote_url": PAGE,
        "title": "Arbres de Nogent",
        "publisher": Publisher(name="Ville de Nogent-sur-Marne", siret="21940052000014"),
        "provenance": [Provenance(kind="harvest", domain="data.nogent.fr", url=PAGE)],
        "resources": [resource("nation", url=FILE)],
        **portal("udata", "https://www.data.gouv.fr"),
        **values,
    }
    return dataset("nation", NOGENT, **given_values)


def of_region(**values: object) -> DatasetUpsert:
    given_values = {
        "title": "Arbres",
        "publisher": Publisher(name="Nogent-sur-Marne"),
        "resources": [resource("region", url=FILE)],
        **portal("ckan", "https://region.exemple.fr"),
        **values,
    }
    return dataset("region", SYNDICATE, **given_values)


COPIES = {"ville": of_town, "nation": of_nation, "region": of_region}


async def places(database: Database) -> dict[str, tuple[object, object, object]]:
    async with database.begin() as session:
        rows = list(await session.execute(select(datasets)))
    names = {row.id: row.remote_id for row in rows}
    return {
        row.remote_id: (names.get(row.duplicate_of), row.recognised_by, row.shown_because)
        for row in rows
    }


async def found(index: LiveIndex) -> list[str]:
    await index.catch_up()
    page = await search_datasets(index, filters={})
    assert page.total == len(page.hits)
    return sorted(hit.title for hit in page.hits)


@pytest.mark.parametrize("order", list(itertools.permutations(COPIES)), ids="-".join)
async def test_the_towns_own_portal_is_shown_whatever_comes_first(
    database: Database, index: LiveIndex, order: tuple[str, ...]
) -> None:
    for name in order:
        await put(database, COPIES[name]())

    assert await places(database) == {
        "ville": (None, None, "original"),
        "nation": ("ville", "page", None),
        "region": ("ville", "files", None),
    }
    assert await found(index) == ["Arbres"]


async def test_a_dataset_counts_once_and_the_sums_hold(
    database: Database, index: LiveIndex
) -> None:
    await put(
        database, of_town(), of_nation(), of_region(),
        dataset("autre", CRETEIL, resources=[resource("autre", url="https://c.fr/1.csv")]),
    )  # fmt: skip

    statistics = await read_statistics(database)

    assert statistics.total.datasets == 2
    assert statistics.total.resources == 2
    for lines in (statistics.by_organization, statistics.by_territory):
        assert sum(line.datasets for line in lines) == 2
        assert sum(line.resources for line in lines) == 2
    await index.catch_up()
    facets = (await search_datasets(index, filters={})).facets
    assert {sum(value.count for value in values) for f, values in facets.items()
            if f.value in {"organization", "license"}} == {2}  # fmt: skip


async def test_when_the_shown_copy_goes_the_next_one_is_shown_and_it_comes_back(
    database: Database,
) -> None:
    await put(database, of_town(), of_nation(), of_region())

    await put(database, of_town(archived=True, revision=NOW + timedelta(days=1)))
    gone = await places(database)
    await put(database, of_town(revision=NOW + timedelta(days=2)))

    assert gone["nation"] == (None, None, "own-organization")
    assert gone["ville"] == ("nation", "page", None)
    assert (await places(database))["ville"] == (None, None, "original")


async def test_a_copy_that_no_longer_looks_like_one_stands_alone_again(
    database: Database,
    index: LiveIndex,
) -> None:
    await put(database, of_town(), of_region())

    await put(
        database,
        of_region(
            title="Budget",
            resources=[resource("region", url="https://region.exemple.fr/budget.csv")],
            revision=NOW + timedelta(days=1),
        ),
    )

    assert await places(database) == {
        "ville": (None, None, None),
        "region": (None, None, None),
    }
    assert await found(index) == ["Arbres", "Budget"]


async def test_two_towns_that_publish_the_same_form_stay_two(
    database: Database, index: LiveIndex
) -> None:
    forms = [
        dataset(
            name, owner, title="Modèle", **portal("udata", f"https://{name}.fr"),
            resources=[resource(name, url=f"https://{name}.fr/m.csv", content_sha256="c" * 64)],
        )
        for name, owner in (("creteil", CRETEIL), ("nogent", NOGENT))
    ]  # fmt: skip
    await put(database, *forms)

    assert await found(index) == ["Modèle", "Modèle"]


async def test_our_own_catalogue_harvested_back_does_not_multiply(
    database: Database, index: LiveIndex
) -> None:
    """We publish to a portal that we harvest, again and again."""
    await put(database, of_town())
    for turn in range(1, 4):
        address = f"https://donnees.exemple.fr/jeux/{key('ville')}"
        await put(
            database,
            dataset(
                f"tour-{turn}", NOGENT, title="Arbres", uri=address, remote_url=address,
                resources=[resource(f"tour-{turn}", url=FILE)],
                **portal("dcat", f"https://tour-{turn}.fr"),
            ),
        )  # fmt: skip

        assert await found(index) == ["Arbres"]
    await put(database, of_town(archived=True, revision=NOW + timedelta(days=1)))

    # What comes back from ourselves is no sign that the town still publishes it.
    assert (await places(database))["ville"][0] is None


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(COPIES)), st.booleans(), st.integers(0, 3)),
        min_size=1, max_size=8,
    ),
    st.randoms(use_true_random=False),
)  # fmt: skip
async def test_any_order_and_any_repetition_give_the_same(
    database: Database, messages: list[tuple[str, bool, int]], chance: object
) -> None:
    made = [
        COPIES[name](archived=archived, revision=NOW + timedelta(days=day, hours=archived))
        for name, archived, day in messages
    ]
    outcomes = []
    for batch in (made, chance.sample([*made, *made], 2 * len(made))):  # type: ignore[attr-defined]
        async with database.begin() as session:
            for table in CATALOGUE_TABLES:
                await session.execute(text(f"delete from {table}"))
        for message in batch:
            await put(database, message)
        outcomes.append(await places(database))

    assert outcomes[0] == outcomes[1]


# What readers and operators see


async def test_a_duplicate_leads_to_what_is_shown_with_all_its_provenances(
    database: Database, client: httpx2.AsyncClient
) -> None:
    await put(database, of_town(), of_nation(), of_region())

    moved = await client.get(f"{API}/datasets/{key('nation')}")
    shown = (await client.get(moved.headers["location"])).json()
    copy = (await client.get(f"{API}/datasets/{key('nation')}?copy=true")).json()
    page = await client.get(f"/jeux/{key('region')}?lang=en")

    assert moved.status_code == 307
    assert f'/jeux/{key("ville")}>; rel="canonical"' in moved.headers["link"]
    assert (shown["id"], shown["shown_because"]) == (str(key("ville")), "original")
    assert [(p["remote_id"], p["shown"], p["recognised_by"]) for p in shown["provenances"]] == [
        ("ville", True, None),
        ("region", False, "files"),
        ("nation", False, "page"),
    ]
    assert shown["provenances"][2]["chain"][0]["domain"] == "data.nogent.fr"
    assert (copy["id"], copy["duplicate_of"]) == (str(key("nation")), str(key("ville")))
    assert copy["canonical_url"] == shown["url"]
    assert (page.status_code, page.headers["location"]) == (307, f"/jeux/{key('ville')}?lang=en")


async def test_the_page_says_by_which_ways_a_dataset_came_and_why_this_one(
    database: Database, client: httpx2.AsyncClient
) -> None:
    await put(database, of_town(), of_nation(), of_region())

    page = (await client.get(f"/jeux/{key('ville')}")).text

    assert "Ce jeu nous parvient par 3 voies" in page
    assert "son portail ne tient le jeu d’aucun autre" in page
    assert "mêmes adresses de fichiers" in page
    assert "repris de data.nogent.fr" in page


async def test_an_operator_splits_a_false_match_for_good_and_may_take_it_back(
    database: Database,
    index: LiveIndex,
    client: httpx2.AsyncClient,
    keys: dict[str, dict[str, str]],
) -> None:
    await put(database, of_town(), of_region())
    body = {"one": str(key("region")), "other": str(key("ville")), "decision": "distinct"}

    async def decide(**values: str) -> int:
        answer = await client.post(
            f"{API}/duplicates/decisions", json={**body, **values}, headers=keys["syndicate"]
        )
        return answer.status_code

    listed = (await client.get(f"{API}/duplicates")).json()["items"]
    assert [[c["remote_id"] for c in cluster["copies"]] for cluster in listed] == [
        ["ville", "region"]
    ]
    assert await decide(note="deux inventaires") == 204
    await put(database, of_region(revision=NOW + timedelta(days=1), description="revu"))
    assert await found(index) == ["Arbres", "Arbres"]
    assert (await client.get(f"{API}/duplicates")).json()["items"] == []

    assert await decide(decision="evidence") == 204
    assert await found(index) == ["Arbres"]
    assert await decide(other=str(key("region"))) == 422
    assert await decide(other=str(key("nul"))) == 404
    foreign = await client.post(f"{API}/duplicates/decisions", json=body, headers=keys["creteil"])
    assert foreign.status_code == 403


async def test_an_operator_joins_what_no_evidence_joins(
    database: Database, client: httpx2.AsyncClient, keys: dict[str, dict[str, str]]
) -> None:
    alone = of_region(resources=[], title="Patrimoine arboré")
    await put(database, of_town(), alone)
    body = {"one": str(key("ville")), "other": str(key("region")), "decision": "same"}

    await client.post(f"{API}/duplicates/decisions", json=body, headers=keys["syndicate"])
    await put(database, alone.model_copy(update={"revision": NOW + timedelta(days=1)}))

    assert (await places(database))["region"] == ("ville", "operator", None)


async def test_clusters_are_listed_page_by_page(
    database: Database, client: httpx2.AsyncClient
) -> None:
    for number in range(5):
        page = f"https://x.fr/{number}"
        for source in ("a", "b"):
            await put(
                database,
                dataset(f"{source}{number}", uri=page, **portal("dcat", f"https://{source}.fr")),
            )

    seen, cursor = [], None
    while True:
        asked = {"page_size": 2, **({"cursor": cursor} if cursor else {})}
        answer = (await client.get(f"{API}/duplicates", params=asked)).json()
        seen += [cluster["shown"] for cluster in answer["items"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break

    assert len(seen) == len(set(seen)) == 5


async def test_a_dataset_is_known_by_what_it_says_now(database: Database) -> None:
    async def files() -> list[str]:
        async with database.begin() as session:
            return list(
                await session.scalars(
                    select(dataset_keys.c.key).where(dataset_keys.c.key.startswith("files:"))
                )
            )

    await put(database, of_town())
    assert await files() == ["files:data.nogent.fr/arbres.csv"]

    moved = resource("ville", url="https://data.nogent.fr/arbres-2027.csv")
    await put(database, of_town(revision=NOW + timedelta(days=1), resources=[moved]))
    assert await files() == ["files:data.nogent.fr/arbres-2027.csv"]
