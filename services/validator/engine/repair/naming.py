"""Which label of a file means which field of the schema, when it is spelt otherwise."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from services.validator.engine.header import Column, Header, clean_label, match_header
from services.validator.engine.repair.rules.rule import Rename
from services.validator.engine.schema import FieldSpec, TableSchema
from services.validator.engine.suggest import fold


def plan_renames(
    labels: Sequence[str],
    line: int,
    schema: TableSchema,
    former: Mapping[str, str],
    *,
    ignore_case: bool = False,
) -> tuple[Rename, ...]:
    """By position; the doubtful ones (`sure` False) are for a person to decide."""
    header = match_header(labels, line, schema, ignore_case=ignore_case)
    search = _Search(header, schema, labels, former)
    found = {rename.position: rename for rename in search.renames()}
    for finding in (*header.errors, *header.warnings):
        if finding.reason == "misspelt" and finding.column is not None and finding.field:
            position = finding.column - 1
            if position not in found and finding.field not in search.taken:
                label = labels[position]
                found[position] = Rename(position, label, finding.field, "near", sure=False)
    for position, label in enumerate(labels):
        if label != clean_label(label) and position not in found:
            found[position] = Rename(position, label, clean_label(label), "spaces")
    return tuple(found[position] for position in sorted(found))


def rewritten(labels: Sequence[str], renames: Sequence[Rename]) -> tuple[str, ...]:
    """The labels as they will be written: renamed where sure, else cleaned."""
    names = {rename.position: rename.name for rename in renames if rename.sure}
    return tuple(names.get(position, clean_label(label)) for position, label in enumerate(labels))


def former_names(
    earlier: Sequence[Mapping[str, Any]], current: Mapping[str, Any]
) -> dict[str, str]:
    """Names that earlier versions of a schema gave to columns of today, old to new.

    A column is the same when its title and its description, or its title and its example,
    are the same, and no other column of either version has that title. A name that any
    two versions explain differently is left out. Takes descriptors, newest first or not.
    """
    now = _fields(current)
    present = {field["name"] for field in now}
    titles = _unique_titles(now)
    found: dict[str, str] = {}
    contested: set[str] = set()
    for descriptor in earlier:
        for title, old in _unique_titles(_fields(descriptor)).items():
            new = titles.get(title)
            if new is None or old["name"] in present or not _same_column(old, new):
                continue
            if found.setdefault(old["name"], new["name"]) != new["name"]:
                contested.add(old["name"])
    return {old: new for old, new in found.items() if old not in contested}


def _fields(descriptor: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    fields = descriptor.get("fields")
    if not isinstance(fields, list):
        return []
    return [f for f in fields if isinstance(f, Mapping) and isinstance(f.get("name"), str)]


def _unique_titles(fields: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    keys = [fold(str(field.get("title") or "")) for field in fields]
    counts = Counter(keys)
    return {key: f for key, f in zip(keys, fields, strict=True) if key and counts[key] == 1}


def _same_column(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return any(old.get(key) and old.get(key) == new.get(key) for key in ("description", "example"))


class _Search:
    """Pairs labels that no field has with fields that no label has; each serves once."""

    def __init__(
        self,
        header: Header,
        schema: TableSchema,
        labels: Sequence[str],
        former: Mapping[str, str],
    ) -> None:
        self._header = header
        self._labels = labels
        self._keys = schema.primary_key
        present = {column.spec.name for column in header.columns if column.spec}
        self._absent = {spec.name: spec for spec in schema.fields if spec.name not in present}
        self._label_folds = Counter(fold(clean_label(label)) for label in labels)
        self._field_folds = Counter(fold(spec.name) for spec in schema.fields)
        self._by_fold = {fold(name): name for name in self._absent}
        self._former = {fold(old): new for old, new in former.items()}
        self.taken: set[str] = set()

    def renames(self) -> list[Rename]:
        """Spelling first, so that an old name never takes a column from its namesake."""
        found: list[Rename] = []
        strangers: list[Column] = []
        for column in self._header.columns:
            if column.spec is not None:
                self._respelt(column, found)
            elif (name := self._namesake(column)) is not None:
                found.append(self._rename(column, self._absent[name], ""))
            else:
                strangers.append(column)
        for column in strangers:
            new = self._former.get(fold(column.label))
            if new in self._absent and new not in self.taken and self._alone(column):
                found.append(self._rename(column, self._absent[new], "former"))
        return found

    def _respelt(self, column: Column, found: list[Rename]) -> None:
        """A label that the engine understood all the same."""
        label = self._labels[column.position]
        if column.spec is not None and label != column.spec.name:
            reason = "spaces" if clean_label(label) == column.spec.name else ""
            found.append(Rename(column.position, label, column.spec.name, reason))

    def _namesake(self, column: Column) -> str | None:
        key = fold(column.label)
        alone = self._alone(column) and self._field_folds[key] == 1
        return self._by_fold.get(key) if key and alone else None

    def _alone(self, column: Column) -> bool:
        return self._label_folds[fold(column.label)] == 1

    def _rename(self, column: Column, spec: FieldSpec, reason: str) -> Rename:
        self.taken.add(spec.name)
        needed = spec.required or spec.name in self._keys
        label = self._labels[column.position]
        return Rename(column.position, label, spec.name, reason, needed=needed)
