"""Reading what a caller sends, without ever holding more than the limit.

The framework's own form parsing spools a body of any size to the disk before a handler
sees it; here every byte is counted as it arrives, and the parser stops at the limit.
"""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.types import Message, Receive

from shared.errors import InvalidInputError, TooLargeError
from shared.fetch import file_name

_FORM_OVERHEAD = 64 * 1024
_JSON_LIMIT = 64 * 1024
_CHUNK = 256 * 1024
_MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Intake:
    """`fields` are the texts of a form, a JSON object or the query; `upload` its file."""

    fields: Mapping[str, str] = field(default_factory=dict)
    upload: UploadFile | None = None

    def text(self, name: str) -> str | None:
        """A field, trimmed; None when it is absent or blank.

        Raises `InvalidInputError` for what is no text: NUL, or half a surrogate pair.
        """
        text = (self.fields.get(name) or "").strip()
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise InvalidInputError(
                f"Le champ « {name} » contient des caractères qui n'en sont pas.",
                message_en=f"The field `{name}` contains what is no text.",
            )
        return text or None

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A yes or no, as forms and query strings write them."""
        text = self.text(name)
        return default if text is None else text.lower() in {"true", "1", "on", "yes", "oui"}

    @property
    def upload_name(self) -> str:
        """What the sender calls the file; never a path."""
        return file_name((self.upload and self.upload.filename) or "")

    async def chunks(self) -> AsyncIterator[bytes]:
        """The uploaded file."""
        if self.upload is not None:
            while chunk := await self.upload.read(_CHUNK):
                yield chunk


@asynccontextmanager
async def read_intake(request: Request, *, limit: int) -> AsyncIterator[Intake]:
    """A form (with or without file) or a JSON object; query parameters fill what it lacks.

    The file is at most `limit` bytes. Raises `TooLargeError` and `InvalidInputError`; a
    malformed form is the framework's 400. The upload is closed on exit.
    """
    query = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        yield Intake({**query, **await _json_fields(request)})
    elif kind in {"multipart/form-data", "application/x-www-form-urlencoded"}:
        bounded = Request(request.scope, _counted(request.receive, limit + _FORM_OVERHEAD, limit))
        _refuse_announced(request, limit)
        async with bounded.form(max_files=1, max_fields=20) as form:
            texts = {name: value for name, value in form.items() if isinstance(value, str)}
            uploads = [value for value in form.values() if isinstance(value, UploadFile)]
            yield Intake({**query, **texts}, _named(uploads))
    else:
        yield Intake(query)


def _named(uploads: list[UploadFile]) -> UploadFile | None:
    """The file, unless the browser sent an empty file input."""
    upload = uploads[0] if uploads else None
    return upload if upload is not None and (upload.filename or upload.size) else None


def _refuse_announced(request: Request, limit: int) -> None:
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced) > limit + _FORM_OVERHEAD:
        raise _too_large(limit)


def _counted(receive: Receive, allowance: int, limit: int) -> Receive:
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > allowance:
            raise _too_large(limit)
        return message

    return counted


async def _json_fields(request: Request) -> dict[str, str]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _JSON_LIMIT:
            raise TooLargeError("Le document JSON envoyé est trop long.")
    try:
        fields = json.loads(bytes(body))
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(
            "Le corps de la demande n'est pas du JSON correct.",
            message_en="The request body is not valid JSON.",
        ) from error
    if not isinstance(fields, dict):
        raise InvalidInputError(
            'Un objet JSON est attendu, par exemple {"url": "https://…"}.',
            message_en="A JSON object is expected.",
        )
    return {name: _plain(value) for name, value in fields.items() if value is not None}


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _too_large(limit: int) -> TooLargeError:
    return TooLargeError(
        f"Le fichier dépasse la taille permise ({limit / _MEBIBYTE:.0f} Mo).",
        message_en=f"The file is larger than {limit} bytes.",
        limit=limit,
    )
