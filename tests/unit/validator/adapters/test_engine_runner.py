"""What a limited process protects from: bombs, hangs, crashes, files that vanish."""

import asyncio
import os
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from services.validator.adapters import process
from services.validator.adapters.limits import ChildEnded, EngineLimits
from services.validator.adapters.process import Child
from services.validator.adapters.run import EngineRunner, validate_file
from services.validator.engine.rendering.report import render_report
from services.validator.schemas.model import Schema
from services.validator.schemas.register import SchemaRegister

SCHEMA = Schema(
    name="test/voies",
    version="1.0.0",
    title="Voies",
    descriptor={
        "fields": [
            {"name": "code", "type": "integer", "constraints": {"required": True}},
            {"name": "date", "type": "date"},
            {"name": "nom", "type": "string", "constraints": {"pattern": r"(a|a)*b\1?"}},
        ]
    },
)
GOOD = b"code,date,nom\n1,2024-01-31,b\n2,,\n"
SHEET = "xl/worksheets/sheet1.xml"


def written(tmp_path: Path, content: bytes, name: str = "voies.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def sparse_workbook(path: Path, last: str) -> Path:
    """A kilobyte of XLSX whose two cells are far apart."""
    spreadsheet = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    row = "".join(filter(str.isdigit, last))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r"'
        f' Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{spreadsheet}" xmlns:r="{office}"><sheets>'
        '<sheet name="A" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="r" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        SHEET: f'<worksheet xmlns="{spreadsheet}"><sheetData><row r="1"><c r="A1"><v>1</v></c>'
        f'</row><row r="{row}"><c r="{last}"><v>1</v></c></row></sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


async def test_a_file_is_checked_in_another_process(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)

    async with EngineRunner() as runner:
        outcome = await runner.validate(path, name="voies.csv", schema=SCHEMA)

    assert outcome.kind == "report"
    assert outcome.result.verdict == "valid"
    assert outcome.result.file.size == len(GOOD)
    here = validate_file(path, schema=SCHEMA)
    assert replace(outcome.result, stats=here.stats) == here


async def test_one_process_serves_many_files(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)

    async with EngineRunner(processes=1) as runner:
        outcomes = await asyncio.gather(
            *(runner.validate(path, name="voies.csv", schema=SCHEMA) for _ in range(6))
        )
        assert len(runner._idle) == 1

    assert {outcome.result.verdict for outcome in outcomes} == {"valid"}


async def test_the_schema_is_found_from_the_columns(tmp_path: Path) -> None:
    header = "COLL_NOM,COLL_SIRET,ANNEE,PRENOM_SEXE,ENFANT_PRENOM,NOMBRE_OCCURRENCES"
    register = SchemaRegister.open()
    names = register.get("scdl/prenoms").field_names
    path = written(tmp_path, (",".join(names) or header).encode() + b"\n")

    async with EngineRunner() as runner:
        found = await runner.validate(path, name="p.csv", schema=None, candidates=register)
        other = written(tmp_path, b"machin,truc\n1,2\n", "autre.csv")
        unknown = await runner.validate(other, name="a.csv", schema=None, candidates=register)

    assert found.result.detected
    assert found.result.schema is not None
    assert found.result.schema.name == "scdl/prenoms"
    assert unknown.kind == "no-schema"
    assert "schéma" in render_report(unknown.result, "fr", "a.csv").summary


async def test_a_pattern_that_never_ends_is_stopped(tmp_path: Path) -> None:
    """Back-references are beyond RE2: the limit of time is what ends them."""
    path = written(tmp_path, b"code,date,nom\n1,," + b"a" * 40 + b"c\n")
    runner = EngineRunner(EngineLimits(cpu_seconds=1, wall_seconds=20))

    async with runner:
        began = time.monotonic()
        outcome = await runner.validate(path, name="voies.csv", schema=SCHEMA)
        after = await runner.validate(
            written(tmp_path, GOOD, "bon.csv"), name="bon.csv", schema=SCHEMA
        )

    assert outcome.kind == "failed"
    assert time.monotonic() - began < 20
    report = render_report(outcome.result, "fr", "voies.csv")
    assert "limite de 1 secondes" in report.summary
    assert report.errors[0].code == "failed"
    assert after.result.verdict == "valid"


async def test_waiting_is_limited_too(tmp_path: Path) -> None:
    fifo = tmp_path / "tuyau.csv"
    os.mkfifo(fifo)
    child = await Child.start(EngineLimits(wall_seconds=1.5))

    with pytest.raises(ChildEnded) as ended:
        await child.ask({"do": "preview", "path": str(fifo), "name": "tuyau.csv", "names": []})

    assert ended.value.reason == "time-limit"
    assert not child.usable


async def test_a_sparse_workbook_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = sparse_workbook(tmp_path / "bombe.xlsx", "XFD1048576")
    assert path.stat().st_size < 2_000

    async with EngineRunner() as runner:
        outcome = await runner.validate(path, name="bombe.xlsx", schema=SCHEMA)

    assert outcome.kind == "unreadable"
    assert outcome.result.cause is not None
    assert outcome.result.cause.reason == "too-many-cells"


async def test_memory_is_limited_and_the_limit_is_named(tmp_path: Path) -> None:
    """Nine million cells pass the count of cells and exceed this small limit."""
    path = sparse_workbook(tmp_path / "large.xlsx", "I1000000")

    async with EngineRunner(EngineLimits(memory=300 << 20)) as runner:
        outcome = await runner.validate(path, name="large.xlsx", schema=SCHEMA)

    assert outcome.kind == "failed"
    assert "300 Mo" in render_report(outcome.result, "fr", "large.xlsx").summary


async def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    async with EngineRunner() as runner:
        outcome = await runner.validate(tmp_path / "rien.csv", name="rien.csv", schema=SCHEMA)

    assert outcome.kind == "failed"
    assert outcome.result.cause is not None
    assert outcome.result.cause.reason == "missing-file"


async def test_a_schema_that_is_wrong_is_said_with_its_place(tmp_path: Path) -> None:
    broken = replace(SCHEMA, descriptor={"fields": [{"name": "code", "type": "entier"}]})

    async with EngineRunner() as runner:
        outcome = await runner.validate(written(tmp_path, GOOD), name="v.csv", schema=broken)

    report = render_report(outcome.result, "fr", "v.csv")
    assert outcome.kind == "failed"
    assert report.errors[0].code == "schema-error"
    assert "fields[0].type" in report.summary


async def test_cancelling_kills_the_process(tmp_path: Path) -> None:
    fifo = tmp_path / "tuyau.csv"
    os.mkfifo(fifo)
    async with EngineRunner() as runner:
        task = asyncio.create_task(runner.validate(fifo, name="tuyau.csv", schema=SCHEMA))
        await asyncio.sleep(0.5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert runner._idle == []


async def test_a_worn_out_process_is_replaced(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)

    async with EngineRunner(EngineLimits(tasks=1)) as runner:
        for _ in range(2):
            outcome = await runner.validate(path, name="voies.csv", schema=SCHEMA)
            assert outcome.result.verdict == "valid"
            assert runner._idle == []


async def test_a_child_that_is_killed_is_an_outcome(tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    async with EngineRunner() as runner:
        await runner.validate(path, name="voies.csv", schema=SCHEMA)
        runner._idle[0]._process.kill()
        await runner._idle[0]._process.wait()

        outcome = await runner.validate(path, name="voies.csv", schema=SCHEMA)

    assert outcome.result.verdict == "valid"


async def test_why_a_process_died_is_kept_for_the_operator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An installation without the engine's module: the process ends before it can answer."""
    monkeypatch.setattr(process, "CHILD", "services.validator.adapters.absent")
    child = await Child.start(EngineLimits())

    with pytest.raises(ChildEnded) as ended:
        await child.ask({"do": "preview", "path": "x", "name": "x", "names": []})
    await child.stop()

    assert ended.value.reason == "crashed"
    assert "No module named" in ended.value.detail
