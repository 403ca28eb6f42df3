"""The quick writer of reports gives what the contract's own serialiser gives, byte for byte."""

import io

import pytest

from services.validator.engine.findings import Finding, FindingList
from services.validator.engine.kernel.run import Kernel
from services.validator.engine.rendering.json_text import render_json
from services.validator.engine.rendering.report import render_report
from services.validator.engine.result import FileRef, Result, SchemaRef
from services.validator.engine.validation import Options, Target, validate_stream
from services.validator.engine.wording.render import Lang
from shared.contracts.report import report_json
from tests.support.kernel_compiled import compiled_machine
from tests.support.nasty_tables import nasty

TRAP = '"errors":[],"row":null,"line":null'


def result_of(content: bytes, descriptor: dict[str, object], kernel: Kernel | None) -> Result:
    target = Target(descriptor, SchemaRef(TRAP))
    return validate_stream(
        io.BytesIO(content), "t.csv", FileRef(), target, Options(500), accelerator=kernel
    )


def as_promised(result: Result, lang: Lang) -> bytes:
    return report_json(render_report(result, lang, TRAP)).encode()


@pytest.mark.parametrize("seed", range(60))
def test_any_table(seed: int) -> None:
    table = nasty(seed)
    lang: Lang = "fr" if seed % 2 else "en"
    for kernel in (None, Kernel(compiled_machine())):
        result = result_of(table.content, table.descriptor, kernel)
        assert render_json(result, lang, TRAP) == as_promised(result, lang)


def test_cells_that_look_like_the_report_itself() -> None:
    rows = "\n".join(['"' + TRAP.replace('"', '""') + '"'] * 3)
    result = result_of(f"a\n{rows}\n".encode(), {"fields": [{"name": "a", "type": "date"}]}, None)
    assert len(result.errors) == 3
    assert render_json(result, "fr", TRAP) == as_promised(result, "fr")


def test_a_file_that_is_no_table() -> None:
    result = result_of(b"<html><body>", {"fields": [{"name": "a"}]}, None)
    assert render_json(result, "fr", TRAP) == as_promised(result, "fr")


def test_findings_of_one_kind_have_each_their_place() -> None:
    kind = Finding("type-error", "date", field="a", column=1, cell="x")
    alone = Finding("encoding-error", line=7)
    findings = FindingList()
    findings.add(kind, 2, 3)
    findings.add(alone)
    findings.add_many([kind, kind], [4, 5], [6, 7])

    assert [(each.row, each.line) for each in findings] == [(2, 3), (None, 7), (4, 6), (5, 7)]
    assert findings[1] == alone
    assert findings[-1] == findings[1:][-1] == Finding("type-error", "date", 5, 7, "a", 1, "x")
    assert findings == tuple(findings)
