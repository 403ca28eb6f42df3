"""What `socle validate` may load before it answers: a person waits for each module."""

import subprocess
import sys
from pathlib import Path

from services.validator.schemas.register import SchemaRegister
from services.validator.schemas.template import example_csv

HEAVY = {
    "arro3", "asyncio", "fastapi", "httpx2", "jinja2", "jsonschema", "numba", "numpy",
    "phonenumbers", "pydantic", "python_calamine", "rich", "shapely", "sqlalchemy",
    "structlog", "typer",
}  # fmt: skip
_PROGRAM = """
import sys
from socle.cli.validate import run
code = run(sys.argv[1:])
sys.stderr.write(" ".join(sorted(name.partition(".")[0] for name in sys.modules)))
sys.exit(code)
"""


def test_a_small_table_is_checked_without_a_framework(tmp_path: Path) -> None:
    path = tmp_path / "subventions.csv"
    path.write_text(example_csv(SchemaRegister.open().get("scdl/subventions")), encoding="utf-8")

    for options in ([], ["--schema", "scdl/subventions", "--format", "json"]):
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(path), *options],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert done.returncode == 0, done.stderr
        assert set(done.stderr.split()) & HEAVY == set(), options
