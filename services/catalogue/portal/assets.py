"""Style, scripts and pictures of the site: read once, packed once, cached by their content."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

from fastapi import Request, Response
from starlette.exceptions import HTTPException

STYLE = "style.css"
_VERSION = re.compile(r"^[0-9a-f]{12}/")
_WORTH_PACKING = 512
_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One file as it is sent. `packed` is the same in gzip, when that is shorter."""

    body: bytes
    packed: bytes | None
    media_type: str
    etag: str


class Assets:
    """Every file under `folder`; the sheets of `styles/` are one file, in alphabetical order.

    A page names them with the version of the whole (`/static/<version>/scripts/check.js`), so
    that they may be kept for a year and modules still find one another by relative addresses.
    Another version in the address (a page from before an update) gives the present file.
    """

    def __init__(self, folder: Path) -> None:
        sheets = sorted((folder / "styles").glob("*.css"))
        self._files = {STYLE: _asset(STYLE, b"\n".join(sheet.read_bytes() for sheet in sheets))}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path not in sheets:
                name = path.relative_to(folder).as_posix()
                self._files[name] = _asset(name, path.read_bytes())
        tags = "".join(asset.etag for asset in self._files.values())
        self.version = hashlib.sha256(tags.encode()).hexdigest()[:12]

    def address(self, name: str) -> str:
        """Where a page finds a file. Raises `KeyError`: a file that is missing is a defect."""
        self._files[name]
        return f"/static/{self.version}/{name}"

    def script(self, request: Request) -> Response:
        """The script that other sites name by an address that never changes."""
        answer = self.respond(request, "widget.js")
        answer.headers["Cache-Control"] = "public, max-age=3600"
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer

    def respond(self, request: Request, path: str) -> Response:
        """The file, or that the reader has it already."""
        name = _VERSION.sub("", path)
        asset = self._files.get(name)
        if asset is None:
            raise HTTPException(404)
        current = path == f"{self.version}/{name}"
        headers = {
            "ETag": asset.etag,
            "Cache-Control": _YEAR if current else "no-cache",
            "Vary": "Accept-Encoding",
        }
        if asset.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        body = asset.body
        if asset.packed and "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = asset.packed, "gzip"
        return Response(body, media_type=asset.media_type, headers=headers)


def _asset(name: str, body: bytes) -> Asset:
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if name.endswith(".js"):
        media_type = "text/javascript"
    packed = gzip.compress(body, 9, mtime=0) if len(body) > _WORTH_PACKING else body
    return Asset(
        body=body,
        packed=packed if len(packed) < len(body) else None,
        media_type=media_type,
        etag=f'"{hashlib.sha256(body).hexdigest()[:20]}"',
    )
