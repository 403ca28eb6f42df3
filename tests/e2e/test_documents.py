"""What is no CSV file: a harvested JSON document and an archive get their verdicts too."""

import asyncio
import io
import json
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from services.validator.schemas.register import SchemaRegister
from services.validator.schemas.template import example_csv
from tests.support.platform import data_folder, running, socle
from tests.support.portals.base import served
from tests.support.portals.ckan import CkanPortal

pytestmark = pytest.mark.slow

CONTRACTS = "139bercy/format-commande-publique"
GRANTS = "scdl/subventions"

CONFIG = """
[syndicate]
name = "Syndicat d'essai"

[[members]]
name = "Créteil"
insee_code = "94028"
siren = "219400280"

[[sources]]
member = "219400280"
kind = "ckan"
url = "{url}"
"""


def archive(grants: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        written.writestr("lisez-moi.txt", "Subventions de la commune.")
        written.writestr("subventions.csv", grants)
    return out.getvalue()


@contextmanager
def listening(portal: CkanPortal) -> Iterator[str]:
    """The portal on a loopback port, in a thread of its own; its address."""
    ready, stop = threading.Event(), threading.Event()

    async def serve() -> None:
        async with served(portal):
            ready.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    try:
        assert ready.wait(30)
        yield portal.root
    finally:
        stop.set()
        thread.join(30)


@pytest.fixture(scope="module")
def portal() -> CkanPortal:
    grants = example_csv(SchemaRegister.open().get(GRANTS))
    contracts = {"marches": {"marche": [{"id": "2024-1", "objet": 12}]}}
    portal = CkanPortal()
    portal.add_organization("creteil", "Créteil")
    for name, file, content, schema in (
        ("marches", "decp.json", json.dumps(contracts).encode(), CONTRACTS),
        ("subventions", "subventions.zip", archive(grants), GRANTS),
    ):
        package = portal.add_package(name, name.capitalize(), "creteil")
        portal.add_resource(package, file, content, schema=schema)
    return portal


@pytest.fixture(scope="module")
def client(portal: CkanPortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    config = tmp_path_factory.mktemp("config") / "essai.toml"
    with listening(portal) as url, data_folder() as folder:
        config.write_text(CONFIG.format(url=url), encoding="utf-8")
        settings = {"SOCLE_ALLOWED_HOSTS": url.removeprefix("http://")}
        with running("up", "--config", str(config), data_dir=folder, settings=settings) as platform:
            platform.wait_for("Ctrl-C arrête")
            with httpx2.Client(base_url=platform.url, timeout=30, trust_env=False) as client:
                [source] = client.get("/api/harvester/v1/sources").json()["items"]
                done = socle("sources", "run", source["id"], data_dir=folder)
                assert done.returncode == 0, done.stdout + done.stderr
                yield client


def verdict(client: httpx2.Client, title: str) -> dict:
    """The resource of the dataset of that title, once it has been checked."""
    deadline = time.monotonic() + 120
    while True:
        hits = client.get("/api/catalogue/v1/datasets", params={"organization": "94028"})
        [hit] = [each for each in hits.json()["hits"] if each["title"] == title]
        [resource] = client.get(f"/api/catalogue/v1/datasets/{hit['id']}").json()["resources"]
        if resource["verdict"] != "pending" or time.monotonic() > deadline:
            return resource
        time.sleep(0.5)


def report(client: httpx2.Client, resource: dict) -> dict:
    report_id = resource["last_verdict"]["report_id"]
    return client.get(f"/api/validator/v1/reports/{report_id}").json()


def test_a_document_of_a_json_schema_is_checked_object_by_object(client: httpx2.Client) -> None:
    resource = verdict(client, "Marches")

    assert resource["verdict"] == "invalid"
    found = report(client, resource)
    assert found["schema"]["name"] == CONTRACTS
    places = {error["pointer"] for error in found["errors"]}
    assert "/marches/marche/0/objet" in places


def test_the_table_of_an_archive_is_checked(client: httpx2.Client) -> None:
    resource = verdict(client, "Subventions")

    assert resource["verdict"] == "valid"
    found = report(client, resource)
    assert found["schema"]["name"] == GRANTS
    assert found["file"]["format"] == "csv"
    assert found["stats"]["rows"] == 1
