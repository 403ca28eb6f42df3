"""Invented members, datasets and verdicts, as the harvester and the validator would send them."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from services.catalogue.operations.store_datasets import store_datasets
from shared.access.models import Organization, OrganizationKind, Principal, Role, Scope
from shared.access.store import organization_id
from shared.contracts.catalogue import (
    BatchResult,
    DatasetBatch,
    DatasetUpsert,
    ResourceUpsert,
    VerdictReport,
)
from shared.contracts.records import Publisher, SchemaReference, Spatial
from shared.db import Database

NAMESPACE = UUID("1f0c9a52-7c1e-4b7a-8a57-0d6f6a3d9b10")
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def commune(name: str, siren: str, insee_code: str, population: int, *roles: Role) -> Organization:
    return Organization(
        id=organization_id(siren=siren, name=name),
        name=name,
        siren=siren,
        insee_code=insee_code,
        population=population,
        roles=roles,
    )


CRETEIL = commune("Créteil", "219400280", "94028", 93397, Role.ANIMATOR)
LIMEIL = commune("Limeil-Brévannes", "219400447", "94044", 27411)
NOGENT = commune("Nogent-sur-Marne", "219400520", "94052", 33645, Role.EXPERIMENTER)
BOISSY = commune("Boissy-Saint-Léger", "219400041", "94004", 17042)
SYNDICATE = Organization(
    id=organization_id(siren="259400020", name="INFOCOM’94"),
    name="INFOCOM’94",
    siren="259400020",
    kind=OrganizationKind.SYNDICATE,
)
MEMBERS = (CRETEIL, LIMEIL, NOGENT, BOISSY, SYNDICATE)

EVERYONE = Principal(UUID(int=1), "syndicat", None, frozenset({Scope.CATALOGUE}))


def principal_of(organization: Organization) -> Principal:
    return Principal(UUID(int=2), organization.name, organization.id, frozenset({Scope.CATALOGUE}))


def key(*parts: str) -> UUID:
    return uuid5(NAMESPACE, "/".join(parts))


def content(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def resource(dataset: str, name: str = "a", **values: Any) -> ResourceUpsert:
    given: dict[str, Any] = {
        "id": key(dataset, name),
        "remote_id": name,
        "title": f"{name}.csv",
        "url": f"https://exemple.fr/{name}.csv",
        "format": "csv",
        "availability": "available",
        "checked_at": NOW,
    }
    return ResourceUpsert(**{**given, **values})


def checked(dataset: str, name: str = "a", *, text: str = "v1", **values: Any) -> ResourceUpsert:
    """A resource whose content was fetched and for which a validation was asked."""
    return resource(
        dataset, name, content_sha256=content(text), validation_requested=True, **values
    )


def dataset(name: str, organization: Organization = CRETEIL, **values: Any) -> DatasetUpsert:
    given: dict[str, Any] = {
        "id": key(name),
        "organization_id": organization.id,
        "revision": NOW,
        "remote_id": name,
        "title": name,
        "publisher": Publisher(name=organization.name),
        "modified": NOW - timedelta(days=30),
        "license": "lov2",
        "resources": [resource(name)],
    }
    return DatasetUpsert(**{**given, **values})


def verdict(dataset: str, name: str = "a", *, text: str = "v1", **values: Any) -> VerdictReport:
    given: dict[str, Any] = {
        "resource_id": key(dataset, name),
        "organization_id": CRETEIL.id,
        "report_id": key(dataset, name, text, str(values.get("verdict", "valid"))),
        "content_sha256": content(text),
        "verdict": "valid",
        "summary": "Le fichier est conforme au schéma.",
        "schema_name": "scdl/deliberations",
        "schema_version": "2.1.5",
        "rows": 10,
        "engine_version": "1",
        "checked_at": NOW,
    }
    return VerdictReport(**{**given, **values})


def covering(*zones: str) -> Spatial:
    return Spatial(zones=zones)


def schema(name: str) -> SchemaReference:
    return SchemaReference(name=name)


def one(name: str, **values: Any) -> DatasetUpsert:
    """Its address is its own: two of these are never taken for copies of one dataset."""
    address = f"https://portail.fr/{name}"
    given_values = {
        "remote_url": address,
        "resources": [resource(name, url=f"{address}.csv")],
        **values,
    }
    return dataset(name, given_values.pop("organization", CRETEIL), **given_values)


async def put(database: Database, *messages: DatasetUpsert) -> BatchResult:
    return await store_datasets(database, DatasetBatch(datasets=list(messages)), EVERYONE)
