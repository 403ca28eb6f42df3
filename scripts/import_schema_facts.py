"""Take the facts of published schemas into the validator's built-in register.

    python -m scripts.import_schema_facts REFERENCE

REFERENCE holds `schemas/index.json` with the published files and `catalogue/schemas.json`,
the national register. What is written under `services/validator/schemas/data/` are facts
only: names, types, constraints, keys, checks, addresses. The prose of the published files
(titles, descriptions, examples, authors) is left out; ours is written by hand in
`words.json` and never touched here. Run it again when the reference has new versions.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from services.validator.engine.kinds import schema_kind
from services.validator.schemas.column_sets import FILE, column_sets, write_column_sets

DATA = Path(__file__).parents[1] / "services/validator/schemas/data"

TRANSPORT = frozenset({"etalab/schema-stationnement", "etalab/schema-lieux-covoiturage"})
"""Taken besides the socle commun: what the towns of a syndicate are asked for."""

DOCUMENTS = frozenset({"139bercy/format-commande-publique"})
"""JSON documents that a town publishes, beside those of the socle commun."""

UNPUBLISHED = frozenset({"scdl/adresses"})
"""Left the national register, but its files are still met in the towns' portals."""

SOCLE_LABEL = "Socle Commun des Données Locales"

FIELD_PROSE = frozenset({"title", "description", "example", "examples"})
DOCUMENT_PROSE = FIELD_PROSE | {
    "$comment", "author", "contributors", "licenses", "resources", "sources",
}  # fmt: skip
NAMED = frozenset({"properties", "patternProperties", "definitions", "$defs"})
ROOT_FACTS = (
    "missingValues",
    "primaryKey",
    "foreignKeys",
    "uniqueKeys",
    "custom_checks",
)


def wanted(index: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any], Path]]:
    """Each (schema, version, file relative to the schemas folder) that the register takes."""
    for schema in index:
        name = schema["name"]
        socle = SOCLE_LABEL in (schema["labels"] or [])
        if not (socle or name in TRANSPORT | DOCUMENTS | UNPUBLISHED):
            continue
        for version in schema["versions"]:
            if not version["published_in_catalogue"] and name not in UNPUBLISHED:
                continue
            if version["kind"] not in {"tableschema", "jsonschema", "datapackage"}:
                continue
            file = next(f for f in version["files"] if f.endswith(".json"))
            yield schema, version, Path(schema["slug"]) / version["version"] / file


def field_facts(field: dict[str, Any]) -> dict[str, Any]:
    """A field, or the item of an array, without its prose."""
    return {
        key: field_facts(value) if key == "arrayItem" else value
        for key, value in field.items()
        if key not in FIELD_PROSE
    }


def document_facts(node: Any, *, names: bool = False) -> Any:
    """A JSON Schema without its prose; under `properties` and its like, keys are names."""
    if isinstance(node, list):
        return [document_facts(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: document_facts(value, names=key in NAMED and not names)
        for key, value in node.items()
        if names or key not in DOCUMENT_PROSE
    }


def package_facts(descriptor: dict[str, Any], owner: str, version: str) -> dict[str, Any]:
    """Names of the resources, and the schema that each has in the register."""
    return {
        "resources": [
            {"name": each["name"], "schema": f"{owner}/schema-{each['name']}@{version}"}
            for each in descriptor["resources"]
        ]
    }


def facts_of(descriptor: dict[str, Any], name: str, version: str) -> dict[str, Any]:
    """The descriptor without its prose; what is irregular in it stays as it is."""
    kind = schema_kind(descriptor)
    if kind == "jsonschema":
        return dict(document_facts(descriptor))
    if kind == "datapackage":
        return package_facts(descriptor, name.partition("/")[0], version)
    facts: dict[str, Any] = {"fields": [field_facts(field) for field in descriptor["fields"]]}
    return facts | {key: descriptor[key] for key in ROOT_FACTS if key in descriptor}


def rendered(facts: dict[str, Any]) -> str:
    """JSON with one field and one check per line, so that versions can be compared by eye."""
    if "fields" not in facts:
        return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"
    parts = []
    for key, value in facts.items():
        if key in {"fields", "custom_checks"}:
            lines = ",\n".join("    " + json.dumps(item, ensure_ascii=False) for item in value)
            text = f"[\n{lines}\n  ]" if value else "[]"
        else:
            text = json.dumps(value, ensure_ascii=False)
        parts.append(f'  "{key}": {text}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def declared_addresses(descriptor: dict[str, Any], version: str) -> list[str]:
    """Addresses that the file gives for itself, if they name this very version.

    Many published files still carry the address of the version before.
    """
    spellings = {version, version.removesuffix(".0")}
    own = [descriptor.get("path"), descriptor.get("uri")]
    return [
        url
        for url in own
        if isinstance(url, str) and any(re.search(rf"v?{re.escape(s)}/", url) for s in spellings)
    ]


def without_shared_addresses(entries: Iterable[dict[str, Any]]) -> None:
    """Drop each address that two versions claim: it identifies neither."""
    versions = [version for entry in entries for version in entry["versions"]]
    claims = Counter(url for version in versions for url in version["addresses"])
    for version in versions:
        version["addresses"] = [url for url in version["addresses"] if claims[url] == 1]


def facts_path(name: str, version: str) -> Path:
    """Where the facts of a version are kept."""
    return DATA / name.replace("/", "__") / "facts" / f"{version}.json"


def main(reference: Path) -> None:
    """Write the facts and the index; print what was taken."""
    index = json.loads((reference / "schemas/index.json").read_text("utf-8"))
    register = json.loads((reference / "catalogue/schemas.json").read_text("utf-8"))
    catalogue = {entry["name"]: entry for entry in register["schemas"]}
    entries: dict[str, dict[str, Any]] = {}
    for schema, version, relative in wanted(index):
        name, number = schema["name"], version["version"]
        listed = catalogue.get(name, {})
        urls = {v["version_name"]: v["schema_url"] for v in listed.get("versions", [])}
        descriptor = json.loads((reference / "schemas" / relative).read_text("utf-8"))
        target = facts_path(name, number)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(rendered(facts_of(descriptor, name, number)), "utf-8")
        entry = entries.setdefault(
            name,
            {
                "name": name,
                "kind": schema_kind(descriptor),
                "labels": schema["labels"] or [],
                "withdrawn": name in UNPUBLISHED,
                "repositories": [],
                "versions": [],
            },
        )
        for stated in (schema["homepage"], descriptor.get("homepage")):
            homepage = (stated or "").removesuffix(".git")
            if homepage and homepage not in entry["repositories"]:
                entry["repositories"].append(homepage)
        addresses = [urls[number]] if number in urls else []
        addresses += declared_addresses(descriptor, number)
        entry["versions"].append({"version": number, "addresses": list(dict.fromkeys(addresses))})
    without_shared_addresses(entries.values())
    content = {"schemas": [entries[name] for name in sorted(entries)]}
    text = json.dumps(content, ensure_ascii=False, indent=1)
    (DATA / "index.json").write_text(text + "\n", "utf-8")
    known = {
        f"{name}@{version['version']}": column_sets(
            json.loads(facts_path(name, version["version"]).read_bytes())
        )
        for name, entry in entries.items()
        for version in entry["versions"]
    }
    (DATA / FILE).write_bytes(write_column_sets(known))
    for name, entry in sorted(entries.items()):
        print(name, *(v["version"] for v in entry["versions"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
