"""What each kind of portal is able to show of a dataset: identifiers, title, files.

Written from what the kinds of portals are, not from what the platform makes of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from demo.catalogue import Dataset, Resource
from demo.plan import Portal, Verdict
from demo.portals.arcgis_hub import item_id
from demo.portals.ckan import package_id
from demo.portals.csw import record_id
from demo.portals.listing import listed_id, listed_title
from demo.portals.opendatasoft import EXPORTS, export_path, has_records


@dataclass(frozen=True)
class ShownFile:
    """A file as a portal offers it; `resource` is what it is made of."""

    resource: Resource
    remote_id: str
    title: str
    url: str
    verdict: Verdict
    declared: bool


def shown_id(portal: Portal, seed: int, dataset: Dataset) -> str:
    """By what the portal identifies the dataset."""
    if portal.kind == "ckan":
        return package_id(seed, dataset)
    if portal.kind == "csw":
        return record_id(seed, dataset)
    if portal.kind == "arcgis-hub":
        return item_id(dataset)
    if portal.kind == "listing":
        return listed_id(dataset)
    return dataset.slug if portal.kind == "opendatasoft" else dataset.id


def shown_title(portal: Portal, dataset: Dataset) -> str:
    """Under which title."""
    return listed_title(dataset) if portal.kind == "listing" else dataset.title


def shown_files(portal: Portal, dataset: Dataset, base_url: str) -> Iterator[ShownFile]:
    """Its files. What a portal says of the schema for a whole dataset it says of each."""
    whole = portal.kind in {"csw", "opendatasoft"}
    declared = any(one.declares_schema for one in dataset.resources)
    if portal.kind == "opendatasoft" and has_records(dataset):
        yield from _exports(portal, dataset, base_url, declared=declared)
        return
    for one in dataset.resources:
        yield ShownFile(
            one,
            remote_id=one.id,
            title=one.name,
            url=one.url(base_url),
            verdict=one.expected,
            declared=declared if whole else one.declares_schema,
        )


def _exports(
    portal: Portal, dataset: Dataset, base_url: str, *, declared: bool
) -> Iterator[ShownFile]:
    """The CSV is checked; the same records in other forms are not checked again."""
    (resource,) = dataset.resources
    for extension in EXPORTS:
        yield ShownFile(
            resource,
            remote_id=extension,
            title=f"{dataset.slug}.{extension}",
            url=base_url + export_path(portal, dataset, extension),
            verdict=resource.expected if extension == "csv" else "no-schema",
            declared=declared,
        )
