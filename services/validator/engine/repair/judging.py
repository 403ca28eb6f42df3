"""The engine's own judgement of one cell or one row, asked before anything is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.validator.engine.cells import ABSENT, Cell, Judge, compile_cell
from services.validator.engine.header import Header
from services.validator.engine.rules import BoundCheck, compile_rules
from services.validator.engine.rules.rule import Fault
from services.validator.engine.schema import TableSchema


class Judging:
    """Faults of cells and rows. Keys are not among them: they are of the whole table."""

    def __init__(self, schema: TableSchema, header: Header) -> None:
        places = {spec.name: f"fields[{index}]" for index, spec in enumerate(schema.fields)}
        self._judges: dict[int, Judge] = {
            column.position: compile_cell(column.spec, places[column.spec.name])
            for column in header.columns
            if column.spec is not None
        }
        self._width = header.width
        self._own: dict[int, list[BoundCheck]] = {}
        self._across: list[BoundCheck] = []
        for check in compile_rules(schema, header):
            position = check.positions[0]
            if len(check.positions) == 1 and position is not None:
                self._own.setdefault(position, []).append(check)
            else:
                self._across.append(check)

    @property
    def looks_across(self) -> bool:
        """Whether some check compares columns."""
        return bool(self._across)

    def cell(self, position: int, text: str) -> Cell:
        """The text as its field reads it."""
        return self._judges[position](text)

    def faults(self, position: int, text: str) -> int:
        """How many errors the text would be by itself."""
        cell = self.cell(position, text)
        return len(cell.problems) + len(self._of_checks(position, cell))

    def fix(self, position: int, text: str) -> str | None:
        """What the report suggests."""
        cell = self.cell(position, text)
        fixes = [problem.fix for problem in cell.problems]
        fixes += [fault.fix for fault in self._of_checks(position, cell)]
        return next((fix for fix in fixes if fix), None)

    def across(self, texts: Sequence[str]) -> int:
        """How many errors the row has because of its cells together."""
        cells = [self._placed(position, texts) for position in range(self._width)]
        return sum(
            replace(check, _done=False).row(0, 0, cells) is not None for check in self._across
        )

    def row(self, texts: Sequence[str], columns: Mapping[int, object]) -> int:
        """All errors of the row, in the given columns and across."""
        own = sum(self.faults(p, texts[p]) for p in columns if p < len(texts))
        return own + self.across(texts)

    def _placed(self, position: int, texts: Sequence[str]) -> Cell:
        if position >= len(texts):
            return ABSENT
        judge = self._judges.get(position)
        text = texts[position]
        return Cell(text, text, blank=not text) if judge is None else judge(text)

    def _of_checks(self, position: int, cell: Cell) -> list[Fault]:
        found = []
        for bound in self._own.get(position, ()):
            sound = cell.value is not None and not cell.problems
            if sound or bound.check.needs == "nothing":
                fault = bound.check.judge([cell])
                if fault is not None:
                    found.append(fault)
        return found
