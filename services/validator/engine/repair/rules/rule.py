"""What a rule of correction is made of. One rule is one file; `rules/__init__` lists them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.validator.engine.findings import Finding
from services.validator.engine.repair.change import Change
from services.validator.engine.schema import FieldSpec
from services.validator.engine.table import FileFacts
from services.validator.engine.wording.words import Words


@dataclass(frozen=True, slots=True)
class Ask:
    """A text that its field refuses, and what the rest of the file tells about it.

    `seen` are the marks that rules noticed in this column, `elsewhere` those of all other
    columns; `accepts` is the engine's own judgement of the field.
    """

    text: str
    spec: FieldSpec
    accepts: Callable[[str], bool]
    seen: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text that may be meant. Only a `sure` one that the field accepts is ever written.

    `value`, where given, is what the field must read in the text. `text` None: nothing can
    be proposed, `reason` says why.
    """

    text: str | None
    sure: bool = True
    reason: str = ""
    value: Any = None


Marks = Callable[[str], str | None]


@dataclass(frozen=True)
class CellRule:
    """`observe` names what a text of the column proves about the others, if anything."""

    code: str
    title: Mapping[str, str]
    wording: Mapping[str, Words]
    applies: Callable[[FieldSpec], bool]
    propose: Callable[[Ask], Iterator[Candidate]]
    observe: Marks | None = None


@dataclass(frozen=True)
class Situation:
    """A file as found and as it will be written, for the rules of the whole table."""

    facts: FileFacts
    has_bom: bool
    errors: Iterable[Finding]
    warnings: Iterable[Finding]
    label_line: int
    labels: Sequence[str]
    written: Sequence[str]
    order: Sequence[int]
    ideal_order: Sequence[int]
    dropped: Sequence[int]
    renames: Sequence["Rename"] = field(default_factory=tuple)


@dataclass(frozen=True)
class Rename:
    """A label that means a field of another name.

    `reason`: "" for spelling, `spaces`, `former` for a name of an earlier version, `near` for
    a likeness, `reveals` when the column's cells would bring more errors than the name costs.
    """

    position: int
    label: str
    name: str
    reason: str = ""
    needed: bool = False
    sure: bool = True
    revealed: int = 0


@dataclass(frozen=True)
class TableRule:
    """`find` lists what is changed in the table as a whole; True with what ends an error."""

    code: str
    title: Mapping[str, str]
    wording: Mapping[str, Words]
    find: Callable[[Situation], Iterator[tuple[Change, bool]]]
