"""Which schema a reference means, and its descriptor: the one door to all schemas."""

import difflib
from collections.abc import Hashable, Sequence
from pathlib import Path

from services.validator.schemas.column_sets import ColumnSet
from services.validator.schemas.errors import UnknownSchemaError
from services.validator.schemas.layers import BuiltInLayer, Layer, SyncedLayer
from services.validator.schemas.model import Descriptor, Schema, SchemaEntry, VersionEntry
from services.validator.schemas.packages import completed
from services.validator.schemas.references import (
    Citation,
    Named,
    RepositoryFile,
    is_address,
    normal_address,
    parse_name,
    parse_register_address,
    parse_repository_file,
)
from services.validator.schemas.versions import latest, version_key


class SchemaRegister:
    """The schemas of several layers as one; a later layer extends or shadows an earlier one.

    Safe to share between threads and to keep for the life of a process. Names are matched
    without regard to case, versions by their value (`2.1.5` is `v2.1.5`).
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = tuple(layers)

    @classmethod
    def open(cls, synced: Path | None = None) -> "SchemaRegister":
        """The built-in schemas and, over them, the folder of a synchronisation."""
        layers: list[Layer] = [BuiltInLayer()]
        if synced is not None:
            layers.append(SyncedLayer(synced))
        return cls(layers)

    def revision(self) -> Hashable:
        """Changes when a schema or a version is added: what was made of the register, such
        as a matcher, is then to be made again. Costs one look at a file.
        """
        return tuple(layer.revision() for layer in self._layers)

    def list(self) -> tuple[SchemaEntry, ...]:
        """Every schema, by name."""
        names = sorted({name for layer in self._layers for name in layer.entries()})
        return tuple(self._merged(name) for name in names)

    def entry(self, name: str) -> SchemaEntry:
        """One schema with its versions, newest first. Raises `UnknownSchemaError`."""
        return self._merged(self._spelt(name))

    def get(self, name: str, version: str | None = None) -> Schema:
        """One version of a schema, the latest release by default.

        Raises `UnknownSchemaError`, which names the nearest schemas or the known versions.
        """
        entry = self.entry(name)
        found = self._version(entry, version or entry.latest)
        descriptor = self._descriptor(entry.name, found.version)
        if entry.kind == "datapackage":
            descriptor = completed(descriptor, self._cited)
        return Schema(
            name=entry.name,
            version=found.version,
            title=entry.title,
            descriptor=descriptor,
            url=found.url,
            kind=entry.kind,
            labels=entry.labels,
            withdrawn=entry.withdrawn,
        )

    def column_sets(self, name: str, version: str) -> tuple[ColumnSet, ...]:
        """The columns of one version, spelt as the register spells both, without reading its
        descriptor where the layer keeps them apart.
        """
        for layer in reversed(self._layers):
            try:
                return layer.column_sets(name, version)
            except KeyError:
                continue
        return ()

    def resolve(self, reference: Citation | str) -> Schema:
        """The schema that a person, a portal or a file declares.

        A name with or without `@version`, an address of the national register, a file in a
        code forge; in a `Citation` a name of the register wins over the URL, and a
        version said apart over none. Raises `UnknownSchemaError`.
        """
        return self.get(*self.locate(reference))

    def locate(self, reference: Citation | str) -> tuple[str, str | None]:
        """As `resolve`, without reading the descriptor; None is the latest version."""
        if isinstance(reference, str):
            named = self._of_text(reference)
            return named.name, named.version
        candidates = [text for text in (reference.name, reference.url) if text]
        if not candidates:
            raise UnknownSchemaError(
                "Aucun schéma n'est indiqué.", message_en="No schema is given."
            )
        failure: UnknownSchemaError | None = None
        for text in candidates:
            try:
                named = self._of_text(text)
            except UnknownSchemaError as error:
                failure = failure or error
            else:
                return named.name, reference.version or named.version
        raise failure or UnknownSchemaError("Aucun schéma n'est indiqué.")

    def _of_text(self, text: str) -> Named:
        if not is_address(text):
            named = parse_name(text)
            return Named(self._spelt(named.name), named.version)
        address = normal_address(text)
        found = self._by_address(address)
        if found is None and (page := parse_register_address(address)):
            found = Named(self._spelt(page.name), page.version)
        if found is None and (file := parse_repository_file(address)):
            found = self._by_repository(file)
        if found is None:
            raise UnknownSchemaError(
                f"Cette adresse n'est celle d'aucun schéma connu : {text.strip()[:200]}",
                message_en=f"This is the address of no known schema: {text.strip()[:200]}",
            )
        return found

    def _by_address(self, address: str) -> Named | None:
        for entry in self.list():
            for version in entry.versions:
                if any(normal_address(known) == address for known in version.addresses):
                    return Named(entry.name, version.version)
        return None

    def _by_repository(self, file: RepositoryFile) -> Named | None:
        """Several schemas may be written in one project: their file names tell them apart."""
        written_there = [
            entry
            for entry in self.list()
            if file.repository in {normal_address(url) for url in entry.repositories}
        ]
        same_file = [
            entry
            for entry in written_there
            if any(
                url.rpartition("/")[2] == file.file for v in entry.versions for url in v.addresses
            )
        ]
        for candidates in (same_file, written_there):
            if len(candidates) == 1:
                return Named(candidates[0].name, file.version)
        return None

    def _spelt(self, name: str) -> str:
        """The name as the register spells it."""
        if any(name in layer.entries() for layer in self._layers):
            return name
        names = {known for layer in self._layers for known in layer.entries()}
        wanted = name.strip().lower()
        for known in names:
            if known.lower() == wanted:
                return known
        near = nearest_names(wanted, names)
        hint = f" Vouliez-vous dire {' ou '.join(near)} ?" if near else ""
        hint_en = f" Did you mean {' or '.join(near)}?" if near else ""
        raise UnknownSchemaError(
            f"Le schéma « {name[:100]} » n'est pas dans le registre.{hint}",
            message_en=f'Schema "{name[:100]}" is not in the register.{hint_en}',
            nearest=near,
        )

    def _version(self, entry: SchemaEntry, version: str) -> VersionEntry:
        key = version_key(version)
        for known in entry.versions:
            if version_key(known.version) == key:
                return known
        numbers = [known.version for known in entry.versions]
        raise UnknownSchemaError(
            f"La version {version[:40]} du schéma {entry.name} n'est pas dans le registre. "
            f"Versions connues : {', '.join(numbers)}.",
            message_en=f"Version {version[:40]} of schema {entry.name} is not in the register. "
            f"Known versions: {', '.join(numbers)}.",
            versions=numbers,
        )

    def _merged(self, name: str) -> SchemaEntry:
        """The entry of the last layer that has the schema, with the versions of all."""
        found = [entries[name] for layer in self._layers if name in (entries := layer.entries())]
        if len(found) == 1:
            return found[0]
        versions: dict[object, VersionEntry] = {}
        for entry in found:
            for version in entry.versions:
                key = version_key(version.version)
                before = versions.get(key, version)
                addresses = dict.fromkeys((*version.addresses, *before.addresses))
                versions[key] = VersionEntry(version.version, tuple(addresses))
        ordered = sorted(versions.values(), key=lambda v: version_key(v.version), reverse=True)
        repositories = dict.fromkeys(url for entry in found for url in entry.repositories)
        return SchemaEntry(
            name=name,
            title=found[0].title,
            kind=found[-1].kind,
            latest=latest([entry.version for entry in ordered]),
            versions=tuple(ordered),
            labels=found[-1].labels,
            repositories=tuple(repositories),
            withdrawn=found[-1].withdrawn,
        )

    def _cited(self, text: str) -> Descriptor | None:
        """A schema that a package of the register cites."""
        try:
            return self.resolve(text).descriptor
        except UnknownSchemaError:
            return None

    def _descriptor(self, name: str, version: str) -> Descriptor:
        for layer in reversed(self._layers):
            try:
                return layer.descriptor(name, version)
            except KeyError:
                continue
        raise UnknownSchemaError(f"Le schéma {name} {version} n'est plus dans le registre.")


def nearest_names(wanted: str, names: set[str]) -> list[str]:
    """Up to three names that a misspelling may have meant, the owner given or not."""
    by_form: dict[str, str] = {}
    for name in sorted(names):
        for form in (name.lower(), name.lower().rpartition("/")[2]):
            by_form.setdefault(form, name)
    tail = wanted.rpartition("/")[2]
    if tail in by_form:
        return [by_form[tail]]
    near = [
        *difflib.get_close_matches(wanted, by_form, n=3, cutoff=0.6),
        *difflib.get_close_matches(tail, by_form, n=3, cutoff=0.6),
        *(form for form in sorted(by_form) if len(tail) > 3 and tail in form),
    ]
    return list(dict.fromkeys(by_form[form] for form in near))[:3]
