"""The page of a dataset."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from services.catalogue.api.dependencies import GivenResources
from services.catalogue.api.quality_views import QualityView, dataset_quality_view
from services.catalogue.models.dataset import Dataset, Resource
from services.catalogue.models.verdict import HistoryLine
from services.catalogue.operations.read_dataset import read_dataset, read_history
from services.catalogue.operations.read_quality import read_dataset_quality
from services.catalogue.portal.charts import History, Stretch
from services.catalogue.portal.exploring import preview_of
from services.catalogue.portal.language import Language, language_of
from services.catalogue.portal.prose import excerpt, safe_url
from services.catalogue.portal.rendering import render
from shared.db import Database
from shared.errors import NotFoundError

router = APIRouter()

_HISTORY_SHOWN = 50
_STRIPS = 12
_LICENSE_URLS = {
    "lov2": "https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf",
    "odc-odbl": "https://opendatacommons.org/licenses/odbl/1-0/",
    "cc-by": "https://creativecommons.org/licenses/by/4.0/",
    "cc-by-sa": "https://creativecommons.org/licenses/by-sa/4.0/",
    "cc-zero": "https://creativecommons.org/publicdomain/zero/1.0/",
}


@router.get("/jeux/{dataset_id}")
async def dataset_page(request: Request, dataset_id: UUID, resources: GivenResources) -> Response:
    """What it is, who publishes it, its files with their verdicts, where it comes from."""
    database, language = resources.database, language_of(request)
    dataset = await read_dataset(database, dataset_id)
    if dataset.duplicate_of:
        # Not for good: the copy that is shown may change.
        asked = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/jeux/{dataset.duplicate_of}{asked}", status_code=307)
    history = await read_history(database, dataset_id)
    present = [resource for resource in dataset.resources if resource.removed_at is None]
    names = {resource.id: _name(resource) for resource in dataset.resources}
    public_url = request.app.state.settings.public_url.rstrip("/")
    return render(
        request,
        "dataset.html",
        {
            "dataset": dataset,
            "present": present,
            "removed": [r for r in dataset.resources if r.removed_at is not None],
            "names": names,
            "history": history[:_HISTORY_SHOWN],
            "strips": _strips(history, present, names, language),
            "today": datetime.now(UTC).date(),
            "preview": await preview_of(resources, present),
            "quality": await _quality(database, dataset_id, language),
            "license_url": _LICENSE_URLS.get(dataset.license or ""),
            "structured": _structured(dataset, f"{public_url}/jeux/{dataset.id}"),
            "fictitious": dataset.fictitious,
        },
    )


async def _quality(database: Database, dataset_id: UUID, language: Language) -> QualityView | None:
    """Scores with advice; None until the dataset has been scored."""
    try:
        found = await read_dataset_quality(database, dataset_id)
    except NotFoundError:
        return None
    return dataset_quality_view(dataset_id, found, language.code)


def _strips(
    history: Sequence[HistoryLine],
    present: Sequence[Resource],
    names: Mapping[UUID, str],
    language: Language,
) -> list[History]:
    """What became of each file that is there, as far as it was checked."""
    found: dict[UUID, list[Stretch]] = {resource.id: [] for resource in present}
    for line in history:
        if line.resource_id in found:
            found[line.resource_id].append(
                Stretch(
                    line.first_seen_at.date(),
                    line.checked_at.date(),
                    line.verdict,
                    language.text(f"verdict.{line.verdict}"),
                )
            )
    strips = [History(names[id_], stretches) for id_, stretches in found.items() if stretches]
    return strips[:_STRIPS]


def _name(resource: Resource) -> str:
    if resource.title:
        return resource.title
    path = (resource.url or "").partition("?")[0].rstrip("/")
    return path.rpartition("/")[2] or resource.remote_id


def _structured(dataset: Dataset, url: str) -> dict[str, Any]:
    """schema.org/Dataset, for search engines."""
    described: dict[str, Any] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": url,
        "url": url,
        "name": dataset.title,
        "description": excerpt(dataset.description, 5000) or dataset.title,
        "keywords": list(dataset.keywords),
        "identifier": dataset.uri or dataset.remote_id,
        "publisher": {"@type": "Organization", "name": dataset.organization_name},
        "isAccessibleForFree": True,
        "sameAs": safe_url(dataset.remote_url),
        "license": _LICENSE_URLS.get(dataset.license or ""),
        "datePublished": dataset.issued.isoformat() if dataset.issued else None,
        "dateModified": dataset.modified.isoformat() if dataset.modified else None,
        "spatialCoverage": _covered(dataset),
        "temporalCoverage": _period(dataset),
        "inLanguage": "fr",
        "includedInDataCatalog": {"@type": "DataCatalog", "url": url.partition("/jeux/")[0] + "/"},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": _name(resource),
                "contentUrl": safe_url(resource.url),
                "encodingFormat": resource.mime or resource.format,
                **({"contentSize": f"{resource.size} B"} if resource.size else {}),
            }
            for resource in dataset.resources
            if resource.removed_at is None and safe_url(resource.url)
        ],
    }
    return {name: value for name, value in described.items() if value not in (None, [])}


def _covered(dataset: Dataset) -> dict[str, Any] | None:
    place = dataset.territory
    if place is None:
        return None
    return {"@type": "Place", "name": place.name, "identifier": place.code}


def _period(dataset: Dataset) -> str | None:
    """ISO 8601 interval; `..` for an end that is open."""
    if dataset.temporal is None:
        return None
    ends = (dataset.temporal.start, dataset.temporal.end)
    return "/".join(end.isoformat() if end else ".." for end in ends)
