"""Nasty files from a seed: bytes, the schema, and what was done to them."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.differential.fields import FIELDS, NASTY

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-15", "mac-roman", "cp850")
DELIMITERS = (",", ";", "\t", "|")
LINE_ENDS = ("\n", "\r\n", "\r")


@dataclass
class Draft:
    """A table on its way to bytes; `traits` names what was done to it."""

    chance: random.Random
    descriptor: dict[str, Any]
    labels: list[str]
    rows: list[list[str]]
    encoding: str = "utf-8"
    delimiter: str = ","
    line_end: str = "\n"
    quote_all: bool = False
    padded: bool = False
    last_end: bool = True
    preamble: str = ""
    ending: str = ""
    traits: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Case:
    """One file. `labels` and `rows` are the cells as they were meant.

    `plain` holds the same cells without the twists of dialect and encoding: UTF-8, commas,
    one line end, no preamble. A reader that detects well says the same of both.
    """

    seed: int
    content: bytes
    plain: bytes
    descriptor: dict[str, Any]
    encoding: str
    delimiter: str
    labels: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    traits: frozenset[str]


def nasty_case(seed: int) -> Case:
    """The same bytes for the same seed, on every machine."""
    draft = _draft(random.Random(f"nasty/{seed}"))
    chance = draft.chance
    for twists in (_HEADERS, _ROWS, _DIALECTS, _ENCODINGS):
        if chance.random() < 0.4:
            name = chance.choice(sorted(twists))
            twists[name](draft)
            draft.traits.add(name)
    return Case(
        seed=seed,
        content=_bytes(draft),
        plain=_plain(draft),
        descriptor=draft.descriptor,
        encoding=draft.encoding,
        delimiter=draft.delimiter,
        labels=tuple(draft.labels),
        rows=tuple(map(tuple, draft.rows)),
        traits=frozenset(draft.traits),
    )


def _draft(chance: random.Random) -> Draft:
    names = chance.sample(sorted(FIELDS), chance.randrange(2, 8))
    descriptor: dict[str, Any] = {
        "fields": [{"name": name, **FIELDS[name].descriptor} for name in names]
        + [{"name": "repère", "type": "string"}]
    }
    traits = set()
    if chance.random() < 0.3:
        descriptor["missingValues"] = chance.choice([["", "NA"], ["", "-", "n/a"], ["NA"]])
    if chance.random() < 0.2:
        descriptor["primaryKey"] = chance.choice([["repère"], [names[0]], [names[0], "repère"]])
        traits.add("primary-key")
    if chance.random() < 0.1:
        fields = [chance.choice(names)]
        reference = {"resource": "", "fields": ["repère"]}
        descriptor["foreignKeys"] = [{"fields": fields, "reference": reference}]
        traits.add("foreign-key")
    rows = [
        [*(_cell(chance, name) for name in names), f"r{n if chance.random() < 0.95 else 0}"]
        for n in range(chance.choice((0, 1, 3, 8, 20, 40)))
    ]
    return Draft(chance, descriptor, [*names, "repère"], rows, traits=traits)


def _cell(chance: random.Random, name: str) -> str:
    sample, dice = FIELDS[name], chance.random()
    if dice < 0.75 or (dice < 0.85 and not sample.extra):
        return chance.choice(sample.right)
    return chance.choice(sample.extra) if dice < 0.85 else chance.choice(NASTY)


def _shuffle_columns(draft: Draft) -> None:
    order = list(range(len(draft.labels)))
    draft.chance.shuffle(order)
    draft.labels = [draft.labels[i] for i in order]
    draft.rows = [[row[i] for i in order] for row in draft.rows]


def _drop_column(draft: Draft) -> None:
    at = draft.chance.randrange(len(draft.labels))
    for row in (draft.labels, *draft.rows):
        del row[at]


def _add_column(draft: Draft) -> None:
    at = draft.chance.randrange(len(draft.labels) + 1)
    draft.labels.insert(at, "en_plus")
    for row in draft.rows:
        row.insert(at, draft.chance.choice(NASTY))


def _duplicate_label(draft: Draft) -> None:
    _add_column(draft)
    at = draft.labels.index("en_plus")
    draft.labels[at] = draft.labels[0 if at else 1]


def _blank_label(draft: Draft) -> None:
    _add_column(draft)
    draft.labels[draft.labels.index("en_plus")] = ""


def _change_label(change: Callable[[str], str]) -> Callable[[Draft], None]:
    def twist(draft: Draft) -> None:
        at = draft.chance.randrange(len(draft.labels))
        draft.labels[at] = change(draft.labels[at])

    return twist


_HEADERS: dict[str, Callable[[Draft], None]] = {
    "columns-shuffled": _shuffle_columns,
    "column-dropped": _drop_column,
    "column-added": _add_column,
    "label-twice": _duplicate_label,
    "label-blank": _blank_label,
    "label-padded": _change_label(lambda label: f" {label} "),
    "label-case": _change_label(str.upper),
    "label-misspelt": _change_label(lambda label: label[:-1] + "_"),
}


def _some_row(draft: Draft) -> list[str]:
    return draft.chance.choice(draft.rows) if draft.rows else draft.labels[:0]


def _short_row(draft: Draft) -> None:
    row = _some_row(draft)
    del row[draft.chance.randrange(1, max(2, len(row))) :]


def _long_row(draft: Draft) -> None:
    _some_row(draft).extend(["de trop", "", "x"][: draft.chance.randrange(1, 4)])


def _blank_extra(draft: Draft) -> None:
    _some_row(draft).extend([""] * draft.chance.randrange(1, 3))


def _insert(row_of: Callable[[Draft], list[str]], *, last: bool) -> Callable[[Draft], None]:
    def twist(draft: Draft) -> None:
        at = len(draft.rows) if last else draft.chance.randrange(len(draft.rows) + 1)
        draft.rows[at:at] = [row_of(draft)] * draft.chance.randrange(1, 3)

    return twist


def _every_row_longer(draft: Draft) -> None:
    for row in draft.rows:
        row.append("")


_ROWS: dict[str, Callable[[Draft], None]] = {
    "row-short": _short_row,
    "row-long": _long_row,
    "row-blank-extra": _blank_extra,
    "row-empty": _insert(lambda _: [], last=False),
    "row-of-delimiters": _insert(lambda draft: [""] * len(draft.labels), last=False),
    "row-of-spaces": _insert(lambda draft: [" "] * len(draft.labels), last=False),
    "rows-empty-at-end": _insert(lambda _: [], last=True),
    "rows-of-delimiters-at-end": _insert(lambda draft: [""] * len(draft.labels), last=True),
    "delimiter-at-line-ends": _every_row_longer,
}


def _set(**values: Any) -> Callable[[Draft], None]:
    def twist(draft: Draft) -> None:
        for name, value in values.items():
            setattr(draft, name, value)

    return twist


def _delimiter(draft: Draft) -> None:
    draft.delimiter = draft.chance.choice(DELIMITERS[1:])


def _several(draft: Draft) -> None:
    draft.delimiter = draft.chance.choice(DELIMITERS)
    draft.line_end = draft.chance.choice(LINE_ENDS)
    draft.quote_all = True


_DIALECTS: dict[str, Callable[[Draft], None]] = {
    "delimiter": _delimiter,
    "semicolon": _set(delimiter=";"),
    "crlf": _set(line_end="\r\n"),
    "cr": _set(line_end="\r"),
    "quote-all": _set(quote_all=True),
    "padded": _set(padded=True),
    "no-last-end": _set(last_end=False),
    "preamble": _set(preamble="Liste des exemples\n\n"),
    "quote-open": _set(ending='"jamais refermé'),
    "dialect-mix": _several,
}


def _other_encoding(draft: Draft) -> None:
    draft.encoding = draft.chance.choice(ENCODINGS[1:])


def _accents(draft: Draft) -> None:
    _other_encoding(draft)
    for row in draft.rows:
        if row:
            row[-1] = draft.chance.choice(("Créteil", "école élémentaire", "à côté", "forêt"))


def _bad_byte(draft: Draft) -> None:
    draft.ending = "\udcff\udce9"


_ENCODINGS: dict[str, Callable[[Draft], None]] = {
    "encoding": _other_encoding,
    "encoding-accents": _accents,
    "bad-byte": _bad_byte,
}
TRAITS = (*_HEADERS, *_ROWS, *_DIALECTS, *_ENCODINGS, "primary-key", "foreign-key")


def _bytes(draft: Draft) -> bytes:
    rows = [draft.labels, *draft.rows]
    if draft.ending:
        rows.append([draft.ending, *("z" for _ in draft.labels[1:])])
    text = draft.preamble + draft.line_end.join(_line(draft, row) for row in rows)
    if draft.last_end:
        text += draft.line_end
    # What the encoding cannot write is a question mark, as office programs do.
    errors = "surrogateescape" if draft.encoding == "utf-8" else "replace"
    return text.encode(draft.encoding, errors)


def _plain(draft: Draft) -> bytes:
    """The rows are those that encoding and dialect could write."""
    draft.labels, *draft.rows = [
        [_as_written(draft, place, cell) for place, cell in enumerate(row)]
        for row in (draft.labels, *draft.rows)
    ]
    same = replace(
        draft, encoding="utf-8", delimiter=",", line_end="\n", quote_all=False, padded=False,
        last_end=True, preamble="", ending="",
    )  # fmt: skip
    return _bytes(same)


def _as_written(draft: Draft, place: int, cell: str) -> str:
    """Where a space follows each delimiter, none that begins a bare cell can be told from it."""
    text = cell.encode(draft.encoding, "replace").decode(draft.encoding)
    bare = place > 0 and _quoted(draft, text) == text
    return text.lstrip(" ") if draft.padded and bare else text


def _line(draft: Draft, row: list[str]) -> str:
    between = draft.delimiter + (" " if draft.padded and draft.delimiter != "\t" else "")
    return between.join(_quoted(draft, cell) for cell in row)


def _quoted(draft: Draft, cell: str) -> str:
    if cell == draft.ending and cell.startswith('"'):
        return cell
    if draft.quote_all or any(mark in cell for mark in f'{draft.delimiter}"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell
