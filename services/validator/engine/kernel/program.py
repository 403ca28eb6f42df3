"""The tables that tell the kernel what to accept in one file: columns, rules, keys."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from services.validator.engine.cells import Judge, compile_cell
from services.validator.engine.check import RowLoop
from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.automaton import ByteTable, Unsupported, both, packed
from services.validator.engine.kernel.languages import (
    NOT_BLANK,
    Measures,
    choices,
    chosen,
    describe,
    value_kind,
    with_missing,
)
from services.validator.engine.kernel.pattern import compile_language
from services.validator.engine.kernel.rule_languages import (
    accepts,
    is_single,
    kind,
    language,
    luhn_digits,
)
from services.validator.engine.kernel.trunk import trunk
from services.validator.engine.keys import UniqueCheck
from services.validator.engine.rules import BoundCheck
from services.validator.engine.schema import FieldSpec

_INK = np.array(
    [at.FILLED if 0x20 < byte < 0x7F or 0xC3 <= byte <= 0xCB else 0 for byte in range(256)],
    np.uint8,
)
_KEPT, _KEPT_PLANS = 4_096, 256
_ANYTHING = FieldSpec(name="", type="any")


@dataclass(frozen=True)
class Column:
    """What is surely valid in one column, independent of any file."""

    kind: int
    empty: int = at.SUSPECT
    table: ByteTable | None = None
    first: NDArray[np.uint8] | None = None
    longest: int = 0
    measures: Measures = field(default_factory=Measures)
    measured: bool = False
    watched: bool = False

    @cached_property
    def trunk(self) -> NDArray[np.uint8] | None:
        """Of its table."""
        return None if self.table is None else trunk(self.table)

    @cached_property
    def words(self) -> NDArray[np.int64]:
        """What the kernel reads; the arrays it points to live as long as the column."""
        words = {
            at.C_KIND: self.kind,
            at.C_EMPTY: self.empty,
            at.C_VALUE: self.measures.value,
            at.C_POINT: self.measures.point,
            at.C_BOUNDED: int(self.measures.bounded),
            at.C_LOW: at.LOWEST if self.measures.low is None else self.measures.low,
            at.C_HIGH: at.HIGHEST if self.measures.high is None else self.measures.high,
            at.C_LEAST: self.measures.least,
            at.C_MOST: self.measures.most,
            at.C_MEASURED: int(self.measured),
            at.C_WATCHED: int(self.watched),
            at.C_LUHN: self.measures.luhn,
        }
        if self.first is not None:
            words |= {at.C_CLASSES: self.first.ctypes.data, at.C_LONGEST: self.longest}
        if self.table is not None and self.trunk is not None:
            words |= {
                at.C_CLASSES: self.table.classes.ctypes.data,
                at.C_MOVES: self.table.moves.ctypes.data,
                at.C_ACCEPTS: self.table.accepts.ctypes.data,
                at.C_SHIFT: self.table.shift,
                at.C_TRUNK: self.trunk.ctypes.data,
            }
        found = np.zeros(at.COLUMN_WORDS, np.int64)
        for place, word in words.items():
            found[place // at.WORD] = word
        return found


UNLABELLED = Column(at.OPAQUE, empty=at.BLANK)


@dataclass(frozen=True)
class _Order:
    """A column to compile."""

    spec: FieldSpec
    checks: tuple[BoundCheck, ...]
    watched: bool
    keyed: bool


@dataclass(frozen=True, eq=False)
class Plan:
    """What the kernel is told of every file with such a header.

    The words are a beginning: each file goes on with its own copy. Those of the columns stand
    first, then from `rules_at` those of the rules, from `keys_at` those of the keys. `several`
    are the indexes of the rules of more than one column, `bits` the bit of each rule in what the
    kernel says (-1 for those of one column), `singles` the others by column.
    """

    columns: tuple[Column, ...]
    words: NDArray[np.int64]
    rules_at: int
    keys_at: int
    several: tuple[int, ...]
    bits: tuple[int, ...]
    singles: tuple[tuple[int, ...], ...]


class Planner:
    """Columns by what they hold, plans by header, so that a known schema costs nothing."""

    def __init__(self) -> None:
        self._columns: dict[Hashable, Column] = {}
        self._plans: dict[Hashable, Plan] = {}

    def plan(self, loop: RowLoop, unique: Sequence[UniqueCheck]) -> Plan:
        """Costs some ms for a new schema. Raises `Unsupported`."""
        # Headers are kept as they are matched: the same labels are the same object.
        key = (loop.header, loop.schema)
        plan = self._plans.pop(key, None) or self._planned(loop, unique)
        self._plans[key] = plan
        if len(self._plans) > _KEPT_PLANS:
            del self._plans[next(iter(self._plans))]
        return plan

    def _planned(self, loop: RowLoop, unique: Sequence[UniqueCheck]) -> Plan:
        several = tuple(index for index, each in enumerate(loop.rules) if not is_single(each))
        if len(several) > at.MAX_RULES:
            raise Unsupported("too many rules")
        columns = self._planned_columns(loop, [check.positions for check in unique])
        specs = {column.position: column.spec for column in loop.header.columns}
        keys = []
        for key in unique:
            fields = [specs[place] or _ANYTHING for place in key.positions]
            keys.append(key_words(key.positions, fields, primary=key.primary))
        singles: list[list[int]] = [[] for _ in range(loop.header.width)]
        for index, check in enumerate(loop.rules):
            if index not in several and check.positions[0] is not None:
                singles[check.positions[0]].append(index)
        return Plan(
            columns=tuple(columns),
            words=np.concatenate(
                [
                    *(each.words for each in columns),
                    *(rule_words(loop.rules[index]) for index in several),
                    *keys,
                    np.zeros(1, np.int64),  # a table may have none of them
                ]
            ),
            rules_at=len(columns) * at.COLUMN_WORDS,
            keys_at=len(columns) * at.COLUMN_WORDS + len(several) * at.RULE_WORDS,
            several=several,
            bits=tuple(
                several.index(index) if index in several else -1 for index in range(len(loop.rules))
            ),
            singles=tuple(map(tuple, singles)),
        )

    def _planned_columns(self, loop: RowLoop, keys: Sequence[Sequence[int]]) -> list[Column]:
        specs = {column.position: column.spec for column in loop.header.columns}
        several = [check for check in loop.rules if not is_single(check)]
        keyed = {place for key in keys for place in key}
        watched = keyed | {
            place for check in several for place in check.positions if place is not None
        }
        found = []
        for position in range(loop.header.width):
            if position not in specs:
                found.append(UNLABELLED)
                continue
            spec = specs[position] or _ANYTHING
            checks = tuple(c for c in loop.rules if is_single(c) and c.positions == (position,))
            order = _Order(spec, checks, watched=position in watched, keyed=position in keyed)
            schema = loop.schema if checks else None
            # Schemas are kept as they are compiled: the same field is the same object.
            key = (spec, schema, order.watched, order.keyed)
            found.append(self._known(key, order))
        return found

    def _known(self, key: Hashable, order: _Order) -> Column:
        column = self._columns.pop(key, None) or _compiled(order)
        self._columns[key] = column
        if len(self._columns) > _KEPT:
            del self._columns[next(iter(self._columns))]
        return column


def _compiled(order: _Order) -> Column:
    judge = compile_cell(order.spec, "")
    cell = judge("")
    empty = at.SUSPECT
    if not cell.problems and (cell.blank or not order.checks):
        empty = at.BLANK if cell.blank else at.FILLED
    try:
        return _column(order, empty, judge)
    except Unsupported:
        return Column(at.OPAQUE, empty, watched=order.watched)


def _column(order: _Order, empty: int, judge: Judge) -> Column:
    spec = order.spec
    missing = spec.missing - {""}
    measures = Measures()
    options = choices(spec)
    if options is not None:
        automaton = chosen(
            options, judge, lambda text: all(accepts(check, text) for check in order.checks)
        )
        if order.keyed and spec.type != "string":
            raise Unsupported("key of a choice that is no text")
    else:
        described = describe(spec)
        measures = described.measures
        found = described.automaton
        if found is None and not order.checks and not order.keyed:
            return _text(order, empty, missing, measures)
        automaton = found or compile_language(NOT_BLANK)
        for check in order.checks:
            automaton = both(language(check), automaton)
            measures = replace(measures, luhn=luhn_digits(check) or measures.luhn)
    valued = order.watched and measures.value != at.UNKNOWN
    return Column(
        at.LANGUAGE,
        empty,
        packed(with_missing(automaton, missing, judge)),
        measures=measures if valued or measures.bounded else _without_value(measures),
        measured=measures.needed or valued,
        watched=order.watched,
    )


def _without_value(measures: Measures) -> Measures:
    return Measures(least=measures.least, most=measures.most, luhn=measures.luhn)


def _text(order: _Order, empty: int, missing: frozenset[str], measures: Measures) -> Column:
    if not order.spec.required and not order.watched and not measures.needed:
        return Column(at.FREE, at.BLANK)
    if not all(map(str.isascii, missing)):
        raise Unsupported("missing values beyond ASCII")
    first = _INK.copy()
    for text in missing:
        first[ord(text[0])] = at.MAYBE if first[ord(text[0])] else at.SUSPECT
    # A character of NFC's making may take three bytes where the missing value has one.
    longest = 3 * max(map(len, missing), default=0)
    return Column(
        at.TEXT,
        empty,
        first=first,
        longest=longest,
        measures=measures,
        measured=measures.needed,
        watched=order.watched,
    )


def rule_words(check: BoundCheck) -> NDArray[np.int64]:
    """The words of a rule over several columns."""
    columns = [place for place in check.positions if place is not None][: at.RULE_COLUMNS]
    return _filled([kind(check), len(columns), *columns], at.RULE_WORDS)


def key_words(
    columns: Sequence[int], specs: Sequence[FieldSpec], *, primary: bool
) -> NDArray[np.int64]:
    """The words of a key, its table aside. Raises `Unsupported`."""
    if len(columns) > at.KEY_COLUMNS:
        raise Unsupported("a key of many columns")
    packed_columns = []
    for position, spec in zip(columns, specs, strict=True):
        valued = value_kind(spec) != at.UNKNOWN
        if not valued and spec.type not in {"string", "any"}:
            raise Unsupported("key of values that are neither texts nor numbers")
        packed_columns.append(position | (at.NUMERIC if valued else 0))
    return _filled([int(primary), 0, 0, 0, len(columns), *packed_columns], at.KEY_WORDS)


def _filled(words: Sequence[int], count: int) -> NDArray[np.int64]:
    """So many words, the last ones zero."""
    found = np.zeros(count, np.int64)
    found[: len(words)] = words
    return found
