"""Synchronisation against a real HTTP server that plays the national register."""

import asyncio
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.validator.schemas.errors import (
    RegisterUnavailableError,
    SyncRunningError,
    UnknownSchemaError,
)
from services.validator.schemas.register import SchemaRegister
from services.validator.schemas.sync import SyncReport, sync_register

Descriptor = dict[str, Any]


@dataclass
class FakeRegister:
    """Serves what it holds and counts what is asked; a missing page is a 404."""

    url: str = ""
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    schemas: dict[str, dict[str, Any]] = field(default_factory=dict)

    def publish(self, name: str, version: str, descriptor: Descriptor | bytes, **words: Any):
        path = f"/schemas/{name}/{version}/schema.json"
        content = descriptor if isinstance(descriptor, bytes) else json.dumps(descriptor).encode()
        self.pages[path] = content
        self.announce(name, version, self.url + path, **words)

    def announce(self, name: str, version: str, url: str, **words: Any):
        entry = self.schemas.setdefault(
            name,
            {"name": name, "title": f"Titre de {name}", "schema_type": "tableschema"}
            | {"labels": ["Essai"], "homepage": f"{self.url}/{name}.git", "versions": []},
        )
        entry |= words
        entry["versions"].append({"version_name": version, "schema_url": url})

    async def sync(self, root: Path) -> SyncReport:
        self.pages["/schemas.json"] = json.dumps({"schemas": [*self.schemas.values()]}).encode()
        return await self.sync_as_it_is(root)

    async def sync_as_it_is(self, root: Path) -> SyncReport:
        async with httpx2.AsyncClient(trust_env=False) as client:

            async def fetch(url: str) -> bytes:
                response = await client.get(url)
                if response.status_code != 200:
                    raise OSError(f"le serveur a répondu {response.status_code}")
                return response.content

            return await sync_register(fetch=fetch, root=root, url=f"{self.url}/schemas.json")


@pytest.fixture
def national() -> Iterator[FakeRegister]:
    fake = FakeRegister()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fake.asked.append(self.path)
            body = fake.pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()


def small(*names: str) -> Descriptor:
    return {"fields": [{"name": name, "type": "string"} for name in names]}


def states(report: SyncReport) -> dict[tuple[str, str | None], str]:
    return {(outcome.name, outcome.version): outcome.state for outcome in report.outcomes}


def json_files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*.json")}


async def test_new_versions_stand_beside_the_built_in_ones(national: FakeRegister, tmp_path: Path):
    built_in = SchemaRegister.open().get("scdl/deliberations")
    national.publish("scdl/deliberations", "2.1.5", small("piege"))
    national.publish("scdl/deliberations", "2.2.0", small("COLL_NOM", "NEUF"))
    national.publish("ville/arbres", "1.0.0", small("essence"))
    register = SchemaRegister.open(tmp_path)
    revision = register.revision()

    report = await national.sync(tmp_path)

    assert register.revision() != revision
    assert states(report) == {
        ("scdl/deliberations", "2.1.5"): "unchanged",
        ("scdl/deliberations", "2.2.0"): "added",
        ("ville/arbres", "1.0.0"): "added",
    }
    assert register.get("scdl/deliberations").field_names == ("COLL_NOM", "NEUF")
    assert register.get("scdl/deliberations", "2.1.5").sha256 == built_in.sha256
    assert register.entry("scdl/deliberations").title == "Délibérations"
    trees = register.get("ville/arbres")
    assert (trees.title, trees.labels) == ("Titre de ville/arbres", ("Essai",))
    address = f"{national.url}/schemas/ville/arbres/1.0.0/schema.json"
    assert register.resolve(address).name == "ville/arbres"
    assert register.resolve(f"{national.url}/ville/arbres/raw/v1.0/x.json").version == "1.0.0"


async def test_a_second_synchronisation_asks_for_the_list_only(
    national: FakeRegister, tmp_path: Path
):
    national.publish("ville/arbres", "1.0.0", small("essence"))
    await national.sync(tmp_path)
    national.asked.clear()

    report = await national.sync(tmp_path)

    assert national.asked == ["/schemas.json"]
    assert report.summary == (
        "0 version ajoutée, 1 déjà connue, 0 en échec, 0 schéma d'une autre sorte."
    )


async def test_what_no_file_is_checked_with_is_told_and_left(
    national: FakeRegister, tmp_path: Path
):
    national.publish("cnig/plu", "1.0.0", b"{}", schema_type="other")

    report = await national.sync(tmp_path)

    assert [(o.name, o.state, o.reason) for o in report.outcomes] == [
        ("cnig/plu", "ignored", "rien ne peut être contrôlé avec (other)")
    ]
    assert national.asked == ["/schemas.json"]


async def test_documents_and_packages_come_with_the_tables(national: FakeRegister, tmp_path: Path):
    contracts = {"properties": {"marches": {"items": {"properties": {"id": {}, "objet": {}}}}}}
    package = {
        "name": "paquet",
        "resources": [{"name": "arbres", "path": "a.csv", "schema": "arbres/schema.json"}],
    }
    national.publish("ville/marches", "1.0.0", contracts, schema_type="jsonschema")
    national.publish("ville/paquet", "1.0.0", package, schema_type="datapackage")
    national.publish(
        "ville/schema-arbres", "1.0.0", small("essence"), datapackage_name="ville/paquet"
    )

    report = await national.sync(tmp_path)
    register = SchemaRegister.open(tmp_path)

    assert {outcome.state for outcome in report.outcomes} == {"added"}
    assert [register.entry(f"ville/{n}").kind for n in ("marches", "paquet")] == [
        "jsonschema",
        "datapackage",
    ]
    resources = register.get("ville/paquet").descriptor["resources"]
    assert [each["schema"]["fields"][0]["name"] for each in resources] == ["essence"]
    [columns] = register.column_sets("ville/marches", "1.0.0")
    assert columns.names == ("id", "objet")


async def test_a_json_schema_that_is_none_is_refused_with_its_place(
    national: FakeRegister, tmp_path: Path
):
    wrong = {"properties": {"id": {"type": "texte"}}}
    national.publish("ville/marches", "1.0.0", wrong, schema_type="jsonschema")

    report = await national.sync(tmp_path)

    [outcome] = report.outcomes
    assert outcome.state == "failed"
    assert "properties/id/type" in (outcome.reason or "")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b" " * (2 * 1024 * 1024 + 1), "la limite est de 2048 Kio"),
        (json.dumps(small(*map(str, range(2001)))).encode(), "2001 champs"),
        (b"[" * 50_000, "imbriqué"),
        (b"<html>", "JSON"),
        (b'{"fields": [{"name": "a", "type": "nombre"}]}', "type"),
    ],
)
async def test_a_hostile_version_fails_alone(
    national: FakeRegister, tmp_path: Path, content: bytes, said: str
):
    national.publish("ville/arbres", "1.0.0", small("essence"))
    national.publish("ville/arbres", "2.0.0", content)

    report = await national.sync(tmp_path)

    assert said in (report.of("failed")[0].reason or "")
    assert SchemaRegister.open(tmp_path).get("ville/arbres").version == "1.0.0"


async def test_a_version_that_cannot_be_had_is_asked_for_again_next_time(
    national: FakeRegister, tmp_path: Path
):
    national.announce("ville/arbres", "1.0.0", f"{national.url}/plus-tard.json")
    first = await national.sync(tmp_path)
    national.pages["/plus-tard.json"] = json.dumps(small("essence")).encode()

    second = await national.sync(tmp_path)

    assert first.of("failed")[0].reason == "le serveur a répondu 404"
    assert states(second) == {("ville/arbres", "1.0.0"): "added"}


@pytest.mark.parametrize("page", [b"<html>", b"[]", b'{"schemas": []}', b'{"schemas": 3}', None])
async def test_a_register_that_answers_nonsense_changes_nothing(
    national: FakeRegister, tmp_path: Path, page: bytes | None
):
    national.publish("ville/arbres", "1.0.0", small("essence"))
    await national.sync(tmp_path)
    before = (tmp_path / "index.json").read_bytes()
    national.pages.pop("/schemas.json")
    if page is not None:
        national.pages["/schemas.json"] = page

    with pytest.raises(RegisterUnavailableError, match="Rien n'a été changé"):
        await national.sync_as_it_is(tmp_path)

    assert (tmp_path / "index.json").read_bytes() == before


async def test_a_schema_that_leaves_the_register_is_kept_and_marked(
    national: FakeRegister, tmp_path: Path
):
    national.publish("ville/arbres", "1.0.0", small("essence"))
    national.publish("ville/bancs", "1.0.0", small("bois"))
    await national.sync(tmp_path)
    national.schemas.pop("ville/arbres")

    await national.sync(tmp_path)

    register = SchemaRegister.open(tmp_path)
    assert register.get("ville/arbres").withdrawn
    assert not register.get("ville/bancs").withdrawn


async def test_names_and_versions_that_are_paths_are_left_out(
    national: FakeRegister, tmp_path: Path
):
    for name in ("../../etc/passwd", "ville/..", "ville", "a/b/c", "/ville/arbres"):
        national.publish(name, "1.0.0", small("a"))
    national.publish("ville/arbres", "../1.0.0", small("a"))
    national.publish("ville/bancs", "1.0.0", small("a"))
    root = tmp_path / "schemas"

    report = await national.sync(root)

    assert states(report)["ville/bancs", "1.0.0"] == "added"
    assert len(report.of("added")) == 1
    assert json_files(tmp_path) == {
        "schemas/columns.json",
        "schemas/index.json",
        "schemas/versions/ville/bancs/1.0.0.json",
    }


async def test_a_cut_before_the_index_leaves_the_register_as_it_was(
    national: FakeRegister, tmp_path: Path
):
    national.publish("ville/arbres", "1.0.0", small("essence"))
    await national.sync(tmp_path)
    stray = tmp_path / "versions/ville/arbres/2.0.0.json"
    stray.write_text(json.dumps(small("demi")), "utf-8")

    with pytest.raises(UnknownSchemaError):
        SchemaRegister.open(tmp_path).get("ville/arbres", "2.0.0")


async def test_two_synchronisations_of_one_folder_do_not_run_together(
    national: FakeRegister, tmp_path: Path
):
    national.publish("ville/arbres", "1.0.0", small("essence"))
    national.pages["/schemas.json"] = json.dumps({"schemas": [*national.schemas.values()]}).encode()

    results = await asyncio.gather(
        national.sync_as_it_is(tmp_path), national.sync_as_it_is(tmp_path), return_exceptions=True
    )

    assert {type(result) for result in results} == {SyncReport, SyncRunningError}


async def test_a_damaged_index_leaves_the_built_in_schemas_and_is_mended(
    national: FakeRegister, tmp_path: Path
):
    (tmp_path / "index.json").write_text('{"schemas": [{"na', "utf-8")
    register = SchemaRegister.open(tmp_path)

    assert register.get("scdl/prenoms").version == "1.1.6"

    national.publish("ville/arbres", "1.0.0", small("essence"))
    await national.sync(tmp_path)

    assert register.get("ville/arbres").version == "1.0.0"
