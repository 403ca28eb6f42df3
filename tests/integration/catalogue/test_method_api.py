"""Obligation, phases, declarations and sharing, as the operator and the towns meet them."""

import csv
import io
from datetime import timedelta

import httpx2
import pytest

from services.catalogue.operations.record_verdicts import record_verdicts
from services.catalogue.operations.store_datasets import store_datasets
from shared.access.models import Organization, OrganizationKind, Scope
from shared.access.store import AccessStore, organization_id
from shared.contracts.catalogue import DatasetBatch, DatasetUpsert, VerdictBatch
from shared.contracts.records import Contact
from shared.db import Database
from tests.integration.catalogue.builders import (
    BOISSY,
    CRETEIL,
    EVERYONE,
    LIMEIL,
    NOGENT,
    NOW,
    checked,
    dataset,
    schema,
    verdict,
)

API = "/api/catalogue/v1"
EPT = Organization(
    id=organization_id(siren="200058006", name="EPT"),
    name="Grand Paris Sud Est Avenir",
    kind=OrganizationKind.EPCI,
    siren="200058006",
)


def published(name: str, owner: Organization, of: str) -> DatasetUpsert:
    return dataset(
        name,
        owner,
        contact=Contact(name="Service numérique"),
        resources=[checked(name, schema_ref=schema(of))],
    )


async def publish(database: Database, name: str, owner: Organization, of: str) -> None:
    await store_datasets(database, DatasetBatch(datasets=[published(name, owner, of)]), EVERYONE)
    told = verdict(name, schema_name=of, organization_id=owner.id)
    await record_verdicts(database, VerdictBatch(verdicts=[told]), EVERYONE)


@pytest.fixture
async def filled(database: Database) -> Database:
    async with database.begin() as session:
        await AccessStore(session).save_organization(EPT)
    await publish(database, "délibérations", CRETEIL, "scdl/deliberations")
    await publish(database, "équipements", CRETEIL, "scdl/equipements")
    await publish(database, "équipements de l’EPT", EPT, "scdl/equipements")
    await publish(database, "menus de Limeil", LIMEIL, "scdl/menus-collectifs")
    await publish(database, "menus de Nogent", NOGENT, "scdl/menus-collectifs")
    await publish(database, "budget de Limeil", LIMEIL, "scdl/budget")
    return database


async def test_staff_decides_and_only_what_is_sent_changes(
    filled: Database, client: httpx2.AsyncClient, keys: dict[str, dict[str, str]]
) -> None:
    address = f"{API}/territories/94028/method"
    before = (await client.get(address)).json()
    assert before["obligation"]["status"] == "to-confirm"
    assert before["obligation"]["population"] > 90_000

    staff = {"staff_fte": 2100, "staff_on": "2026-01-01"}
    declaration = f"{API}/organizations/94028/declaration"
    await client.patch(declaration, json=staff, headers=keys["creteil"])
    contact = {"contact_name": "Mission données"}
    answer = await client.patch(declaration, json=contact, headers=keys["creteil"])
    assert answer.status_code == 200
    after = (await client.get(address)).json()
    assert after["obligation"]["status"] == "obliged"
    assert after["obligation"]["since"] == "2018-10-07"
    assert after["obligation"]["staff_on"] == "2026-01-01"
    assert "D312-1-1-1" in str(after["obligation"]["references"])
    assert after["contact_name"] == "Mission données"

    await client.patch(declaration, json={"staff_fte": None}, headers=keys["creteil"])
    assert (await client.get(address)).json()["obligation"]["status"] == "to-confirm"


async def test_a_key_says_nothing_of_others_and_strangers_say_nothing(
    filled: Database, client: httpx2.AsyncClient, keys: dict[str, dict[str, str]]
) -> None:
    address = f"{API}/organizations/{LIMEIL.siren}/declaration"
    change = {"staff_fte": 10}
    assert (await client.patch(address, json=change)).status_code == 401
    assert (await client.patch(address, json=change, headers=keys["creteil"])).status_code == 403
    assert (await client.patch(address, json=change, headers=keys["harvester"])).status_code == 403
    assert (await client.patch(address, json=change, headers=keys["syndicate"])).status_code == 200
    wrong = {"staff_fte": -1}
    assert (await client.patch(address, json=wrong, headers=keys["syndicate"])).status_code == 422
    roles = f"{API}/organizations/{LIMEIL.siren}/roles"
    given = {"roles": ["experimenter"]}
    assert (await client.put(roles, json=given, headers=keys["syndicate"])).status_code == 403
    async with filled.begin() as session:
        _, secret = await AccessStore(session).create_key(label="a", scopes=[Scope.ADMIN])
    administrator = {"Authorization": f"Bearer {secret}"}
    assert (await client.put(roles, json=given, headers=administrator)).status_code == 200
    standing = (await client.get(f"{API}/territories/94044/method")).json()
    assert [one["name"] for one in standing["roles"]] == ["Territoire expérimentateur"]


async def test_a_phase_is_computed_with_its_evidence_and_the_next_step(
    filled: Database, client: httpx2.AsyncClient, keys: dict[str, dict[str, str]]
) -> None:
    creteil = (await client.get(f"{API}/territories/94028")).json()
    standing = creteil["standing"]
    assert (standing["phase"], standing["datasets"]) == (2, 2)
    assert standing["next_step"]["code"] == "published-by-the-dozen"
    assert standing["phases"][3]["evidence"][1]["value"] == 1
    assert creteil["scores"]["conformity"] == 100
    # A double is the larger body's as well, and shows on every territory around.
    for around in (EPT.siren, "94"):
        doubled = (await client.get(f"{API}/territories/{around}/method")).json()
        assert doubled["phases"][3]["evidence"][1]["value"] == 1
    boissy = (await client.get(f"{API}/territories/94004/method?lang=en")).json()
    assert (boissy["phase"], boissy["phase_title"]) == (0, "Not begun")

    noted = await client.post(
        f"{API}/organizations/94004/initiatives",
        json={"phase": 6, "title": "Café des données", "on_day": "2026-03-02"},
        headers=keys["syndicate"],
    )
    assert noted.status_code == 201
    boissy = (await client.get(f"{API}/territories/94004/method")).json()
    assert boissy["initiatives"][0]["title"] == "Café des données"
    assert boissy["phases"][5]["evidence"][0]["met"] is True
    assert boissy["phase"] == 0
    address = f"{API}/organizations/94004/initiatives/{noted.json()['id']}"
    assert (await client.delete(address, headers=keys["creteil"])).status_code == 403
    assert (await client.delete(address, headers=keys["syndicate"])).status_code == 204
    assert (await client.delete(address, headers=keys["syndicate"])).status_code == 404


async def test_the_tracker_lists_members_or_every_commune_of_a_territory(
    filled: Database, client: httpx2.AsyncClient
) -> None:
    members = (await client.get(f"{API}/obligations")).json()["items"]
    assert {one["organization"]["name"] for one in members} >= {CRETEIL.name, EPT.name}
    (ept,) = [one for one in members if one["organization"]["name"] == EPT.name]
    assert ept["obligation"]["inferred"] is True
    assert ept["obligation"]["caution"].startswith("Lecture de la loi")

    answer = await client.get(f"{API}/obligations.csv", params={"territory": "94"})
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(lines) == 47
    assert {line["obligation"] for line in lines} == {"to-confirm", "not-obliged"}
    by_code = {line["code"]: line for line in lines}
    assert by_code["94056"]["obligation"] == "not-obliged"
    assert (by_code["94028"]["jeux"], by_code["94028"]["phase"]) == ("2", "2")
    assert all("L312-1-1" in line["references"] for line in lines)


async def test_doubles_and_what_neighbours_publish(
    filled: Database, client: httpx2.AsyncClient
) -> None:
    of_creteil = (await client.get(f"{API}/mutualisation?territory=94028")).json()
    (pair,) = of_creteil["published_twice"]
    assert (pair["schema"], pair["label"]) == ("scdl/equipements", "Équipements publics")
    english = (await client.get(f"{API}/mutualisation?territory=94028&lang=en")).json()
    assert english["published_twice"][0]["label"] == "Public facilities"
    assert pair["smaller"]["title"] == "équipements"
    assert pair["larger"]["organization"]["name"] == EPT.name

    of_boissy = (await client.get(f"{API}/mutualisation?territory={BOISSY.insee_code}")).json()
    assert {one["id"] for one in of_boissy["compared_with"]} == {"94044", "94052"}
    first = of_boissy["published_by_neighbours"][0]
    assert first["schema"] == "scdl/menus-collectifs"
    assert first["neighbours"] == ["94044", "94052"]
    assert first["example"]["url"].endswith(".csv")
    assert first["schema_url"] == "https://schema.data.gouv.fr/scdl/menus-collectifs/"
    assert of_boissy["comparison"]["datasets"] == {"own": 0, "median": 1.5}
    assert (await client.get(f"{API}/mutualisation?territory=zz")).status_code == 404


async def test_an_archived_dataset_is_no_evidence(
    filled: Database, client: httpx2.AsyncClient
) -> None:
    gone = published("délibérations", CRETEIL, "scdl/deliberations").model_copy(
        update={"archived": True, "revision": NOW + timedelta(days=1)}
    )
    await store_datasets(filled, DatasetBatch(datasets=[gone]), EVERYONE)

    assert (await client.get(f"{API}/territories/94028/method")).json()["datasets"] == 1


async def test_what_one_body_has_withdrawn_is_no_longer_published_twice(
    filled: Database, client: httpx2.AsyncClient
) -> None:
    gone = published("équipements de l’EPT", EPT, "scdl/equipements").model_copy(
        update={"archived": True, "revision": NOW + timedelta(days=1)}
    )
    await store_datasets(filled, DatasetBatch(datasets=[gone]), EVERYONE)

    for territory in ("94028", EPT.siren):
        found = (await client.get(f"{API}/mutualisation?territory={territory}")).json()
        method = (await client.get(f"{API}/territories/{territory}/method")).json()
        assert found["published_twice"] == []
        assert method["phases"][3]["evidence"][1]["met"] is True
