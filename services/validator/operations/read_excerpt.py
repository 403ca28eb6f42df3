"""The rows of a checked file around its errors, so that they are seen where they are."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from services.validator.adapters.run import EngineRunner
from services.validator.operations.read_report import read_report
from services.validator.schemas.errors import UnknownSchemaError
from services.validator.schemas.register import SchemaRegister
from shared.db import Database
from shared.errors import InvalidInputError
from shared.store import ContentStore

MOST_ROWS = 60
LAST_ROW = 200_000
CELL_LIMIT = 200
MOST_COLUMNS = 200


@dataclass(frozen=True)
class ExcerptRow:
    """`row` counts as a report does (labels are row 1), `line` is that of the file."""

    row: int
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Excerpt:
    """Texts as they were read, cut at 200 characters; 200 columns at most."""

    labels: tuple[str, ...]
    rows: tuple[ExcerptRow, ...]


class ExcerptReader:
    """One for the life of the process."""

    def __init__(
        self,
        *,
        database: Database,
        store: ContentStore,
        register: SchemaRegister,
        engine: EngineRunner,
    ) -> None:
        self._database = database
        self._store = store
        self._register = register
        self._engine = engine

    async def around(self, report_id: UUID, rows: Collection[int], *, around: int) -> Excerpt:
        """These rows of the file, each with `around` rows before and after it.

        Costs one reading up to the last of them; rows beyond the 200,000th are left out.
        Raises `ReportNotFoundError`, `InvalidInputError` when more than 60 rows are asked,
        `ContentMissing` when the store has lost the file.
        """
        if len(rows) > MOST_ROWS:
            raise InvalidInputError(
                f"Au plus {MOST_ROWS} lignes à la fois.",
                message_en=f"At most {MOST_ROWS} rows at once.",
            )
        report = await read_report(report_id, database=self._database)
        wanted = {
            near
            for row in rows
            for near in range(row - around, row + around + 1)
            if 2 <= near <= LAST_ROW
        }
        found = await self._engine.excerpt(
            self._store.path(report.file.sha256),
            name=report.file.name,
            names=self._names(report.schema_name, report.schema_version),
            wanted=frozenset(wanted),
            sheet=report.result.file.sheet,
        )
        return Excerpt(
            labels=_cut(found.get("labels", [])),
            rows=tuple(
                ExcerptRow(row["row"], row["line"], _cut(row["cells"]))
                for row in found.get("rows", [])
            ),
        )

    def _names(self, schema: str | None, version: str | None) -> frozenset[str]:
        """Column names of the schema: evidence for where the header is."""
        try:
            return frozenset(self._register.get(schema, version).field_names if schema else ())
        except UnknownSchemaError:  # given by its address, or gone from the register
            return frozenset()


def _cut(cells: list[str]) -> tuple[str, ...]:
    return tuple(
        cell if len(cell) <= CELL_LIMIT else cell[: CELL_LIMIT - 1] + "…"
        for cell in cells[:MOST_COLUMNS]
    )
