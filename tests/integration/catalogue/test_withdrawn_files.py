"""The address of a file that its portal has withdrawn."""

from datetime import timedelta

import httpx2

from shared.contracts.catalogue import DatasetBatch
from tests.integration.catalogue.builders import CRETEIL, NOW, dataset, key, resource

API = "/api/catalogue/v1"


async def test_the_address_of_a_withdrawn_file_says_that_it_was_withdrawn(
    client: httpx2.AsyncClient, keys: dict[str, dict[str, str]]
) -> None:
    listed = [resource("Budget", "a"), resource("Budget", "b")]
    for later, resources in enumerate((listed, listed[:1])):
        message = dataset(
            "Budget", CRETEIL, revision=NOW + timedelta(hours=later), resources=resources
        )
        batch = DatasetBatch(datasets=[message]).model_dump(mode="json")
        await client.post(f"{API}/datasets/batch", json=batch, headers=keys["syndicate"])
    page = f"/jeux/{key('Budget')}"

    withdrawn = await client.get(f"{page}/tableau/{key('Budget', 'b')}")
    unknown = await client.get(f"{page}/tableau/{key('Budget', 'z')}")

    assert withdrawn.status_code == 410
    assert "a retiré ce fichier le" in withdrawn.text
    assert unknown.status_code == 404
    assert (await client.get(page)).status_code == 200
