"""Duplicates: which datasets are held to be one, and a person's word on it."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from services.catalogue.api.cursors import after_id
from services.catalogue.api.dependencies import FileLanguage, GivenDatabase, Writer
from services.catalogue.api.schemas import ProvenanceView, provenance_view
from services.catalogue.api.tables import csv_stream, named_columns
from services.catalogue.models.dataset import DatasetCopy
from services.catalogue.operations.decide_identity import (
    Decision,
    decide_identity,
    list_duplicates,
)
from shared.http.paging import Cursor, Page, PageSize, encode_cursor

router = APIRouter()

_READ_AT_ONCE = 500
_HEADER = (
    "jeu",
    "id",
    "titre",
    "organisation",
    "portail",
    "type_portail",
    "montre",
    "reconnu_par",
    "archive",
    "url_origine",
)


class ClusterView(BaseModel):
    """One dataset with all its copies, the shown one first."""

    shown: UUID
    copies: list[ProvenanceView]


class DecisionBody(BaseModel):
    """`same`: the two are one; `distinct`: they are two; `evidence`: no decision any more."""

    model_config = ConfigDict(extra="forbid")

    one: UUID
    other: UUID
    decision: Decision
    note: str | None = Field(default=None, max_length=500)


@router.get("/duplicates", summary="Les jeux qui nous parviennent par plusieurs voies")
async def get_duplicates(
    database: GivenDatabase, cursor: Cursor = None, page_size: PageSize = 50
) -> Page[ClusterView]:
    """Each with its copies and why they are held to be the same."""
    found = await list_duplicates(database, after=after_id(cursor), limit=page_size + 1)
    shown = [
        ClusterView(shown=copies[0].id, copies=[provenance_view(copy) for copy in copies])
        for copies in found[:page_size]
    ]
    more = len(found) > page_size
    return Page(items=shown, next_cursor=encode_cursor(str(shown[-1].shown)) if more else None)


@router.get("/duplicates.csv", summary="Les jeux qui nous parviennent par plusieurs voies, en CSV")
async def get_duplicates_csv(database: GivenDatabase, language: FileLanguage) -> Response:
    """One line per copy, the one that is shown first among those of its dataset; streamed."""

    async def rows() -> AsyncIterator[tuple[Any, ...]]:
        after = None
        while found := await list_duplicates(database, after=after, limit=_READ_AT_ONCE):
            for copies in found:
                for copy in copies:
                    yield _row(copies[0].id, copy)
            after = found[-1][0].id

    return csv_stream("doublons", named_columns(_HEADER, language), rows())


@router.post(
    "/duplicates/decisions", status_code=204, summary="Réunir ou séparer deux jeux de données"
)
async def post_decision(body: DecisionBody, database: GivenDatabase, principal: Writer) -> Response:
    """Applied at once, and kept whatever later harvests bring."""
    await decide_identity(
        database, body.one, body.other, body.decision, principal=principal, note=body.note
    )
    return Response(status_code=204)


def _row(shown: UUID, copy: DatasetCopy) -> tuple[Any, ...]:
    return (
        shown,
        copy.id,
        copy.title,
        copy.organization_name,
        copy.portal_name,
        copy.portal_kind,
        int(copy.shown),
        copy.recognised_by,
        int(copy.archived),
        copy.remote_url,
    )
