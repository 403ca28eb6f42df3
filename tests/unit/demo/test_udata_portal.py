"""The imitation of data.gouv.fr answers as the real one does."""

import hashlib
from typing import Any

import httpx2
import pytest

from demo import manifest
from demo.catalogue import organization_id
from demo.members import EPT, commune

CRETEIL = commune("creteil")
API = "/datagouv/api/1"


async def _json(portal: httpx2.AsyncClient, path: str) -> Any:
    answer = await portal.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_organisation_is_found_by_its_siret_only(portal: httpx2.AsyncClient) -> None:
    found = await _json(portal, f"{API}/organizations/?business_number_id={CRETEIL.siret}")
    elsewhere = await _json(
        portal, f"{API}/organizations/?business_number_id={commune('nogent-sur-marne').siret}"
    )
    by_siren = await _json(portal, f"{API}/organizations/?business_number_id={CRETEIL.siren}")

    assert [one["name"] for one in found["data"]] == ["Commune de Créteil"]
    assert found["data"][0]["business_number_id"] == CRETEIL.siret
    assert by_siren["data"] == []
    assert elsewhere["data"][0]["metrics"]["datasets"] == 0


async def test_pages_follow_one_another_and_hold_every_dataset_once(
    portal: httpx2.AsyncClient,
) -> None:
    url: str | None = f"{API}/datasets/?page_size=2&sort=created"
    seen: list[str] = []
    pages = 0
    while url:
        page = await _json(portal, url)
        seen += [one["id"] for one in page["data"]]
        pages += 1
        url = page["next_page"]

    assert pages == 7
    assert len(seen) == len(set(seen)) == page["total"] == 13


@pytest.mark.parametrize(
    "query",
    ["page=0", "page_size=0", "page=x", "organization=commune-de-creteil", "sort=nothing"],
)
async def test_a_bad_parameter_is_refused_with_400(portal: httpx2.AsyncClient, query: str) -> None:
    answer = await portal.get(f"{API}/datasets/?{query}")

    assert answer.status_code == 400


async def test_the_organisation_filter_lists_what_the_manifest_promises(
    portal: httpx2.AsyncClient,
) -> None:
    wanted = organization_id(94, CRETEIL)
    page = await _json(portal, f"{API}/datasets/?organization={wanted}&page_size=100")

    (source,) = (
        one for one in manifest("http://demo.test") if one.organization.siren == CRETEIL.siren
    )
    shown = {
        (dataset["id"], resource["id"], resource["url"])
        for dataset in page["data"]
        for resource in dataset["resources"]
    }
    promised = {
        (dataset.remote_id, resource.remote_id, resource.url)
        for dataset in source.expected
        for resource in dataset.resources
    }
    assert shown == promised


async def test_a_held_file_has_the_size_and_checksum_that_are_announced(
    portal: httpx2.AsyncClient,
) -> None:
    dataset = await _json(portal, f"{API}/datasets/budget-creteil/")
    (resource,) = dataset["resources"]

    content = (await portal.get(resource["url"])).content
    redirected = await portal.get(resource["latest"])

    assert len(content) == resource["filesize"]
    assert hashlib.sha1(content).hexdigest() == resource["checksum"]["value"]
    assert redirected.status_code == 302
    assert redirected.headers["location"] == resource["url"]


async def test_the_schema_comes_in_all_the_shapes_of_the_api(portal: httpx2.AsyncClient) -> None:
    page = await _json(portal, f"{API}/datasets/?page_size=100")
    shapes = [resource["schema"] for one in page["data"] for resource in one["resources"]]

    assert None in shapes
    assert {} in shapes
    assert {"name": None, "url": None, "version": None} in shapes
    assert {"name": "etalab/schema-stationnement", "version": None} in shapes
    assert any(one and one.get("version") and one["url"] is None for one in shapes)
    assert any(one and one.get("url") and one["name"] is None for one in shapes)


async def test_vocabularies_and_resources_of_version_2_are_served(
    portal: httpx2.AsyncClient,
) -> None:
    licenses = await _json(portal, f"{API}/datasets/licenses/")
    schemas = await _json(portal, f"{API}/datasets/schemas/")
    resources = await _json(portal, "/datagouv/api/2/datasets/prenoms-creteil/resources/")
    site = await _json(portal, f"{API}/site/")

    assert "lov2" in {one["id"] for one in licenses}
    assert "scdl/deliberations" in {one["name"] for one in schemas}
    assert [one["type"] for one in resources["data"]] == ["main", "documentation"]
    assert site["metrics"]["datasets"] == 13


async def test_an_ept_is_no_commune(portal: httpx2.AsyncClient) -> None:
    page = await _json(portal, "/gpsea/api/1/datasets/?page_size=100")
    (listed,) = (await _json(portal, "/gpsea/api/1/organizations/"))["data"]

    assert page["total"] == listed["metrics"]["datasets"] == 5
    assert (listed["name"], listed["business_number_id"]) == (EPT.name, EPT.siret)
    for dataset in page["data"]:
        assert dataset["spatial"]["zones"] == ["fr:epci:200058006"]
        assert dataset["spatial"]["granularity"] == "fr:epci"
        assert dataset["organization"]["name"] == "Grand Paris Sud Est Avenir"
        assert dataset["title"].endswith(" de Grand Paris Sud Est Avenir")
        assert "la commune" not in str(dataset).lower()
