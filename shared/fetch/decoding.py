"""Bodies as they were before gzip, without ever inflating more than was asked for."""

import zlib
from collections.abc import Iterator

from shared.fetch.errors import FetchFailed, FetchRefused

_PIECE = 256 * 1024
_GZIP = zlib.MAX_WBITS | 16
# A short file of repeated lines compresses better than any ratio worth refusing.
_RATIO_FREE_BYTES = 4 * 1024 * 1024


class IdentityDecoder:
    """Passes on what comes."""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The same bytes."""
        yield data

    def finish(self) -> None:
        """Nothing can be missing that the HTTP framing did not notice."""


class GzipDecoder:
    """Inflates in pieces of at most 256 KiB and refuses a ratio above `max_ratio`.

    Several gzip members one after the other are one body (RFC 1952 §2.2); whatever
    follows the last one and is no member is padding, and ignored.
    """

    def __init__(self, *, max_ratio: int) -> None:
        self._max_ratio = max_ratio
        self._inflater = zlib.decompressobj(_GZIP)
        self._read = 0
        self._written = 0
        self._members = 0
        self._padding = False
        self._inside = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Raises `FetchRefused` for a bomb, `FetchFailed` for damaged data."""
        self._read += len(data)
        while data and not self._padding:
            try:
                piece = self._inflater.decompress(data, _PIECE)
            except zlib.error as error:
                if self._members and not self._inside:
                    self._padding = True
                    return
                raise FetchFailed(
                    "Le serveur annonce un contenu compressé (gzip) qui est illisible.",
                    message_en="The gzip body is damaged.",
                ) from error
            data = self._inflater.unconsumed_tail
            self._inside = not self._inflater.eof
            if self._inflater.eof:
                data = self._inflater.unused_data
                self._members += 1
                self._inflater = zlib.decompressobj(_GZIP)
            self._judge(len(piece))
            if piece:
                yield piece

    def finish(self) -> None:
        """Raises `FetchFailed` when the last member is cut short."""
        if self._inside:
            raise FetchFailed(
                "Le contenu compressé reçu est incomplet.",
                message_en="The gzip body is incomplete.",
            )

    def _judge(self, written: int) -> None:
        self._written += written
        bomb = self._written > self._read * self._max_ratio
        if bomb and self._written > _RATIO_FREE_BYTES:
            raise FetchRefused(
                "Le contenu compressé enfle démesurément une fois décompressé : il est refusé.",
                message_en="The body inflates beyond reason.",
            )


def decoder_for(content_encoding: str, *, max_ratio: int) -> IdentityDecoder | GzipDecoder:
    """The decoder for a Content-Encoding header.

    We ask for gzip alone, so stacked or other encodings are refused rather than guessed.
    """
    encoding = content_encoding.strip().lower()
    if encoding in {"", "identity"}:
        return IdentityDecoder()
    if encoding in {"gzip", "x-gzip"}:
        return GzipDecoder(max_ratio=max_ratio)
    raise FetchRefused(
        f"Le serveur envoie un contenu encodé d'une façon non demandée (« {encoding[:50]} »).",
        message_en=f"The server uses a content encoding that was not asked for ({encoding[:50]}).",
    )
