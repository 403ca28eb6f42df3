"""Datasets: the batch that stores them, the search, one of them."""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import RedirectResponse

from services.catalogue.api.dependencies import (
    FileLanguage,
    GivenDatabase,
    GivenIndex,
    ReaderLanguage,
    Writer,
)
from services.catalogue.api.schemas import (
    DatasetView,
    SearchView,
    VerdictView,
    dataset_view,
    facet_views,
    hit_view,
)
from services.catalogue.api.search_query import GivenQuery, search_page
from services.catalogue.api.tables import csv_response, csv_stream, named_columns
from services.catalogue.operations.guides import search_guides
from services.catalogue.operations.read_dataset import read_dataset, read_history
from services.catalogue.operations.record_verdicts import record_verdicts
from services.catalogue.operations.search_datasets import every_hit
from services.catalogue.operations.store_datasets import store_datasets
from shared.contracts.catalogue import BatchResult, DatasetBatch, VerdictBatch
from shared.http.paging import Cursor, PageSize

router = APIRouter()
Explain = Annotated[bool, Query(description="Dire pourquoi chaque jeu a sa place")]

_GUIDES = 3

_CSV_HEADER = (
    "id",
    "titre",
    "organisation",
    "producteur",
    "territoire_code",
    "territoire_nom",
    "licence",
    "schemas",
    "formats",
    "ressources",
    "conformes",
    "non_conformes",
    "part_conforme",
    "points_qualite",
    "date_modification",
    "archive",
    "fictif",
    "url",
    "url_origine",
)
_HISTORY_HEADER = (
    "fichier",
    "verdict",
    "schema",
    "version_schema",
    "lignes",
    "erreurs",
    "lignes_fautives",
    "vu_le",
    "controle_le",
    "rapport",
)


@router.post("/datasets/batch", summary="Enregistrer des jeux de données")
async def post_datasets(
    request: Request, batch: DatasetBatch, database: GivenDatabase, principal: Writer
) -> BatchResult:
    """Up to 500 datasets, all or none; the same batch may be sent again.

    Searchable within a second. NUL characters are left out.
    """
    # PostgreSQL refuses them in any text. Looked for in the bytes: there they are always escaped.
    if b"\\u0000" in await request.body():
        batch = DatasetBatch.model_validate(_without_nul(batch.model_dump()))
    return await store_datasets(database, batch, principal)


@router.post("/verdicts", summary="Enregistrer des verdicts")
async def post_verdicts(
    batch: VerdictBatch, database: GivenDatabase, principal: Writer
) -> dict[str, int]:
    """Up to 500 verdicts, all or none; the same batch may be sent again."""
    return {"recorded": await record_verdicts(database, batch, principal)}


@router.get("/datasets", summary="Chercher des jeux de données")
async def get_datasets(
    request: Request,
    index: GivenIndex,
    query: GivenQuery,
    language: ReaderLanguage,
    cursor: Cursor = None,
    page_size: PageSize = 20,
    explain: Explain = False,  # noqa: FBT002 – a parameter of the address
) -> SearchView:
    """One page with its facets; as CSV (`Accept: text/csv`) the whole list, streamed."""
    public_url = request.app.state.settings.public_url.rstrip("/")
    result, following = await search_page(index, query, cursor, page_size, explained=explain)
    first = query.q and cursor is None
    return SearchView(
        hits=[hit_view(hit, public_url) for hit in result.hits],
        next_cursor=following,
        total=result.total,
        relaxed=result.relaxed,
        corrected=result.corrected,
        facets={
            facet.value: facet_views(facet, values, language)
            for facet, values in result.facets.items()
        },
        guides=await search_guides(index, query.q, language, _GUIDES) if first else [],
    )


@router.get("/datasets.csv", summary="La liste entière d’une recherche, en CSV")
async def get_datasets_csv(
    request: Request, index: GivenIndex, query: GivenQuery, language: FileLanguage
) -> Response:
    """Every dataset of the search, streamed."""
    public_url = request.app.state.settings.public_url.rstrip("/")

    async def rows() -> AsyncIterator[tuple[Any, ...]]:
        async for hit in every_hit(index, query=query.q, filters=query.filters, sort=query.sort):
            yield (
                hit.id,
                hit.title,
                hit.organization_name,
                hit.publisher_name,
                hit.territory_code,
                hit.territory_name,
                hit.license,
                " ".join(hit.schemas),
                " ".join(hit.formats),
                sum(hit.verdict_counts.values()),
                hit.verdict_counts.get("valid", 0),
                hit.verdict_counts.get("invalid", 0),
                None if hit.validity is None else round(hit.validity, 4),
                hit.quality_points,
                hit.modified.isoformat() if hit.modified else None,
                int(hit.archived),
                int(hit.fictitious),
                f"{public_url}/jeux/{hit.id}",
                hit.remote_url,
            )

    return csv_stream("jeux-de-donnees", named_columns(_CSV_HEADER, language), rows())


@router.get("/datasets/{dataset_id}", response_model=DatasetView, summary="Un jeu de données")
async def get_dataset(
    request: Request,
    response: Response,
    dataset_id: UUID,
    database: GivenDatabase,
    *,
    copy: Annotated[bool, Query(description="cet exemplaire-ci, même s’il est un doublon")] = False,
) -> Any:
    """A dataset with its resources, their verdicts, and all the ways by which it came.

    A duplicate answers 307 to the dataset that is shown in its place; `copy=true` shows the
    duplicate itself. Which one is shown may change: hence no permanent redirect.
    """
    dataset = await read_dataset(database, dataset_id)
    public_url = request.app.state.settings.public_url.rstrip("/")
    view = dataset_view(dataset, public_url)
    canonical = {"Link": f'<{view.canonical_url}>; rel="canonical"'}
    if dataset.duplicate_of and not copy:
        place = request.url_for("get_dataset", dataset_id=dataset.duplicate_of).path
        return RedirectResponse(place, status_code=307, headers=canonical)
    response.headers.update(canonical)
    return view


@router.get("/datasets/{dataset_id}/history", summary="Histoire des verdicts d’un jeu")
async def get_history(dataset_id: UUID, database: GivenDatabase) -> dict[str, list[VerdictView]]:
    """One entry per change of verdict, content, schema or engine; newest first."""
    lines = await read_history(database, dataset_id)
    return {"items": [VerdictView.model_validate(line) for line in lines]}


@router.get("/datasets/{dataset_id}/history.csv", summary="Histoire des verdicts d’un jeu, en CSV")
async def get_history_csv(
    dataset_id: UUID, database: GivenDatabase, language: FileLanguage
) -> Response:
    """One line per change, newest first."""
    rows = [
        (
            line.resource_id,
            line.verdict,
            line.schema_name,
            line.schema_version,
            line.rows,
            line.errors,
            line.rows_with_errors,
            line.first_seen_at.isoformat(),
            line.checked_at.isoformat(),
            line.report_id,
        )
        for line in await read_history(database, dataset_id)
    ]
    return csv_response("historique", named_columns(_HISTORY_HEADER, language), rows)


def _without_nul(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {key: _without_nul(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nul(item) for item in value]
    return value
