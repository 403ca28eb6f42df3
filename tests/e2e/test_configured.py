"""`socle up --config examples/infocom94.toml`, the real thing, against the fake of data.gouv.fr."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from demo.manifest import DemoSource, manifest
from demo.plan import NATIONAL
from tests.support.platform import Socle, data_folder, environment, free_port, running, socle

pytestmark = pytest.mark.slow

EXAMPLE = Path(__file__).parents[2] / "examples" / "infocom94.toml"
MEMBERS = 12


@pytest.fixture(scope="module")
def portals() -> Iterator[str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "demo", "--port", str(port)], env=environment()
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(15)


@pytest.fixture(scope="module")
def platform(portals: str) -> Iterator[Socle]:
    settings = {
        "SOCLE_REDIRECT": f"https://www.data.gouv.fr/={portals}/{NATIONAL.slug}/",
        "SOCLE_ALLOWED_HOSTS": portals.removeprefix("http://"),
    }
    with (
        data_folder() as folder,
        running("up", "--config", str(EXAMPLE), data_dir=folder, settings=settings) as platform,
    ):
        platform.wait_for("Ctrl-C arrête")
        yield platform


@pytest.fixture(scope="module")
def client(platform: Socle) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=platform.url, timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def published(portals: str) -> list[DemoSource]:
    """The members that the fake of data.gouv.fr knows, with what they publish there."""
    return [one for one in manifest(portals) if f"/{NATIONAL.slug}/" in one.url]


def sources(client: httpx2.Client) -> list[dict]:
    return client.get("/api/harvester/v1/sources", params={"page_size": 100}).json()["items"]


def test_every_member_has_its_source_named_and_scheduled_as_the_file_says(
    platform: Socle, client: httpx2.Client
) -> None:
    found = sources(client)
    members = client.get("/api/catalogue/v1/organizations").json()["items"]

    assert f"{MEMBERS} membres, {MEMBERS} sources" in platform.output()
    assert len(found) == MEMBERS
    assert {source["schedule"] for source in found} == {"0 2 * * *"}
    assert {source["kind"] for source in found} == {"udata"}
    sirens = {source["config"]["organization"] for source in found}
    assert sirens == {member["siren"] for member in members if member["kind"] == "commune"}
    assert not any(source["fictitious"] for source in found)


def test_the_datasets_of_a_siren_are_harvested_for_its_member(
    platform: Socle, client: httpx2.Client, published: list[DemoSource]
) -> None:
    town = next(one for one in published if one.organization.insee_code == "94028")
    source = next(
        one for one in sources(client) if one["config"]["organization"] == town.organization.siren
    )

    done = socle("sources", "run", source["id"], data_dir=platform.data_dir)

    assert done.returncode == 0, done.stdout + done.stderr
    hits = client.get(
        "/api/catalogue/v1/datasets", params={"organization": "94028", "page_size": 100}
    ).json()["hits"]
    assert sorted(hit["title"] for hit in hits) == sorted(one.title for one in town.expected)
    assert {hit["organization"]["name"] for hit in hits} == {"Créteil"}


def test_a_member_that_publishes_nothing_there_has_an_empty_harvest(
    platform: Socle, client: httpx2.Client, published: list[DemoSource]
) -> None:
    there = {one.organization.siren for one in published}
    source = next(one for one in sources(client) if one["config"]["organization"] not in there)

    done = socle("sources", "run", source["id"], data_dir=platform.data_dir)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 trouvés" in done.stdout
