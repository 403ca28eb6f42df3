"""What the generations of the API answer, told apart from what is no such API. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.harvester.connectors.contract import Answer
from services.harvester.connectors.offsets import read_total
from services.harvester.connectors.opendatasoft.entries import entry_of
from services.harvester.connectors.transport import decode_json, looks_like_html
from services.harvester.connectors.values.texts import clean_line
from services.harvester.errors import PortalRefusedError, PortalUnreachable


class NotThisApi(PortalUnreachable):
    """A web page or other JSON where this generation of the API was expected."""


@dataclass(frozen=True)
class Listed:
    """Datasets of one answer."""

    items: list[Any]
    total: int | None = None


def decode_page(answer: Answer) -> Listed:
    """A page of v2.1 (`results`), or of v2.0 and v1 (`datasets`)."""
    decoded = _object(answer)
    items = decoded.get("results", decoded.get("datasets"))
    if not isinstance(items, list) or not {"total_count", "nhits"} & decoded.keys():
        raise _not_the_api(answer)
    return Listed(items, read_total(decoded.get("total_count", decoded.get("nhits"))))


def decode_export(answer: Answer) -> Listed:
    """An export: a list, or the envelope of a page."""
    decoded = _decoded(answer)
    return Listed(decoded) if isinstance(decoded, list) else decode_page(answer)


def decode_one(answer: Answer) -> Listed:
    """A single dataset."""
    decoded = _object(answer)
    if entry_of(decoded) is None:
        raise _not_the_api(answer)
    return Listed([decoded], 1)


def is_page(decoded: object) -> bool:
    """Whether some JSON is a page of the catalogue, of whichever generation."""
    if not isinstance(decoded, dict):
        return False
    items = decoded.get("results", decoded.get("datasets"))
    stated = {"total_count", "nhits"} & decoded.keys()
    return bool(stated) and isinstance(items, list) and all(map(entry_of, items))


def _object(answer: Answer) -> Mapping[str, Any]:
    decoded = _decoded(answer)
    if not isinstance(decoded, dict):
        raise _not_the_api(answer)
    if reason := clean_line(decoded.get("message") or decoded.get("error")):
        raise PortalRefusedError(
            f"{answer.url} a refusé la demande : {reason}", http_status=answer.status
        )
    return decoded


def _decoded(answer: Answer) -> object:
    if looks_like_html(answer.body):
        raise NotThisApi(f"{answer.url} a répondu une page web au lieu de données JSON.")
    return decode_json(answer)


def _not_the_api(answer: Answer) -> NotThisApi:
    return NotThisApi(f"{answer.url} n'a pas répondu comme l'API d'Opendatasoft.")
