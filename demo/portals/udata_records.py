"""Datasets, resources and organisations as udata's API version 1 writes them. Pure."""

import hashlib
from typing import Any

from demo.catalogue import FICTITIOUS, Dataset, Resource, organization_id
from demo.members import Member
from demo.portals.holdings import Library


def organization_reference(base: str, seed: int, member: Member) -> dict[str, Any]:
    """The organisation as it stands inside a dataset: without its SIRET."""
    return {
        "class": "Organization",
        "id": organization_id(seed, member),
        "name": member.body,
        "acronym": None,
        "slug": member.slug,
        "page": f"{base}/organizations/{member.slug}/",
        "uri": f"{base}/api/1/organizations/{member.slug}/",
        "logo": None,
        "logo_thumbnail": None,
        "badges": [{"kind": "public-service"}, {"kind": "local-authority"}],
    }


def organization(base: str, seed: int, member: Member, *, datasets: int) -> dict[str, Any]:
    """The organisation at its own address."""
    return {
        **organization_reference(base, seed, member),
        "business_number_id": member.siret,
        "description": FICTITIOUS,
        "url": f"https://www.{member.web_domain}",
        "created_at": "2019-01-15T09:00:00.000000+00:00",
        "last_modified": "2026-01-15T09:00:00.000000+00:00",
        "deleted": None,
        "extras": {},
        "members": [],
        "metrics": {"datasets": datasets, "followers": 0, "members": 0, "reuses": 0, "views": 0},
    }


def dataset(base: str, library: Library, shown: Dataset) -> dict[str, Any]:
    """A whole dataset; `base` is the portal's address."""
    created, modified = shown.created.isoformat(), shown.modified.isoformat()
    first, last = shown.years
    return {
        "id": shown.id,
        "slug": shown.slug,
        "title": shown.title,
        "acronym": None,
        "description": shown.description,
        "description_short": None,
        "created_at": created,
        "last_modified": modified,
        "last_update": modified,
        "deleted": None,
        "archived": None,
        "private": False,
        "featured": False,
        "tags": list(shown.keywords),
        "badges": [],
        "frequency": shown.subject.frequency,
        "frequency_date": None,
        "license": shown.publication.license,
        "temporal_coverage": {"start": f"{first}-01-01", "end": f"{last}-12-31"},
        "spatial": {
            "geom": None,
            "zones": [f"fr:{shown.member.kind}:{shown.member.code}"],
            "granularity": f"fr:{shown.member.kind}",
        },
        "organization": organization_reference(base, library.seed, shown.member),
        "owner": None,
        "schema": None,
        "extras": {"demonstration:fictitious": True},
        "harvest": None,
        "resources": [resource(base, library, one) for one in shown.resources],
        "contact_points": [
            {"name": "Service numérique", "email": f"opendata@{shown.member.web_domain}"}
        ],
        "quality": {"license": True, "has_resources": True, "score": 0.6},
        "metrics": {"views": 0, "followers": 0, "reuses": 0, "resources_downloads": 0},
        "internal": {"created_at_internal": created, "last_modified_internal": modified},
        "uri": f"{base}/api/1/datasets/{shown.slug}/",
        "page": f"{base}/datasets/{shown.slug}/",
    }


def resource(base: str, library: Library, shown: Resource) -> dict[str, Any]:
    """One resource. A site that holds the file knows its size; a link says nothing of it."""
    held = shown.file.form not in {"missing", "unresolvable", "refused", "html", "large"}
    content = library.content(shown) if held else None
    modified = shown.modified.isoformat()
    site = base.rsplit("/", 1)[0]
    return {
        "id": shown.id,
        "title": shown.name,
        "description": FICTITIOUS,
        "filetype": "file" if held else "remote",
        "type": "documentation" if shown.is_documentation else "main",
        "format": shown.extension,
        "mime": shown.media_type if held else None,
        "url": shown.url(site),
        "latest": f"{base}/api/1/datasets/r/{shown.id}",
        "filesize": len(content) if content is not None else None,
        "checksum": None if content is None else {"type": "sha1", "value": _sha1(content)},
        "created_at": modified,
        "last_modified": modified,
        "schema": declared_schema(shown),
        "harvest": None,
        "extras": {},
        "preview_url": None,
        "metrics": {"views": 0},
        "internal": {"created_at_internal": modified, "last_modified_internal": modified},
    }


def declared_schema(shown: Resource) -> dict[str, str | None] | None:
    """The schema in the shape that the plan chose, of those that the API is seen to use."""
    declared = shown.file.declared
    if declared == "nulls":
        return {"name": None, "url": None, "version": None}
    if declared == "empty":
        return {}
    if shown.schema is None or declared == "none":
        return None
    if declared == "name":
        return {"name": shown.schema.name, "version": None}
    if declared == "url":
        return {"name": None, "version": None, "url": shown.schema.url}
    return {"name": shown.schema.name, "version": shown.schema.version, "url": None}


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
