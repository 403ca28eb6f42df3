"""The datasets of the demonstration in one of its states, ready to be shown by a portal.

Nothing is written before it is asked for: building the catalogue costs milliseconds, the
content of a file is made on demand and is the same whenever it is made.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from types import MappingProxyType
from typing import Final

from demo.flaws import FLAWS
from demo.generators.archive import archive_chunks
from demo.identifiers import object_id, stable_uuid
from demo.members import MEMBERS, Member
from demo.plan import PLAN, PORTALS, SILENT, File, Form, Portal, Publication, Verdict
from demo.subjects import SUBJECTS, SchemaName, Subject
from demo.tables import TODAY, Assignment, Table
from demo.writing import (
    csv_bytes,
    html_bytes,
    json_bytes,
    ods_bytes,
    pdf_bytes,
    xlsx_bytes,
    zip_bytes,
)

FICTITIOUS: Final = (
    "Données fictives, inventées pour la démonstration de la plateforme : "
    "elles ne décrivent ni le territoire ni personne."
)

_EXTENSIONS: Final[Mapping[Form, str]] = MappingProxyType({
    "xlsx": "xlsx", "xlsx-title": "xlsx", "ods": "ods", "json": "json", "pdf": "pdf",
    "zip": "zip",
})  # fmt: skip

_MEDIA_TYPES: Final = MappingProxyType({
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "json": "application/json",
    "pdf": "application/pdf",
    "zip": "application/zip",
})  # fmt: skip


@dataclass(frozen=True)
class Resource:
    """One file of a dataset. `revision` is 0 until its content changes; it decides `modified`."""

    id: str
    member: Member
    subject: Subject
    file: File
    revision: int
    mended: bool
    seed: int

    @property
    def extension(self) -> str:
        """Format as a portal says it: what the name promises, not what the bytes are."""
        return _EXTENSIONS.get(self.file.form, "csv")

    @property
    def media_type(self) -> str:
        """Media type as a portal says it."""
        return _MEDIA_TYPES[self.extension]

    @property
    def name(self) -> str:
        """File name."""
        suffix = "-archives" if self.file.form == "large" else ""
        stem = f"{self.subject.slug}-{self.member.slug}-{self.file.year}{suffix}"
        return f"{stem}.{self.extension}"

    @property
    def path(self) -> str:
        """Path of the file below the demonstration's address."""
        return f"/fichiers/{self.member.slug}/{self.name}"

    @property
    def is_documentation(self) -> bool:
        """Whether the file explains the data in place of being it."""
        return self.file.form == "pdf"

    @property
    def modified(self) -> dt.datetime:
        """Last change of the content."""
        return _moment(self.member, self.subject, self.revision)

    @property
    def tabular(self) -> bool:
        """Whether a site that keeps its data in a database could have made it."""
        return self.file.form in {"csv", "csv-bom", "csv-cp1252"}

    @property
    def flaw(self) -> str | None:
        """Name of the flaw that the content has now."""
        return None if self.mended else self.file.flaw

    @property
    def schema(self) -> SchemaName | None:
        """The schema that the content is meant to follow, whether the portal says so or not."""
        return None if self.is_documentation else self.subject.schema

    @property
    def declares_schema(self) -> bool:
        """Whether the portal names the schema."""
        told = self.file.declared in {"version", "name", "url"}
        return self.schema is not None and told and PORTALS[self.member.slug].kind not in SILENT

    @property
    def expected(self) -> Verdict:
        """What a right platform says of this file."""
        form = self.file.form
        if form in {"missing", "unresolvable", "refused"}:
            return "unavailable"
        if self.schema is None or form in {"json", "zip"}:
            return "no-schema"
        if form in {"html", "empty"}:
            return "unreadable"
        return "invalid" if self.flaw else "valid"

    @property
    def expected_errors(self) -> frozenset[str]:
        """Codes that the report of an invalid file holds at least."""
        return FLAWS[self.flaw].codes if self.flaw else frozenset()

    def url(self, base_url: str) -> str:
        """Address of the file as the portal gives it, dead ones included."""
        if self.file.form == "unresolvable":
            return f"http://portail-ferme.invalid/telechargement/{self.name}"
        if self.file.form == "refused":
            return f"http://127.0.0.1:9/telechargement/{self.name}"
        return base_url + self.path

    def content(self) -> bytes | None:
        """The bytes that the address answers; `None` when it answers nothing or 404."""
        form = self.file.form
        if form in {"missing", "unresolvable", "refused"}:
            return None
        if form == "empty":
            return b""
        if form == "html":
            return html_bytes(f"{self.subject.title} {self.member.of_name}")
        if form == "pdf":
            return pdf_bytes(f"{self.subject.title} {self.member.of_name} : notice fictive.")
        if form == "large":
            return b"".join(archive_chunks(self._assignment()))
        return _written(self, self.table())

    def table(self) -> Table:
        """The table behind the file, with its flaw; meaningless for forms that hold none."""
        table = self.subject.make(self._assignment())
        return FLAWS[self.flaw].apply(table) if self.flaw else table

    def exported(self, extension: str) -> bytes:
        """The table as a site writes it that keeps its data in a database."""
        if extension == "csv":
            return csv_bytes(self.table(), delimiter=";", encoding="utf-8-sig")
        return {"json": json_bytes, "xlsx": xlsx_bytes}[extension](self.table())

    def _assignment(self) -> Assignment:
        chance = Random(f"{self.seed}:{self.path}:{self.revision}")
        return Assignment(member=self.member, year=self.file.year, rng=chance)


def _written(resource: Resource, table: Table) -> bytes:
    title = f"{resource.subject.title} {resource.member.of_name} – exercice {resource.file.year}"
    writers: dict[Form, Callable[[Table], bytes]] = {
        "csv": csv_bytes,
        "csv-cp1252": partial(csv_bytes, delimiter=";", encoding="cp1252"),
        "csv-bom": partial(csv_bytes, delimiter=";", encoding="utf-8-sig"),
        "xlsx": xlsx_bytes,
        "xlsx-title": partial(xlsx_bytes, title=title),
        "ods": ods_bytes,
        "json": json_bytes,
        "zip": lambda one: zip_bytes({"lisez-moi.txt": FICTITIOUS.encode(),
                                      "donnees.csv": csv_bytes(one)}),
    }  # fmt: skip
    return writers[resource.file.form](table)


@dataclass(frozen=True)
class Dataset:
    """One dataset of one member, as its portal lists it."""

    id: str
    member: Member
    portal: Portal
    subject: Subject
    publication: Publication
    resources: tuple[Resource, ...]

    @property
    def slug(self) -> str:
        """Last part of the address of its page."""
        return f"{self.subject.slug}-{self.member.slug}"

    @property
    def title(self) -> str:
        """Title, with the member's name."""
        return f"{self.subject.title} {self.member.of_name}"

    @property
    def description(self) -> str:
        """What it holds, and that it is invented."""
        return f"{self.subject.description}\n\n{FICTITIOUS}"

    @property
    def keywords(self) -> tuple[str, ...]:
        """Keywords, with the mark of invented data."""
        return (*self.subject.keywords, "donnees-fictives")

    @property
    def created(self) -> dt.datetime:
        """First publication."""
        return _moment(self.member, self.subject, 0) - dt.timedelta(days=200)

    @property
    def modified(self) -> dt.datetime:
        """Last change of one of its files."""
        return max(resource.modified for resource in self.resources)

    @property
    def years(self) -> tuple[int, int]:
        """First and last year that the files cover."""
        years = [resource.file.year for resource in self.resources]
        return min(years), max(years)


def organization_id(seed: int, member: Member) -> str:
    """Id of the member's organisation on a udata portal."""
    return object_id(seed, "organization", member.code)


def build(seed: int, state: int = 0) -> tuple[Dataset, ...]:
    """Every dataset listed in `state`, member by member, in the order of the plan."""
    return tuple(
        _dataset(seed, state, member, publication)
        for member in MEMBERS
        for publication in PLAN[member.slug]
        if state in publication.states
    )


def _dataset(seed: int, state: int, member: Member, publication: Publication) -> Dataset:
    subject = SUBJECTS[publication.subject]
    return Dataset(
        id=object_id(seed, "dataset", member.code, subject.slug),
        member=member,
        portal=PORTALS[member.slug],
        subject=subject,
        publication=publication,
        resources=tuple(
            _resource(seed, state, member, subject, file) for file in publication.files
        ),
    )


def _resource(seed: int, state: int, member: Member, subject: Subject, file: File) -> Resource:
    mended = file.mended_in is not None and state >= file.mended_in
    revised = file.revised_in is not None and state >= file.revised_in
    return Resource(
        id=str(stable_uuid(seed, member.code, subject.slug, file.form, file.year)),
        member=member,
        subject=subject,
        file=file,
        revision=max(
            (file.mended_in or 0) if mended else 0, (file.revised_in or 0) if revised else 0
        ),
        mended=mended,
        seed=seed,
    )


def _moment(member: Member, subject: Subject, revision: int) -> dt.datetime:
    """A date before `TODAY` that differs between datasets; each revision is a day later."""
    day = TODAY + dt.timedelta(days=revision)
    if not revision:
        day -= dt.timedelta(days=(int(member.code) * 7 + len(subject.slug) * 31) % 300 + 1)
    return dt.datetime.combine(day, dt.time(6, 30), dt.UTC)
