"""`socle validate`: check a file, without any server.

Nothing is imported here that a small table does not need: the HTTP client, corrections and
packages come when they are asked for.
"""

import os
import signal
import sys
import tempfile
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from services.validator.adapters.conversation import validation
from services.validator.adapters.detection import Detector
from services.validator.adapters.forked import validate_forked
from services.validator.adapters.limits import EngineLimits
from services.validator.engine.rendering.report import render_report
from services.validator.engine.result import Result
from services.validator.engine.validation import Options
from services.validator.engine.wording.render import Lang
from services.validator.schemas.errors import UnknownSchemaError
from services.validator.schemas.model import Schema
from services.validator.schemas.register import SchemaRegister
from shared.contracts.report import Report, report_json
from shared.errors import InvalidInputError, ServiceError
from socle.cli.faults import COULD_NOT, INTERRUPTED, said
from socle.cli.files import readable_file
from socle.cli.validate_options import parsed
from socle.embedded.datafolder import default_path

PURPOSE = (
    "Vérifie un fichier ; code de sortie 0 s'il est valide, 1 sinon, 2 s'il n'a pu être vérifié."
)

INVALID = 1


def run(arguments: Sequence[str]) -> int:
    """The exit code. What goes wrong is one sentence on stderr, never a trace."""
    asked = parsed(arguments)
    try:
        return _validate(asked)
    except (ServiceError, OSError) as error:
        if isinstance(error, BrokenPipeError):
            # Whoever read the output has enough; what is left in the buffer has no reader.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        return _fail(said(error))
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrompu.\n")
        return INTERRUPTED
    except Exception as error:
        # The outermost border: a defect of ours must not show its trace to a town hall.
        if os.environ.get("SOCLE_DEBUG"):
            raise
        return _fail(said(error))


def _fail(sentence: str, what: str = "Erreur :") -> int:
    sys.stderr.write(f"{what} {sentence}\n")
    return COULD_NOT


def _validate(asked: Namespace) -> int:
    lang: Lang = asked.lang
    data = asked.data_dir.expanduser().absolute() if asked.data_dir else default_path()
    register = SchemaRegister.open(data / "schemas")
    with tempfile.TemporaryDirectory(prefix="socle-") as folder:
        wanted = _schema(asked, register) if asked.schema else None
        path, name = _local(asked, Path(folder))
        result = _check(path, name, wanted, register, asked)
        if asked.fix is not None:
            schema = wanted or _recognised(result, register)
            import_module("socle.cli.fix").fix(path, name, schema, register, asked.fix, lang)
    report = render_report(result, lang, name)
    if report.verdict in {"unreadable", "failed"}:
        # Nothing was checked: a sentence for people, the report for programs that asked for it.
        if asked.format != "text":
            _write(report, asked.format, lang)
        hints = dict.fromkeys(error.hint for error in report.errors if error.hint)
        told = " ".join([report.summary, *hints])
        return _fail(told, "Non vérifié :" if lang == "fr" else "Not checked:")
    _write(report, asked.format, lang)
    return 0 if report.verdict == "valid" else INVALID


def _check(
    path: Path, name: str, schema: Schema | None, register: SchemaRegister, asked: Namespace
) -> Result:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    sheet = asked.sheet
    options = Options(asked.max_errors, sheet=int(sheet) if (sheet or "").isdecimal() else sheet)
    detector = Detector(register) if schema is None else None
    return validate_forked(path, validation(path, name, schema, detector, options), EngineLimits())


def _recognised(result: Result, register: SchemaRegister) -> Schema:
    """The schema that the file was checked with. Raises `InvalidInputError` when none was."""
    if result.schema is None or not result.detected:
        raise InvalidInputError(
            "Le fichier ne peut pas être corrigé : on ne sait pas quel schéma il suit. "
            "Indiquez-le avec --schema."
        )
    return register.get(result.schema.name, result.schema.version)


def _write(report: Report, form: str, lang: Lang) -> None:
    if form == "json":
        text = report_json(report, indent=True) + "\n"
    else:
        module = {"csv": "table", "html": "html", "text": "text"}[form]
        render = import_module(f"services.validator.engine.rendering.{module}")
        text = getattr(render, f"render_{form}")(report, lang)
    # A name in the file may hold what the terminal's encoding cannot say.
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stdout.flush()


def _local(asked: Namespace, folder: Path) -> tuple[Path, str]:
    """The file on disk and the name that its user knows it by; of a package, one archive."""
    if _is_address(asked.file):
        found: tuple[Path, str] = _remote().download(asked.file, folder, asked.allow_host)
        return found
    path = readable_file(asked.file)
    if path.name == "datapackage.json":
        return import_module("socle.cli.package").bundled(path, folder), path.name + ".zip"
    return path, path.name


def _schema(asked: Namespace, register: SchemaRegister) -> Schema:
    """A name of the register, a descriptor on disk, or one at an address."""
    text = asked.schema
    if Path(text).is_file():
        return _given(text, Path(text).read_bytes(), register, asked)
    try:
        return register.resolve(text)
    except UnknownSchemaError:
        if not _is_address(text):
            raise
    return _given(text, _remote().fetch(text, asked.allow_host), register, asked)


def _given(text: str, content: bytes, register: SchemaRegister, asked: Namespace) -> Schema:
    schema: Schema = import_module("socle.cli.given_schema").given_schema(
        text, content, register, asked.allow_host
    )
    return schema


def _is_address(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def _remote() -> Any:
    """The HTTP client, loaded when an address is given: most files are local, and wait."""
    return import_module("socle.cli.remote")
