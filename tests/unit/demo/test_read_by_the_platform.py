"""The platform's own connectors and engine, on what the demonstration publishes.

The manifest was written from the official schemas alone: here the two meet.
"""

import datetime as dt
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from demo import DemoSource, manifest
from demo.catalogue import Resource, build
from services.harvester.connectors.contract import Site
from services.harvester.connectors.registry import connector_of
from services.validator.adapters.run import validate_file
from services.validator.engine.result import Result
from services.validator.schemas.register import SchemaRegister
from shared.contracts.records import DatasetRecord, SchemaReference

NOW = dt.datetime(2026, 10, 15, tzinfo=dt.UTC)
SOURCES = manifest("http://demo.test")
FILES = [
    one
    for dataset in build(94)
    for one in dataset.resources
    if one.expected != "unavailable"
    and not one.is_documentation
    and one.file.form not in {"zip", "json"}
]


@dataclass(frozen=True)
class _Getter:
    """The portals without a network, behind the interface of the guarded fetcher."""

    client: httpx2.AsyncClient

    async def get(self, url: str, *, headers=None, limit=None) -> "_Answer":
        answer = await self.client.get(url, headers=dict(headers or {}))
        return _Answer(answer.status_code, str(answer.url), answer.headers, answer.content)


@dataclass(frozen=True)
class _Answer:
    status: int
    url: str
    headers: httpx2.Headers
    body: bytes


async def _records(portal: httpx2.AsyncClient, source: DemoSource) -> AsyncIterator[DatasetRecord]:
    site = Site(url=source.url, now=NOW, config=source.config)
    async for page in connector_of(source.kind).pages(site, _Getter(portal)):
        assert page.complete
        assert not page.rejected
        for record in page.records:
            yield record


@pytest.mark.parametrize("source", SOURCES, ids=lambda one: one.kind + one.organization.siren)
async def test_a_connector_finds_what_the_manifest_promises(
    portal: httpx2.AsyncClient, source: DemoSource
) -> None:
    records = {one.remote_id: one async for one in _records(portal, source)}

    assert set(records) == {one.remote_id for one in source.expected}
    for expected in source.expected:
        record = records[expected.remote_id]
        assert record.title == expected.title
        assert record.warnings == ()
        assert {one.url for one in record.resources} == {one.url for one in expected.resources}
        declared = {one.url: one.schema_ref or record.schema_ref for one in record.resources}
        for resource in expected.resources:
            assert _names_a_schema(declared[resource.url]) == resource.declared


def _names_a_schema(reference: SchemaReference | None) -> bool:
    return reference is not None and bool(reference.name or reference.url)


@pytest.fixture(scope="module")
def register() -> SchemaRegister:
    return SchemaRegister.open()


def _checked(resource: Resource, register: SchemaRegister) -> Result:
    schema = None
    if resource.schema and resource.declares_schema:
        wanted = {
            "version": SchemaReference(name=resource.schema.name, version=resource.schema.version),
            "name": SchemaReference(name=resource.schema.name),
            "url": SchemaReference(url=resource.schema.url),
        }
        schema = register.resolve(wanted[resource.file.declared])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / resource.name
        path.write_bytes(resource.content() or b"")
        return validate_file(path, schema=schema, candidates=register)


@pytest.mark.parametrize("resource", FILES, ids=lambda one: one.name)
def test_the_engine_agrees_with_the_manifest(resource: Resource, register: SchemaRegister) -> None:
    result = _checked(resource, register)

    verdict = "no-schema" if result.no_schema else result.verdict
    assert verdict == resource.expected, (result.cause, result.errors[:3])
    assert resource.expected_errors <= set(result.errors_by_code)
