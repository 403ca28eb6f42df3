"""What can be done for one text of one column."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from services.validator.engine.cells import MEMORABLE, REMEMBERED
from services.validator.engine.repair.judging import Judging
from services.validator.engine.repair.rules import CELL_RULES, spaces, suggestion, unicode_form
from services.validator.engine.repair.rules.rule import Ask, Candidate
from services.validator.engine.repair.rules.texts import strip_ends
from services.validator.engine.schema import FieldSpec

MAX_PROPOSALS = 3
MAX_TEXT = 10_000
"""Characters beyond which a cell is tidied at its ends, not understood."""


@dataclass(frozen=True, slots=True)
class Step:
    """One change of a cell, without its place."""

    rule: str
    before: str
    after: str | None
    reason: str = ""
    gain: bool = False


@dataclass(frozen=True, slots=True)
class Repair:
    """`tidy` is the text without what nobody sees; `fix` the one sure reading, if any."""

    tidy: str
    tidied: tuple[Step, ...] = ()
    fix: Step | None = None
    proposals: tuple[Step, ...] = ()


class ColumnRepair:
    """Answers are remembered, each text is thought about once while there is room."""

    def __init__(
        self,
        position: int,
        spec: FieldSpec,
        judging: Judging,
        marks: tuple[frozenset[str], frozenset[str]],
    ) -> None:
        self._position = position
        self._spec = spec
        self._judging = judging
        self._seen, self._elsewhere = marks
        self._rules = tuple(rule for rule in CELL_RULES if rule.applies(spec))
        self._memory: dict[str, Repair | None] = {}

    def repair(self, text: str) -> Repair | None:
        """None when there is nothing to do."""
        if text in self._memory:
            return self._memory[text]
        repair = self._think(text)
        if len(self._memory) < REMEMBERED and len(text) <= MEMORABLE:
            self._memory[text] = repair
        return repair

    def _think(self, text: str) -> Repair | None:
        tidied = tuple(self._tidy(text))
        tidy = tidied[-1].after if tidied and tidied[-1].after is not None else text
        if self._faults(tidy) == 0 or len(tidy) > MAX_TEXT:
            return Repair(tidy, tidied) if tidied else None
        fix, proposals = self._understand(tidy)
        return Repair(tidy, tidied, fix, proposals) if tidied or fix or proposals else None

    def _faults(self, text: str) -> int:
        return self._judging.faults(self._position, text)

    def _tidy(self, text: str) -> Iterator[Step]:
        composed = text if text.isascii() else unicodedata.normalize("NFC", text)
        if composed != text:
            yield Step(unicode_form.RULE.code, text, composed)
        stripped = strip_ends(composed)
        if stripped == composed:
            return
        gain = self._faults(composed) - self._faults(stripped)
        if gain > 0 or (gain == 0 and self._means_the_same(composed, stripped)):
            yield Step(spaces.RULE.code, composed, stripped, gain=gain > 0)

    def _means_the_same(self, text: str, stripped: str) -> bool:
        before = self._judging.cell(self._position, text)
        after = self._judging.cell(self._position, stripped)
        texts = self._spec.type in {"string", "any"}
        return before.blank == after.blank and (texts or bool(before.value == after.value))

    def _understand(self, text: str) -> tuple[Step | None, tuple[Step, ...]]:
        ask = Ask(text, self._spec, self._accepts, self._seen, self._elsewhere)
        sure: dict[str, Step] = {}
        doubtful: dict[str | None, Step] = {}
        for rule in self._rules:
            for candidate in rule.propose(ask):
                if not self._passes(candidate, text):
                    continue
                step = Step(rule.code, text, candidate.text, candidate.reason, gain=True)
                if candidate.sure and candidate.text is not None:
                    sure.setdefault(candidate.text, step)
                else:
                    doubtful.setdefault(candidate.text, step)
            if sure and rule is spaces.RULE:
                break
        if sure and self._agree(list(sure)):
            return next(iter(sure.values())), ()
        several = [Step(s.rule, text, s.after, "several") for s in sure.values()]
        proposals = (*several, *doubtful.values()) or tuple(self._suggested(text))
        return None, tuple(proposals[:MAX_PROPOSALS])

    def _agree(self, texts: list[str]) -> bool:
        values = [self._judging.cell(self._position, text).value for text in texts]
        return all(value == values[0] for value in values)

    def _accepts(self, text: str) -> bool:
        return self._faults(text) == 0 and not self._judging.cell(self._position, text).blank

    def _passes(self, candidate: Candidate, text: str) -> bool:
        if candidate.text is None:
            return True
        if candidate.text == text or not self._accepts(candidate.text):
            return False
        value = self._judging.cell(self._position, candidate.text).value
        return candidate.value is None or bool(value == candidate.value)

    def _suggested(self, text: str) -> Iterator[Step]:
        fix = self._judging.fix(self._position, text)
        if fix is not None and fix != text and self._accepts(fix):
            yield Step(suggestion.RULE.code, text, fix, "near")
