"""Tables in JSON: a list of objects or of lists, alone or inside an object, JSON lines, GeoJSON.

The document is read twice, in flat memory: once for its tables and their columns, which only
the whole of it tells, and once for the rows.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import BinaryIO

from services.validator.engine.findings import Finding
from services.validator.engine.readers.choice import choose
from services.validator.engine.readers.dialect import matching
from services.validator.engine.readers.encoding import detect_encoding, encoding_errors, open_text
from services.validator.engine.readers.geojson import Feature, feature_of, geometry_labels
from services.validator.engine.readers.json_stream import Item, JsonStream, items
from services.validator.engine.readers.json_text import json_text
from services.validator.engine.suggest import fold
from services.validator.engine.table import FileFacts, ReadHints, Record, Table, UnreadableError

MAX_COLUMNS = 20_000
MAX_TABLES = 200
_LINES = frozenset({".jsonl", ".ndjson"})

Path = tuple[str, ...]


@dataclass
class _Candidate:
    """A list that may be the table; `labels` in the order in which they appear."""

    path: Path
    labels: dict[str, None] = field(default_factory=dict)
    count: int = 0
    header: bool = False
    features: bool = False
    geometries: set[str] = field(default_factory=set)
    has_id: bool = False
    broken: tuple[int, str] | None = None

    @property
    def name(self) -> str:
        return ".".join(self.path)

    @property
    def is_table(self) -> bool:
        """Whether there are titles; a list that is one but for some elements counts."""
        return bool(self.labels) and not (self.broken and self.header)

    def take(self, item: Item) -> None:
        """Learn from one element."""
        value = item.value
        self.count += 1
        if self.count == 1 and isinstance(value, list):
            self._header(item)
        elif isinstance(value, dict) and not self.header:
            if (feature := feature_of(value)) is not None:
                self.features = True
                self.has_id = self.has_id or feature.id is not None
                self.geometries.add(feature.kind)
                value = feature.properties
            elif self.features:
                self._break(item, "mixed")
            if not value.keys() <= self.labels.keys():
                self.labels.update(dict.fromkeys(value))
        elif not (isinstance(value, list) and self.header):
            self._break(item, "mixed")
        if len(self.labels) > MAX_COLUMNS:
            raise UnreadableError("too-many-columns", limit=MAX_COLUMNS)

    def _header(self, item: Item) -> None:
        texts = [cell for cell in item.value if type(cell) is str and cell.strip()]
        if not texts or len(texts) < len(item.value):
            self._break(item, "no-header")
        self.header = True
        self.labels = dict.fromkeys(texts)

    def _break(self, item: Item, why: str) -> None:
        if self.broken is None:
            self.broken = (item.line, why)


def open_json(stream: BinaryIO, name: str, hints: ReadHints) -> Table:
    """Raises `UnreadableError` for what is no JSON, with the place, or holds no table."""
    encoding = detect_encoding(stream)
    text = open_text(stream, encoding)
    cursor = JsonStream(text)
    lines = _is_lines(cursor, name)
    candidates, keys = _survey(items(cursor, lines=lines))
    if _is_record(keys, candidates, hints):
        lines = True
        text.seek(0)
        candidates, _ = _survey(items(JsonStream(text), lines=lines))
    chosen = _choose(candidates, hints)
    text.seek(0)
    rows = (
        item
        for item in items(JsonStream(text), lines=lines)
        if item.element and item.path == chosen.path
    )
    names = tuple(each.name for each in candidates) if len(candidates) > 1 else ()
    table = _lists(rows, hints) if chosen.header else _objects(rows, chosen, hints)
    kind = "geojson" if chosen.features else "json"
    return replace(
        table,
        facts=FileFacts(kind, encoding.name, sheet=chosen.name if names else None, sheets=names),
        errors=encoding_errors(encoding),
        warnings=_warnings(chosen, names),
    )


def _is_lines(cursor: JsonStream, name: str) -> bool:
    """Whether each line is a document: the first is, and another follows."""
    if PurePosixPath(name.lower()).suffix in _LINES:
        return True
    line = cursor.first_line()
    try:
        value, end = json.JSONDecoder().raw_decode(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and not line[end:].strip() and cursor.follows(len(line))


def _is_record(keys: list[str], candidates: list[_Candidate], hints: ReadHints) -> bool:
    """Whether the document is one row of the table: its own keys are the schema's columns."""
    known = frozenset(map(fold, hints.names))
    score = matching(keys, known)
    return score > 1 and all(score > matching(list(each.labels), known) for each in candidates)


def _survey(found: Iterator[Item]) -> tuple[list[_Candidate], list[str]]:
    """The tables of the document, and the keys of the outermost object."""
    candidates: dict[Path, _Candidate] = {}
    keys: dict[str, None] = {}
    for item in found:
        if item.path and len(keys) < MAX_COLUMNS:
            keys[item.path[0]] = None
        if item.path and item.path[0] in {"@context", "@graph"}:
            raise UnreadableError("rdf")
        if not item.element:
            continue
        candidate = candidates.get(item.path)
        if candidate is None:
            if len(candidates) == MAX_TABLES:
                continue
            candidate = candidates[item.path] = _Candidate(item.path)
        candidate.take(item)
    tables = [each for each in candidates.values() if each.is_table]
    return tables, list(keys)


def _choose(candidates: list[_Candidate], hints: ReadHints) -> _Candidate:
    """The wanted one, else that which has the schema's columns, else the nearest and longest."""
    if not candidates:
        raise UnreadableError("json")
    wanted = choose([each.name for each in candidates], hints.sheet)
    if wanted is None:
        known = frozenset(map(fold, hints.names))
        chosen = max(
            candidates,
            key=lambda each: (matching(list(each.labels), known), -len(each.path), each.count),
        )
    else:
        chosen = candidates[wanted]
    if chosen.broken is not None:
        raise UnreadableError("json-mixed", at_line=chosen.broken[0])
    return chosen


def _warnings(chosen: _Candidate, names: Sequence[str]) -> tuple[Finding, ...]:
    others = [name for name in names if name != chosen.name]
    if not others:
        return ()
    return (Finding("json-chosen", "", params={"sheet": chosen.name, "others": others[:10]}),)


def _lists(rows: Iterator[Item], hints: ReadHints) -> Table:
    """The first list holds the titles; a title used twice stays twice."""
    head = next(rows)
    labels = tuple(json_text(cell) for cell in head.value)
    booleans = [hints.booleans.get(label, ("true", "false")) for label in labels]

    def records() -> Iterator[Record]:
        for row in rows:
            cells = [json_text(*pair) for pair in zip(row.value, booleans, strict=False)]
            cells.extend(json_text(cell) for cell in row.value[len(labels) :])
            yield row.line, cells

    return Table(labels, head.line, records(), FileFacts("json"))


def _objects(rows: Iterator[Item], chosen: _Candidate, hints: ReadHints) -> Table:
    """A key that an object lacks is an empty cell, as is null."""
    columns = [(key, hints.booleans.get(key, ("true", "false"))) for key in chosen.labels]
    extra: list[tuple[str, Callable[[Feature], str]]] = []
    if chosen.features:
        extra = geometry_labels(chosen.labels, chosen.geometries, hints, with_id=chosen.has_id)

    def records() -> Iterator[Record]:
        for row in rows:
            feature = feature_of(row.value) if chosen.features else None
            values = row.value if feature is None else feature.properties
            cells = [json_text(values.get(key), booleans) for key, booleans in columns]
            if feature is not None:
                cells.extend(write(feature) for _, write in extra)
            yield row.line, cells

    labels = [json_text(key) for key in chosen.labels]
    return Table((*labels, *(label for label, _ in extra)), 1, records(), FileFacts("json"))
