"""`socle harvest ADDRESS --preview` on each portal of the demonstration, as text and as JSON."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from demo import DemoSource, manifest
from demo.app import create_app
from socle.cli.application import app
from tests.support.portals.base import listening

ADDRESSES = list(dict.fromkeys((one.kind, one.url) for one in manifest("")))
FOLDER = next(one for one in manifest("") if one.kind == "listing")


@pytest.fixture
async def demo() -> AsyncIterator[str]:
    async with listening(create_app()) as address:
        yield address


async def previewed(address: str, *arguments: str) -> Result:
    allowed = ("--allow-host", address.split("/")[2])
    given = ["harvest", address, "--preview", *allowed, *arguments]
    return await asyncio.to_thread(CliRunner().invoke, app, given)


def at(demo: str, url: str) -> list[DemoSource]:
    return [one for one in manifest(demo) if one.url == demo + url]


def everything_in(folder: Path) -> list[Path]:
    return list(folder.rglob("*"))


@pytest.mark.parametrize(("kind", "url"), ADDRESSES)
async def test_an_address_alone_shows_what_would_come(
    demo: str, kind: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    expected = [dataset for source in at(demo, url) for dataset in source.expected]

    text = await previewed(demo + url)
    found = json.loads((await previewed(demo + url, "--format", "json")).stdout)

    assert (text.exit_code, text.stderr) == (0, "")
    assert (found["kind"], found["datasets"]) == (kind, len(expected))
    assert found["resources"] >= sum(len(dataset.resources) for dataset in expected)
    assert {one["remote_id"] for one in found["sample"]} <= {one.remote_id for one in expected}
    assert f"Portail de type {kind} : {len(expected)} jeux de données" in text.stdout
    shown = " ".join(text.stdout.split())
    assert all(record["title"] in shown for record in found["sample"])
    assert all(f"{name} : {count} " in shown for name, count in found["schemas"].items())
    assert found["schemas"] or found["recognised"]
    assert all(f"{name} : {count} " in shown for name, count in found["recognised"].items())
    assert everything_in(tmp_path) == []


@pytest.mark.parametrize("kind", ["listing", "scdl-catalogue", "schema-org"])
async def test_schemas_that_nobody_declares_are_recognised_by_columns(demo: str, kind: str) -> None:
    [url] = [url for known, url in ADDRESSES if known == kind]
    [source] = at(demo, url)
    files = [file for dataset in source.expected for file in dataset.resources]

    done = await previewed(demo + url, "--format", "json")

    followed = Counter(file.schema for file in files if file.schema and not file.declared)
    assert len(followed) >= 3
    assert json.loads(done.stdout)["recognised"] == followed


async def test_options_say_what_a_folder_cannot(demo: str) -> None:
    said = [f"--set={name}={value}" for name, value in FOLDER.config.items()]

    done = await previewed(demo + FOLDER.url, "--format", "json", *said)

    records = json.loads(done.stdout)["sample"]
    assert {one["publisher"]["siret"] for one in records} == {FOLDER.config["siret"]}
    assert {one["license"] for one in records} == {"lov2"}


async def test_a_filter_that_the_kind_does_not_know_is_no_filter_passed_over(demo: str) -> None:
    [url] = [url for kind, url in ADDRESSES if kind == "opendatasoft"]

    refused = await previewed(demo + url, "--organization", "219400280")
    nobody = await previewed(demo + url, "--set", "publisher=Personne")

    assert refused.exit_code == 2
    assert "« organization »" in " ".join(refused.stderr.split())
    assert "0 jeu de données" in nobody.stdout


@pytest.mark.parametrize("kind", ["dcat", "csw", "scdl-catalogue", "schema-org"])
async def test_one_publisher_is_shown_or_those_that_there_are(demo: str, kind: str) -> None:
    url = next(url for known, url in ADDRESSES if known == kind)
    [source] = at(demo, url)
    town = source.organization.name

    shown = await previewed(demo + url, "--organization", town.upper(), "--format", "json")
    refused = await previewed(demo + url, "--organization", "Ville d'Ailleurs")

    found = json.loads(shown.stdout)
    assert found["datasets"] == len(source.expected)
    assert {one["publisher"]["name"] for one in found["sample"]} == {town}
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"On y trouve : « {town} »" in " ".join(refused.stderr.split())
