"""A file of a dataset as a table on the site: sorted, filtered, drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from services.catalogue.api.dependencies import GivenResources
from services.catalogue.errors import ResourceGoneError
from services.catalogue.models.dataset import Dataset, Resource
from services.catalogue.models.resource_table import (
    Filter,
    Operator,
    ResourceTable,
    RowsPage,
    RowsQuery,
)
from services.catalogue.operations.read_dataset import read_dataset
from services.catalogue.operations.read_rows import checked, every_row, read_rows, resource_table
from services.catalogue.portal.pictures import Pictures, choose_pictures
from services.catalogue.portal.rendering import render
from services.catalogue.resources import Resources
from shared.errors import NotFoundError, ServiceError
from shared.http.paging import encode_cursor

router = APIRouter()

PAGE_SIZE = 100
MOST = 1_000
"""Rows that the page leads to; the rest is in the downloads."""
PREVIEW = 8
DRAWN = 5_000


@dataclass(frozen=True)
class Preview:
    """The first rows of a resource, and what they can be drawn as."""

    resource: Resource
    page: RowsPage
    pictures: Pictures


@router.get("/jeux/{dataset_id}/tableau/{resource_id}")
async def explore(
    request: Request,
    resources: GivenResources,
    dataset_id: UUID,
    resource_id: UUID,
    colonne: str = "",
    contient: Annotated[str, Query(max_length=200)] = "",
    tri: str = "",
    ordre: str = "",
    valides: str = "",
    debut: Annotated[int, Query(ge=0, le=MOST)] = 0,
) -> Response:
    """The table by pages of a hundred rows, to the thousandth; its pictures; its downloads."""
    dataset = await read_dataset(resources.database, dataset_id)
    resource = present_resource(dataset, resource_id)
    table = await resource_table(resources.database, resource_id)
    names = [column.name for column in table.columns]
    query = RowsQuery(
        filters=(Filter(colonne, Operator.CONTAINS, contient),)
        if contient and colonne in names
        else (),
        sort=((tri, ordre == "desc"),) if tri in names else (),
        valid=True if valides else None,
    )
    page = await read_rows(
        resources.database,
        resources.store,
        resource_id,
        query,
        offset=debut,
        limit=min(PAGE_SIZE, MOST - debut) or 1,
    )
    following = page.next_offset
    if following is not None and following >= MOST:
        following = None
    return render(
        request,
        "table.html",
        {
            "dataset": dataset,
            "resource": resource,
            "page": page,
            "asked": {
                "colonne": colonne if colonne in names else "",
                "contient": contient,
                "tri": tri if tri in names else "",
                "ordre": "desc" if ordre == "desc" else "",
                "valides": "1" if valides else "",
            },
            "start": debut,
            "following": following,
            "cursor": None if following is None else encode_cursor(following),
            "most": MOST,
            "pictures": await _pictures(resources, table),
            "rows_url": f"/api/catalogue/v1/resources/{resource_id}/rows",
            "exported": _exported(query),
            "fictitious": dataset.fictitious,
        },
    )


def present_resource(dataset: Dataset, resource_id: UUID) -> Resource:
    """A resource that the dataset still lists. Raises `NotFoundError`, `ResourceGoneError` for
    one that it listed once.
    """
    for resource in dataset.resources:
        if resource.id == resource_id and resource.removed_at is None:
            return resource
        if resource.id == resource_id:
            raise ResourceGoneError(
                f"Le portail d’origine a retiré ce fichier le {resource.removed_at:%d/%m/%Y}. Son "
                "jeu de données reste dans le catalogue, avec les fichiers qu’il a encore.",
                message_en=f"The portal withdrew this file on {resource.removed_at:%Y-%m-%d}.",
            )
    raise NotFoundError(
        "Ce jeu de données n’a pas, ou plus, ce fichier.",
        message_en="This dataset has no such file, or no longer.",
    )


async def preview_of(resources: Resources, candidates: Sequence[Resource]) -> Preview | None:
    """The first of these resources that has a table, valid files first."""
    for resource in sorted(candidates, key=lambda one: one.verdict != "valid"):
        try:
            page = await read_rows(
                resources.database, resources.store, resource.id, RowsQuery(), limit=PREVIEW
            )
            return Preview(resource, page, await _pictures(resources, page.table))
        except ServiceError:  # no table, or its content is not at hand: the page does without
            continue
    return None


async def pictures_of(resources: Resources, resource_id: UUID) -> Pictures:
    """What a resource can be drawn as. Raises `NotFoundError` when it has no table."""
    return await _pictures(resources, await resource_table(resources.database, resource_id))


async def _pictures(resources: Resources, table: ResourceTable) -> Pictures:
    """Drawn from the valid rows where a schema says which they are; 5,000 rows at most."""
    valid = None if table.valid_rows is None else True
    query = checked(table, RowsQuery(valid=valid))
    rows: list[Mapping[str, str | None]] = []
    try:
        async for batch in every_row(resources.store, table, query):
            rows.extend(dict(zip(query.columns, row, strict=False)) for row in batch)
            if len(rows) >= DRAWN:
                break
    except ServiceError:
        return Pictures(0)
    return choose_pictures(table.columns, rows[:DRAWN])


def _exported(query: RowsQuery) -> dict[str, Any]:
    """The same question for the API, so that a download holds what the page shows."""
    asked: dict[str, Any] = {f"{f.column}__{f.operator}": f.value for f in query.filters}
    asked.update({f"{name}__sort": "desc" if down else "asc" for name, down in query.sort})
    if query.valid is not None:
        asked["valid"] = "true"
    return asked
