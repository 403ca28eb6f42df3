"""The report as JSON text: what `render_report` gives, byte for byte, for any number of errors.

Findings of one kind differ by row and line alone, so each kind is worded and escaped once: a
million errors cost half a microsecond each, not twenty.
"""

from collections.abc import Iterator, Sequence
from io import SEEK_CUR, BytesIO

from services.validator.engine.findings import Finding, FindingList
from services.validator.engine.rendering.report import render_error, render_frame
from services.validator.engine.result import Result
from services.validator.engine.wording.render import Lang
from shared.contracts.report import report_json

_NO_ERRORS = b'"errors":[]'
_NO_PLACE = b'"row":null,"line":null'
_PLACE = b'"row":%d,"line":%d'


def render_json(result: Result, lang: Lang, file_name: str) -> bytes:
    """UTF-8. `file_name` is what the reader knows the file by."""
    frame = render_frame(result, lang, file_name)
    text = report_json(frame).encode()
    if not result.errors or frame.errors:
        return text
    # Neither mark can stand inside a text of the report: quotes are escaped there.
    before, _, after = text.partition(_NO_ERRORS)
    out = BytesIO()
    out.write(before + b'"errors":[')
    out.writelines(_errors(result.errors, lang))
    out.seek(-1, SEEK_CUR)  # over the last comma
    out.write(b"]" + after)
    return out.getvalue()


def _errors(errors: Sequence[Finding], lang: Lang) -> Iterator[bytes]:
    """Each with a comma after it."""
    listed = errors if isinstance(errors, FindingList) else FindingList(errors)
    worded: dict[int, bytes] = {}
    for kind, row, line in listed.placed():
        known = worded.get(id(kind))
        if known is None:
            text = report_json(render_error(kind, lang)).encode() + b","
            if not row:
                yield text
                continue
            before, _, after = text.replace(b"%", b"%%").partition(_NO_PLACE)
            known = worded[id(kind)] = before + _PLACE + after
        yield known % (row, line)
