"""What the action API answers, told apart from what is no such API. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.harvester.connectors.contract import Answer
from services.harvester.connectors.offsets import read_total
from services.harvester.connectors.transport import decode_json, looks_like_html
from services.harvester.connectors.values.members import mapping
from services.harvester.connectors.values.texts import clean_line
from services.harvester.errors import PortalRefusedError, PortalUnreachable


class NotAnActionApi(PortalUnreachable):
    """A web page or other JSON where the action API was expected: for now, or for ever."""


@dataclass(frozen=True)
class Found:
    """A page of `package_search`."""

    packages: list[Any]
    total: int | None = None


def decode_found(answer: Answer) -> Found:
    """The answer of `package_search`."""
    result = _result(answer)
    packages = mapping(result).get("results")
    if not isinstance(packages, list):
        raise _not_the_api(answer)
    return Found(packages, read_total(mapping(result).get("count")))


def decode_names(answer: Answer) -> list[str]:
    """The answer of `package_list`: distinct names, sorted so that a walk can be resumed."""
    result = _result(answer)
    if not isinstance(result, list):
        raise _not_the_api(answer)
    return sorted({name for name in result if isinstance(name, str) and name.strip()})


def decode_package(answer: Answer) -> Mapping[str, Any]:
    """The answer of `package_show`: an object, in DKAN a list of one; `{}` when it is empty."""
    result = _result(answer)
    if not isinstance(result, dict | list):
        raise _not_the_api(answer)
    return mapping(result)


def is_envelope(decoded: object) -> bool:
    """Whether some JSON comes from the action API."""
    return (
        isinstance(decoded, dict)
        and isinstance(decoded.get("success"), bool)
        and ("result" in decoded or "error" in decoded)
    )


def _result(answer: Answer) -> object:
    if looks_like_html(answer.body):
        raise NotAnActionApi(f"{answer.url} a répondu une page web au lieu de données JSON.")
    decoded = decode_json(answer)
    if isinstance(decoded, str):
        raise PortalRefusedError(
            f"{answer.url} a refusé la demande : {clean_line(decoded)}", http_status=answer.status
        )
    if not is_envelope(decoded):
        raise _not_the_api(answer)
    if decoded["success"] is not True:
        error = mapping(decoded.get("error"))
        reason = clean_line(error.get("message")) or clean_line(error.get("__type")) or "sans motif"
        raise PortalRefusedError(
            f"{answer.url} a refusé la demande : {reason}", http_status=answer.status
        )
    return decoded.get("result")


def _not_the_api(answer: Answer) -> NotAnActionApi:
    return NotAnActionApi(f"{answer.url} n'a pas répondu comme l'API de CKAN (« result » attendu).")
