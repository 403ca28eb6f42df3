"""The labels of a file against the fields of a schema, by name: order is free."""

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from services.validator.engine.fields_match import stricter
from services.validator.engine.findings import Finding
from services.validator.engine.schema import FieldSpec, TableSchema
from services.validator.engine.suggest import fold

_INVISIBLE = "\ufeff\u200b\u200e"
_NEAR = 0.85
_USUAL = 10_000
"""Characters of the labels of a usual file: what they match is kept for the next one."""


@dataclass(frozen=True)
class Column:
    """A labelled column of the file, and the field it holds (None: not in the schema)."""

    position: int
    label: str
    spec: FieldSpec | None


@dataclass(frozen=True, eq=False)
class Header:
    """`columns` are the labelled ones, in the file's order, without second copies."""

    columns: tuple[Column, ...]
    width: int
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]

    @cached_property
    def labels(self) -> Mapping[int, str]:
        """By position."""
        return {column.position: column.label for column in self.columns}

    def position(self, name: str) -> int | None:
        """Where the column of this name stands."""
        for column in self.columns:
            if name in {column.label, column.spec.name if column.spec else None}:
                return column.position
        return None


def clean_label(label: str) -> str:
    """Without surrounding spaces and invisible characters, in NFC."""
    stripped = label.strip().strip(_INVISIBLE).strip()
    return stripped if stripped.isascii() else unicodedata.normalize("NFC", stripped)


def match_header(
    labels: Iterable[str], line: int, schema: TableSchema, *, ignore_case: bool = False
) -> Header:
    """Pair labels and fields. Findings are ordered: labels first, then fields."""
    raw = tuple(labels)
    matched = _known if sum(map(len, raw)) <= _USUAL else _matched
    return matched(raw, line, schema, ignore_case)


def _matched(raw: tuple[str, ...], line: int, schema: TableSchema, ignore_case: bool) -> Header:  # noqa: FBT001 - internal
    place = _Place(line)
    by_name = {_key(spec.name, ignore_case): spec for spec in schema.fields}
    columns: list[Column] = []
    seen: dict[str, int] = {}
    for position, label in enumerate(raw):
        name = clean_label(label)
        key = _key(name, ignore_case)
        if not name:
            continue
        if key in seen:
            place.duplicate(name, position, seen[key], known=key in by_name)
            continue
        seen[key] = position
        spec = by_name.get(key)
        columns.append(Column(position, spec.name if spec else name, spec))
        if spec is not None and label != name:
            place.spaces(name, position, label)
    _missing(place, schema, columns)
    present = [column.spec.name for column in columns if column.spec]
    ordered = [spec.name for spec in schema.fields if spec.name in set(present)]
    errors, warnings = stricter(schema.fields_match, place.warnings, present, ordered, line)
    return Header(tuple(columns), len(raw), (*place.errors, *errors), tuple(warnings))


_known = lru_cache(maxsize=256)(_matched)


def _key(name: str, ignore_case: bool) -> str:  # noqa: FBT001 - internal
    return name.lower() if ignore_case else name


def _missing(place: "_Place", schema: TableSchema, columns: list[Column]) -> None:
    present = {column.spec.name for column in columns if column.spec}
    strangers = [column for column in columns if column.spec is None]
    absent = [spec for spec in schema.fields if spec.name not in present]
    pairs = _likely(absent, strangers)
    if not present and not pairs:
        place.unmatched([column.label for column in columns], [spec.name for spec in absent])
    for spec in absent:
        needed = spec.required or spec.name in schema.primary_key
        place.missing(spec.name, pairs.get(spec.name), needed=needed)
    taken = {column.position for column in pairs.values()}
    for column in strangers:
        if column.position not in taken:
            place.stranger(column)


def _likely(absent: list[FieldSpec], strangers: list[Column]) -> dict[str, Column]:
    """Misspelt names: same letters first, then the most similar; each label serves once."""
    pairs: dict[str, Column] = {}
    free = {column.position: column for column in strangers}
    folded = {column.position: fold(column.label) for column in strangers}
    for spec in absent:
        for position, column in free.items():
            if folded[position] and folded[position] == fold(spec.name):
                pairs[spec.name] = free.pop(position)
                break
            del column
    scored = sorted(
        (
            (_similarity(fold(spec.name), folded[position]), spec.name, position)
            for spec in absent
            if spec.name not in pairs
            for position in free
        ),
        key=lambda score: (-score[0], score[1], score[2]),
    )
    for score, name, position in scored:
        if score >= _NEAR and name not in pairs and position in free:
            pairs[name] = free.pop(position)
    return pairs


def _similarity(left: str, right: str) -> float:
    matcher = difflib.SequenceMatcher(a=left, b=right)
    return matcher.ratio() if matcher.real_quick_ratio() >= _NEAR else 0.0


class _Place:
    """Collects the findings of one header row."""

    def __init__(self, line: int) -> None:
        self._line = line
        self.errors: list[Finding] = []
        self.warnings: list[Finding] = []

    def duplicate(self, name: str, position: int, first: int, *, known: bool) -> None:
        finding = Finding(
            "duplicate-label", "", 1, self._line, name, position + 1, name,
            params={"first": first + 1},
        )  # fmt: skip
        (self.errors if known else self.warnings).append(finding)

    def spaces(self, name: str, position: int, label: str) -> None:
        self.warnings.append(
            Finding("label-spaces", "", 1, self._line, name, position + 1, label, name)
        )

    def unmatched(self, labels: list[str], names: list[str]) -> None:
        params = {"found": labels[:10], "expected": names[:10]}
        self.errors.append(Finding("unmatched-header", "", 1, self._line, params=params))

    def missing(self, name: str, likely: Column | None, *, needed: bool) -> None:
        code = "missing-label" if needed else "missing-optional-label"
        found = None if likely is None else likely.label
        finding = Finding(
            code,
            "" if likely is None else "misspelt",
            1,
            self._line,
            name,
            None if likely is None else likely.position + 1,
            found,
            None if likely is None else name,
        )
        (self.errors if needed else self.warnings).append(finding)

    def stranger(self, column: Column) -> None:
        self.warnings.append(
            Finding(
                "extra-label", "", 1, self._line, column.label, column.position + 1, column.label
            )
        )
