"""`socle validate`: check a file, without any server."""

import asyncio
import tempfile
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from services.validator.adapters.correct import correct_file
from services.validator.adapters.run import EngineRunner
from services.validator.engine.rendering.html import render_html
from services.validator.engine.rendering.report import render_report
from services.validator.engine.rendering.table import render_csv
from services.validator.engine.rendering.text import render_text
from services.validator.engine.repair import sentence, summary
from services.validator.engine.result import Result
from services.validator.engine.wording.render import Lang
from services.validator.schemas.authoring import load_descriptor
from services.validator.schemas.errors import UnknownSchemaError
from services.validator.schemas.model import Schema
from services.validator.schemas.register import SchemaRegister
from shared.contracts.report import Report
from shared.errors import InvalidInputError
from socle.cli.connection import AllowHost, DataDir, data_folder
from socle.cli.files import readable_file
from socle.cli.output import err, fail, speaks_plainly

app = typer.Typer()

INVALID = 1
_SHOWN_CHANGES = 20


class Format(StrEnum):
    """How the report is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


class Language(StrEnum):
    """Language of the report."""

    FRENCH = "fr"
    ENGLISH = "en"


@app.command()
@speaks_plainly
def validate(
    file: Annotated[str, typer.Argument(help="Fichier ou adresse à vérifier")],
    schema: Annotated[
        str | None,
        typer.Option(help="Nom (scdl/deliberations@2.1.5), fichier ou adresse ; sinon reconnu"),
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="Présentation")] = Format.TEXT,
    lang: Annotated[Language, typer.Option(help="Langue du rapport")] = Language.FRENCH,
    sheet: Annotated[
        str | None,
        typer.Option(help="Feuille du classeur : nom, ou numéro à partir de 1", show_default=False),
    ] = None,
    fix: Annotated[
        Path | None, typer.Option(help="Fichier corrigé à écrire (CSV)", show_default=False)
    ] = None,
    max_errors: Annotated[
        int, typer.Option(min=1, help="Erreurs listées (toutes sont comptées)")
    ] = 1000,
    allow_host: AllowHost = None,
    data_dir: DataDir = None,
) -> None:
    """Vérifie un fichier ; code de sortie 0 s'il est valide, 1 sinon, 2 s'il n'a pu être vérifié.

    Exemple : socle validate deliberations.csv --fix deliberations-corrige.csv
    """
    register = SchemaRegister.open(data_folder(data_dir).path / "schemas")
    wanted = _schema(schema, register, allow_host) if schema else None
    with tempfile.TemporaryDirectory(prefix="socle-") as folder:
        path, name = _local(file, Path(folder), allow_host)
        result = asyncio.run(_check(path, name, wanted, register, max_errors, sheet))
        if fix is not None:
            _fix(path, name, _followed(result, wanted, register), register, fix, lang.value)
    report = render_report(result, lang.value, name)
    if report.verdict in {"unreadable", "failed"}:
        # Nothing was checked: a sentence for people, the report for programs that asked for it.
        if format_ is not Format.TEXT:
            typer.echo(_rendered(report, format_, lang.value))
        raise fail(report.summary, what="Non vérifié")
    typer.echo(_rendered(report, format_, lang.value), nl=format_ is not Format.CSV)
    raise typer.Exit(0 if report.verdict == "valid" else INVALID)


def _followed(result: Result, wanted: Schema | None, register: SchemaRegister) -> Schema:
    """The schema that the file was checked with. Raises `InvalidInputError` when none was."""
    if wanted is not None:
        return wanted
    if result.schema is None:
        raise InvalidInputError(
            "Le fichier ne peut pas être corrigé : on ne sait pas quel schéma il suit. "
            "Indiquez-le avec --schema."
        )
    return register.get(result.schema.name, result.schema.version)


def _fix(
    path: Path, name: str, schema: Schema, register: SchemaRegister, target: Path, lang: Lang
) -> None:
    """Write the corrected file, and say on stderr what was changed and what is left to see."""
    draft = target.with_name(f".{target.name}.socle")
    try:
        draft.touch()
    except OSError as error:
        raise InvalidInputError(f"Impossible d'écrire {target} : {error.strerror}.") from error
    try:
        correction = asyncio.run(
            correct_file(path, name=name, schema=schema, register=register, sink=draft)
        )
        if correction.outcome == "written":
            draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    err.print(summary(correction, lang))
    for change in (*correction.applied, *correction.proposed)[:_SHOWN_CHANGES]:
        mark = "✓" if change.kind == "applied" else "?"
        place = f"ligne {change.line}" if lang == "fr" else f"line {change.line}"
        where = f"{place} : " if change.line else ""
        said = " ".join(filter(None, sentence(change, lang)))
        err.print(f"  {mark} {where}{said}")
    hidden = sum(c.applied + c.proposed for c in correction.counts.values()) - _SHOWN_CHANGES
    if hidden > 0:
        err.print(f"  … {hidden} de plus" if lang == "fr" else f"  … {hidden} more")
    if correction.outcome == "written":
        written = "Fichier corrigé écrit" if lang == "fr" else "Corrected file written"
        err.print(f"{written} : {target}")


def _rendered(report: Report, format_: Format, lang: Lang) -> str:
    if format_ is Format.JSON:
        return report.model_dump_json(by_alias=True, indent=2)
    if format_ is Format.CSV:
        return render_csv(report, lang)
    return render_html(report, lang) if format_ is Format.HTML else render_text(report, lang)


async def _check(
    path: Path,
    name: str,
    schema: Schema | None,
    register: SchemaRegister,
    max_errors: int,
    sheet: str | None,
) -> Result:
    async with EngineRunner() as runner:
        outcome = await runner.validate(
            path,
            name=name,
            schema=schema,
            candidates=None if schema else register,
            max_errors=max_errors,
            sheet=int(sheet) if sheet and sheet.isdecimal() else sheet,
        )
    return outcome.result


def _local(file: str, folder: Path, allow_host: list[str] | None) -> tuple[Path, str]:
    """The file on disk and the name that its user knows it by."""
    if not file.startswith(("http://", "https://")):
        path = readable_file(file)
        return path, path.name
    found: tuple[Path, str] = _remote().download(file, folder, allow_host)
    return found


def _schema(text: str, register: SchemaRegister, allow_host: list[str] | None) -> Schema:
    """A name of the register, a descriptor on disk, or one at an address."""
    if Path(text).is_file():
        return _of_bytes(Path(text).read_bytes(), text)
    try:
        return register.resolve(text)
    except UnknownSchemaError:
        if not text.startswith(("http://", "https://")):
            raise
    content: bytes = asyncio.run(_remote().fetch(text, allow_host))
    return _of_bytes(content, text)


def _of_bytes(content: bytes, where: str) -> Schema:
    descriptor, _ = load_descriptor(content)
    return Schema(
        name=str(descriptor.get("name") or where),
        version=str(descriptor.get("version") or ""),
        title=str(descriptor.get("title") or where),
        descriptor=descriptor,
        url=where if "://" in where else None,
    )


def _remote() -> Any:
    """The HTTP client, loaded when an address is given: most files are local, and wait."""
    return import_module("socle.cli.remote")
