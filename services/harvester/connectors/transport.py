"""Asking a portal: the same page again when what comes is not what was promised."""

import asyncio
import json
from collections.abc import Callable
from typing import Any, TypeVar

from services.harvester.connectors.contract import Answer, Getter
from services.harvester.errors import HostResting, PortalRefusedError, PortalUnreachable
from shared.errors import ServiceError, Transient

T = TypeVar("T")

PAGE_LIMIT = 50 * 1024 * 1024
"""Bytes of one page of a listing."""

RETRY_PAUSES = (1.0, 2.0, 4.0, 8.0)
"""Seconds before each further attempt: data.gouv.fr needs up to four on deep pages."""

_SMALL = 256 * 1024
"""Bytes that are decoded at once: a thread would take longer to start."""

_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


async def ask(
    getter: Getter,
    url: str,
    decode: Callable[[Answer], T],
    *,
    accept: str,
    pauses: tuple[float, ...] = RETRY_PAUSES,
) -> T:
    """`decode` of what `url` answers, tried again while it is a passing trouble.

    `decode` raises `PortalUnreachable` for an answer that is not what was promised (HTML
    with status 200, JSON cut in the middle); it runs in a thread when the page is large.
    Raises the last trouble when none is left, `PortalRefusedError` at once for a plain
    refusal such as 404, `HostResting` while the host is left alone: the listing then goes on
    later from its cursor.
    """
    for pause in pauses:
        try:
            return await _decoded(decode, await _answer(getter, url, accept))
        except HostResting:
            raise
        except Transient:
            await asyncio.sleep(pause)
    return await _decoded(decode, await _answer(getter, url, accept))


async def _decoded(decode: Callable[[Answer], T], answer: Answer) -> T:
    if len(answer.body) < _SMALL:
        return decode(answer)
    return await asyncio.to_thread(decode, answer)


async def _answer(getter: Getter, url: str, accept: str) -> Answer:
    try:
        answer = await getter.get(url, headers={"Accept": accept}, limit=PAGE_LIMIT)
    except HostResting:
        raise
    except Transient as error:
        raise PortalUnreachable(f"{url} ne répond pas : {error.message}") from error
    except ServiceError as error:
        raise PortalRefusedError(f"{url} n'a pas pu être lu : {error.message}") from error
    if answer.status in _PASSING:
        raise PortalUnreachable(f"{url} a répondu {answer.status}.")
    if answer.status >= 400:
        raise PortalRefusedError(f"{url} a répondu {answer.status}.", http_status=answer.status)
    return answer


def decode_json(answer: Answer) -> Any:
    """The JSON of an answer, whatever its media type, byte order mark or charset.

    Raises `PortalUnreachable` for HTML, an empty body or JSON that stops in the middle.
    """
    body = answer.body.lstrip()
    if not body:
        raise PortalUnreachable(f"{answer.url} a répondu une page vide.")
    if looks_like_html(body):
        raise PortalUnreachable(f"{answer.url} a répondu une page web au lieu de données JSON.")
    try:
        return json.loads(decode_text(body))
    except (ValueError, RecursionError) as error:
        raise PortalUnreachable(
            f"{answer.url} a répondu des données JSON incomplètes ou mal formées."
        ) from error


def decode_text(body: bytes) -> str:
    """UTF-8, with or without its mark, else Windows-1252, which decodes nearly anything."""
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return body.decode("utf-16", errors="replace")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def looks_like_html(body: bytes) -> bool:
    """Whether a body is a web page, by its first characters."""
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:500].lower()
    return start.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))
