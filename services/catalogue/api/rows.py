"""The rows of a resource: JSON by pages, CSV and Parquet whole."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict

from services.catalogue.api.dependencies import GivenDatabase, GivenResources, Writer
from services.catalogue.api.tables import csv_stream
from services.catalogue.models.resource_table import (
    ROW,
    VALID,
    Filter,
    Operator,
    RowsQuery,
)
from services.catalogue.operations.read_rows import (
    MAX_PAGE,
    checked,
    every_row,
    read_rows,
    resource_table,
)
from services.catalogue.operations.record_tables import record_tables
from shared.contracts.catalogue import TableBatch
from shared.errors import InvalidInputError
from shared.http.paging import Cursor, decode_cursor, encode_cursor

router = APIRouter()

_SORT = "sort"
_PARQUET = "application/vnd.apache.parquet"


class ColumnView(BaseModel):
    """A column; `type` is the schema's, null where no schema describes it."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    type: str | None
    key: bool


class RowsView(BaseModel):
    """A page of rows. `total` counts those that fit the filters.

    Each row has its columns as texts (null: empty cell), `_row`, the row as the report counts,
    and `_valid`, whether it has no error (null without a schema). `complete`: the table has
    all rows of the file; `valid_rows` of its `rows` have no error.
    """

    resource_id: UUID
    report_id: UUID
    schema_name: str | None
    schema_version: str | None
    columns: list[ColumnView]
    rows: list[dict[str, Any]]
    total: int
    rows_in_table: int
    valid_rows: int | None
    complete: bool
    next_cursor: str | None


async def rows_query(
    request: Request,
    columns: Annotated[
        str | None, Query(description="Colonnes voulues, séparées par des virgules")
    ] = None,
    valid: Annotated[
        bool | None, Query(description="true : lignes sans erreur ; false : lignes en erreur")
    ] = None,
) -> RowsQuery:
    """What the parameters ask: `colonne__exact=…`, `colonne__contains=…`, `colonne__sort=desc`.

    Raises `InvalidInputError` for an operator that does not exist.
    """
    filters: list[Filter] = []
    sort: list[tuple[str, bool]] = []
    for name, value in request.query_params.multi_items():
        column, separator, operator = name.rpartition("__")
        if not separator or not column:
            continue
        if operator == _SORT:
            sort.append((column, value.lower() == "desc"))
        elif operator in set(Operator):
            filters.append(Filter(column, Operator(operator), value.replace("\x00", "")))
        else:
            raise InvalidInputError(
                f"« {operator[:50]} » n’est pas un opérateur. Opérateurs : sort, "
                f"{', '.join(Operator)}.",
                message_en=f"`{operator[:50]}` is no operator; use sort, {', '.join(Operator)}.",
            )
    chosen = tuple(dict.fromkeys(columns.split(","))) if columns else ()
    return RowsQuery(columns=chosen, filters=tuple(filters), sort=tuple(sort), valid=valid)


Asked = Annotated[RowsQuery, Depends(rows_query)]
Spreadsheet = Annotated[
    bool,
    Query(description="Pour un tableur : BOM, et rien qui puisse y être pris pour une formule"),
]


@router.post("/tables", summary="Annoncer des tables")
async def post_tables(
    batch: TableBatch, database: GivenDatabase, principal: Writer
) -> dict[str, int]:
    """Up to 500 tables, all or none; the same batch may be sent again."""
    return {"recorded": await record_tables(database, batch, principal)}


@router.get("/resources/{resource_id}/rows", summary="Lignes d’une ressource")
async def get_rows(
    resource_id: UUID,
    given: GivenResources,
    query: Asked,
    cursor: Cursor = None,
    page_size: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 20,
) -> RowsView:
    """A page of rows; as CSV (`Accept: text/csv`) all of them.

    Filters: `colonne__exact`, `__differs`, `__contains`, `__in`, `__less`, `__greater`,
    `__strictly_less`, `__strictly_greater`, `__isnull`, `__isnotnull`; order: `colonne__sort`.
    """
    offset = decode_cursor(cursor, length=1)[0] if cursor else 0
    if not isinstance(offset, int) or offset < 0:
        raise InvalidInputError("Le paramètre « cursor » n’est pas valable.")
    page = await read_rows(
        given.database, given.store, resource_id, query, offset=offset, limit=page_size
    )
    return RowsView(
        resource_id=resource_id,
        report_id=page.table.report_id,
        schema_name=page.table.schema_name,
        schema_version=page.table.schema_version,
        columns=[ColumnView.model_validate(column) for column in page.columns],
        rows=[dict(row) for row in page.rows],
        total=page.total,
        rows_in_table=page.table.rows,
        valid_rows=page.table.valid_rows,
        complete=page.table.complete,
        next_cursor=None if page.next_offset is None else encode_cursor(page.next_offset),
    )


@router.get("/resources/{resource_id}/rows.csv", summary="Lignes d’une ressource, en CSV")
async def get_rows_csv(
    resource_id: UUID, given: GivenResources, query: Asked, *, spreadsheet: Spreadsheet = False
) -> Response:
    """Every row that fits, streamed."""
    table = await resource_table(given.database, resource_id)
    fitting = checked(table, query)

    async def rows() -> AsyncIterator[tuple[Any, ...]]:
        async for batch in every_row(given.store, table, fitting):
            for row in batch:
                yield (*row[:-1], "" if row[-1] is None else str(row[-1]).lower())

    header = (*fitting.columns, ROW, VALID)
    return csv_stream(f"lignes-{resource_id}", header, rows(), spreadsheet=spreadsheet)


@router.get("/resources/{resource_id}/table.parquet", summary="Table d’une ressource, en Parquet")
async def get_table(resource_id: UUID, given: GivenResources) -> Response:
    """The whole table as it is stored."""
    table = await resource_table(given.database, resource_id)
    return FileResponse(
        given.store.path(table.table_sha256),
        media_type=_PARQUET,
        filename=f"{resource_id}.parquet",
        headers={"ETag": f'"{table.table_sha256}"'},
    )
