"""JSON-LD made safe and simple: no remote context, every common prefix known. Pure."""

import json
from typing import Any

from services.harvester.connectors.vocabularies import vocabulary
from services.harvester.errors import PortalUnreachable

_DEPTH_LIMIT = 60


def documents(text: str, url: str) -> tuple[str, list[str]]:
    """The document with local contexts, and the same cut into one document per node.

    A context that is an address is never fetched: DCAT's terms and the common prefixes
    stand in for it. Raises `PortalUnreachable` when the text is no JSON object or list.
    """
    try:
        decoded = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PortalUnreachable(
            f"{url} a répondu des données JSON incomplètes ou mal formées."
        ) from error
    if isinstance(decoded, list):
        nodes: list[Any] = [_localised(node, 0, url) for node in decoded]
        wrapped = [{**_context(None), "@graph": [node]} for node in nodes]
        return json.dumps({**_context(None), "@graph": nodes}), [json.dumps(w) for w in wrapped]
    if not isinstance(decoded, dict):
        raise PortalUnreachable(f"{url} a répondu du JSON qui n'est pas du JSON-LD.")
    context = _context(decoded.pop("@context", None))
    body = _localised(decoded, 0, url)
    graph = body.get("@graph")
    if not isinstance(graph, list):
        whole = json.dumps({**context, **body})
        return whole, [whole]
    return (
        json.dumps({**context, **body}),
        [json.dumps({**context, "@graph": [node]}) for node in graph],
    )


def _context(given: object) -> dict[str, Any]:
    """Prefixes for everybody, bare terms where the real ones are out of reach."""
    known = vocabulary("jsonld")
    parts = given if isinstance(given, list) else [given]
    inline = [part for part in parts if isinstance(part, dict)]
    local: list[Any] = [known["prefixes"]]
    if not inline or any(isinstance(part, str) for part in parts):
        local.append(known["terms"])
    return {"@context": [*local, *(_without_imports(part) for part in inline)]}


def _localised(value: Any, depth: int, url: str) -> Any:
    """The value without any context that would have to be fetched."""
    if depth > _DEPTH_LIMIT:
        raise PortalUnreachable(f"{url} a répondu du JSON trop profondément imbriqué.")
    if isinstance(value, list):
        return [_localised(part, depth + 1, url) for part in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for key, part in value.items():
        if key == "@context":
            parts = part if isinstance(part, list) else [part]
            kept[key] = [_without_imports(p) for p in parts if isinstance(p, dict)]
        else:
            kept[key] = _localised(part, depth + 1, url)
    return kept


def _without_imports(context: dict[str, Any]) -> dict[str, Any]:
    """A context inside a term, or `@import`, may name an address too."""
    kept: dict[str, Any] = {}
    for key, part in context.items():
        if key == "@import":
            continue
        if isinstance(part, dict) and "@context" in part:
            inner = part["@context"]
            part = {k: v for k, v in part.items() if k != "@context"}  # noqa: PLW2901
            if isinstance(inner, dict):
                part["@context"] = _without_imports(inner)
        kept[key] = part
    return kept
