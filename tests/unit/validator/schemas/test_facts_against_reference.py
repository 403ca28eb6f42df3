"""The built-in facts, field by field, against the files as they were published."""

import json
from pathlib import Path
from typing import Any

import pytest

from services.validator.engine.json_schema.compile import compile_json_schema
from services.validator.schemas.layers import DATA
from services.validator.schemas.model import SchemaEntry
from services.validator.schemas.register import SchemaRegister
from tests.support.reference import reference_dir

FIELD_PROSE = {"title", "description", "example", "examples"}
ROOT_PROSE = {
    *{"$schema", "name", "title", "description", "author", "contributor", "contributors"},
    *{"version", "created", "updated", "lastModified", "previous", "homepage", "path", "uri"},
    *{"countryCode", "resources", "sources", "keywords", "licenses", "contact", "example"},
}
SOCLE_LABEL = "Socle Commun des Données Locales"


@pytest.fixture(scope="module")
def published() -> dict[str, dict[str, Any]]:
    index = json.loads(reference_dir("schemas", "index.json").read_text("utf-8"))
    return {entry["name"]: entry for entry in index}


def tables() -> list[SchemaEntry]:
    return [entry for entry in SchemaRegister.open().list() if entry.kind == "tableschema"]


def published_file(entry: dict[str, Any], version: dict[str, Any]) -> Path:
    file = next(name for name in version["files"] if name.endswith(".json"))
    return reference_dir("schemas", entry["slug"], version["version"], file)


def without_prose(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_prose(v) for k, v in value.items() if k not in FIELD_PROSE}
    return value


def test_every_fact_of_every_version_is_the_published_one(published: dict[str, Any]):
    compared = 0
    for built_in in tables():
        entry = published[built_in.name]
        by_number = {version["version"]: version for version in entry["versions"]}
        for version in built_in.versions:
            path = published_file(entry, by_number[version.version])
            theirs = json.loads(path.read_text("utf-8"))
            facts = DATA / entry["slug"] / "facts" / f"{version.version}.json"
            ours = json.loads(facts.read_text("utf-8"))

            assert len(ours["fields"]) == len(theirs["fields"]), path
            for our_field, their_field in zip(ours["fields"], theirs["fields"], strict=True):
                assert our_field == without_prose(their_field), (path, our_field["name"])
                compared += 1
            rest = {k: v for k, v in theirs.items() if k not in ROOT_PROSE | {"fields"}}
            assert {k: v for k, v in ours.items() if k != "fields"} == rest, path
    assert compared > 1400


def test_every_published_table_schema_of_the_socle_commun_is_built_in(
    published: dict[str, Any],
):
    register = {entry.name: entry for entry in SchemaRegister.open().list()}
    for name, entry in published.items():
        numbers = [
            version["version"]
            for version in entry["versions"]
            if version["published_in_catalogue"] and version["kind"] == "tableschema"
        ]
        if numbers and (name in register or SOCLE_LABEL in (entry["labels"] or [])):
            known = register[name]
            assert {v.version for v in known.versions} == set(numbers), name


def test_a_json_schema_judges_as_the_published_one(published: dict[str, Any]):
    """What was left out is prose: examples of the publisher have the same errors by both."""
    compared = 0
    entry = published["139bercy/format-commande-publique"]
    versions = {version["version"]: version for version in entry["versions"]}
    documents = [
        json.loads(path.read_text("utf-8"))
        for path in reference_dir("schemas", entry["slug"], "exemples").glob("*.json")
    ]
    for known in SchemaRegister.open().entry(entry["name"]).versions:
        theirs = json.loads(published_file(entry, versions[known.version]).read_text("utf-8"))
        facts = DATA / entry["slug"] / "facts" / f"{known.version}.json"
        ours = json.loads(facts.read_text("utf-8"))
        for document in documents:
            judged = [
                sorted(
                    (list(map(str, fault.path)), fault.keyword)
                    for fault in compile_json_schema(descriptor).faults(document)
                )
                for descriptor in (ours, theirs)
            ]
            assert judged[0] == judged[1], known.version
            compared += len(judged[0])
    assert compared > 20


def test_descriptions_are_our_own(published: dict[str, Any]):
    for built_in in tables():
        entry = published[built_in.name]
        theirs = published_sentences(entry, built_in)
        words = json.loads((DATA / entry["slug"] / "words.json").read_text("utf-8"))
        ours = {words["description"], *(f["description"] for f in words["fields"].values())}

        assert {text.strip(" .").lower() for text in ours} & theirs == set(), built_in.name


def published_sentences(entry: dict[str, Any], built_in: SchemaEntry) -> set[str]:
    known = {version.version for version in built_in.versions}
    sentences = set()
    for version in entry["versions"]:
        if version["version"] in known:
            descriptor = json.loads(published_file(entry, version).read_text("utf-8"))
            for part in (descriptor, *descriptor["fields"]):
                sentences.add(part.get("description", "").strip(" .").lower())
    return sentences - {""}
