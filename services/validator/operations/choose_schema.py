"""Which schema a file is checked with, when somebody says so: a person or a portal."""

import asyncio
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.validator.engine.kinds import schema_kind
from services.validator.models.notice import Notice
from services.validator.operations.gather_package import fetch_cited
from services.validator.schemas.authoring import MAX_BYTES, load_descriptor
from services.validator.schemas.errors import UnknownSchemaError
from services.validator.schemas.match import MatchResult, SchemaMatcher
from services.validator.schemas.model import Descriptor, Schema, SchemaEntry
from services.validator.schemas.packages import completed
from services.validator.schemas.references import is_address
from services.validator.schemas.register import SchemaRegister
from services.validator.storage.stored_report import StoredReport
from shared.contracts.records import SchemaReference
from shared.fetch import Fetcher

_READY = 64
"""Schemas kept ready: a town's files follow a few of them."""


@dataclass(frozen=True)
class ChosenSchema:
    """A schema ready to check with, and what there is to say about the choice.

    The schema is shared by all who choose it, and not to be changed. `revision` tells two
    descriptors of one name apart where outcomes are used again.
    """

    schema: Schema
    revision: str
    notices: tuple[Notice, ...] = ()


class SchemaChooser:
    """One for the life of the process: the matcher is built once per state of the register."""

    def __init__(self, *, register: SchemaRegister, fetcher: Fetcher) -> None:
        self._register = register
        self._fetcher = fetcher
        self._known: tuple[tuple[SchemaEntry, ...], SchemaMatcher] | None = None
        self._ready: dict[tuple[str, str | None], ChosenSchema] = {}
        self._revision: Hashable = None
        self._building = asyncio.Lock()

    async def asked(self, text: str) -> ChosenSchema:
        """The schema that a person names: `name`, `name@version`, or an address.

        An address that the register does not know is fetched. Raises `UnknownSchemaError`,
        `InvalidSchemaError`, or the fetcher's errors.
        """
        try:
            return self._of_register(*self._register.locate(text))
        except UnknownSchemaError:
            if not is_address(text):
                raise
        return await self._fetched(text)

    def refuse_unknown(self, text: str) -> None:
        """Raise `UnknownSchemaError` for a name that means nothing; addresses may wait."""
        if not is_address(text):
            self._register.locate(text)

    def declared(self, reference: SchemaReference) -> tuple[ChosenSchema | None, Notice | None]:
        """The schema that a portal declares; a notice when the register does not have it.

        A missing version is replaced by the latest. An address is not fetched: what a portal
        declares is too often a page, and the columns tell better.
        """
        said = reference.name or reference.url
        if not said:
            return None, None
        try:
            return self._of_register(*self._register.locate(reference)), None
        except UnknownSchemaError:
            pass
        try:
            name, version = self._register.locate(reference)
            found = self._of_register(name, None)
        except UnknownSchemaError:
            return None, Notice("declared-schema-unknown", {"declared": said[:200]})
        params = {"declared": (version or "")[:40], "used": found.schema.version}
        return replace(found, notices=(Notice("declared-version-unknown", params),)), None

    async def match(self, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> MatchResult:
        """The opinion of the register on a header and a few rows."""
        matcher = await self._matcher()
        return await asyncio.to_thread(matcher.match, columns, rows)

    async def _matcher(self) -> SchemaMatcher:
        state = self._register.list()
        async with self._building:
            if self._known is None or self._known[0] != state:
                built = await asyncio.to_thread(SchemaMatcher.of_register, self._register)
                self._known = (state, built)
            return self._known[1]

    def _of_register(self, name: str, version: str | None) -> ChosenSchema:
        """Put together and hashed once for each state of the register."""
        revision = self._register.revision()
        if revision != self._revision:
            self._ready.clear()
            self._revision = revision
        known = self._ready.get((name, version))
        if known is None:
            schema = self._register.get(name, version)
            if len(self._ready) >= _READY:
                self._ready.clear()
            # A synchronised register may hold another text under the number of a built-in version.
            known = ChosenSchema(schema, f"{schema.version}/{schema.sha256[:16]}")
            self._ready[name, version] = known
        return known

    async def _fetched(self, url: str) -> ChosenSchema:
        answer = await self._fetcher.get(url, limit=MAX_BYTES)
        if not answer.ok:
            raise UnknownSchemaError(
                f"Le schéma n'est pas à cette adresse : le serveur a répondu {answer.status}.",
                message_en=f"The schema is not there: the server answered {answer.status}.",
            )
        descriptor, _ = await asyncio.to_thread(load_descriptor, answer.body)
        kind = schema_kind(descriptor)
        if kind == "datapackage":
            descriptor = await self._completed(descriptor, url)
        said = descriptor.get("version")
        schema = Schema(
            name=url,
            version=said[:40] if isinstance(said, str) else "",
            title=str(descriptor.get("title") or url)[:200],
            descriptor=descriptor,
            url=url,
            kind=kind,
        )
        return ChosenSchema(schema, schema.sha256)

    async def _completed(self, package: Descriptor, url: str) -> Descriptor:
        """With the schemas beside it, else those of the register at the names it cites."""
        fetched = await fetch_cited(package, url=url, limit=MAX_BYTES, fetcher=self._fetcher)

        def find(cited: str) -> Mapping[str, Any] | None:
            if cited in fetched:
                return fetched[cited]
            try:
                return self._register.resolve(cited).descriptor
            except UnknownSchemaError:
                return None

        return completed(package, find)


def citation(report: StoredReport) -> str:
    """How the schema of a report is asked for again; the report must have one."""
    name = report.schema_name or ""
    by_address = "://" in name or not report.schema_version
    return name if by_address else f"{name}@{report.schema_version}"
