"""gzip, and zip with one table: names inside are shown, never used as paths."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from services.validator.engine.findings import Finding
from services.validator.engine.readers.dialect import matching
from services.validator.engine.readers.formats import DAMAGED_ZIP, PACKED, recognise
from services.validator.engine.readers.plain import open_plain
from services.validator.engine.readers.signatures import JSON_SUFFIXES, TABLE_SUFFIXES
from services.validator.engine.readers.unpacked import MAX_KEPT, Unpacked, gunzip
from services.validator.engine.suggest import fold
from services.validator.engine.table import ReadHints, Table, UnreadableError

MAX_MEMBERS = 1_000
OPENED = 20
"""Members that are looked into."""

_DATA = TABLE_SUFFIXES | JSON_SUFFIXES | {".xlsx", ".xls", ".ods", ".parquet", ".gz"}
_STREAMED = frozenset({"csv", "tsv", "json"})
_SHOWN = 120


@dataclass(frozen=True)
class _Member:
    name: str
    table: Table
    score: int

    @property
    def is_data(self) -> bool:
        """Whether the name is one of data, and not of a notice."""
        return PurePosixPath(self.name.lower()).suffix in _DATA


def open_gzip(stream: BinaryIO, name: str, hints: ReadHints) -> Table:
    """The table in a gzip file. Raises `UnreadableError`."""
    inside = name[:-3] if name.lower().endswith(".gz") else name
    table = _open_member(gunzip(stream), inside, hints)
    return replace(table, facts=replace(table.facts, container="gzip", member=inside or None))


def open_zip(stream: BinaryIO, hints: ReadHints) -> Table:
    """The only table of an archive, else the one that fits. Raises `UnreadableError`."""
    try:
        archive = zipfile.ZipFile(stream)
    except DAMAGED_ZIP:
        raise UnreadableError("damaged-archive") from None
    infos = [info for info in archive.infolist() if _counts(info)]
    if len(infos) > MAX_MEMBERS:
        raise UnreadableError("too-many-members", limit=MAX_MEMBERS)
    asked = [info for info in infos if hints.sheet in {info.filename, _base(info.filename)}]
    if asked:
        infos, hints = asked[:1], replace(hints, sheet=None)
    infos.sort(key=lambda info: PurePosixPath(info.filename.lower()).suffix not in _DATA)
    members, refusals = _members(archive, infos[:OPENED], hints)
    chosen = _chosen(members, refusals, infos)
    others = [shown(member.name) for member in members if member is not chosen]
    table = chosen.table
    warnings = table.warnings
    if others:
        params = {"member": shown(chosen.name), "others": others[:10]}
        warnings = (*warnings, Finding("member-chosen", "", params=params))
    facts = replace(table.facts, container="zip", member=shown(chosen.name))
    return replace(table, facts=facts, warnings=warnings)


def shown(name: str) -> str:
    """A name of strangers, for people: without control characters, cut."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)[:_SHOWN]


def _base(name: str) -> str:
    return PurePosixPath(name).name


def _counts(info: zipfile.ZipInfo) -> bool:
    hidden = info.filename.startswith("__MACOSX/") or _base(info.filename).startswith(".")
    return bool(info.file_size) and not info.is_dir() and not hidden


def _members(
    archive: zipfile.ZipFile, infos: Sequence[zipfile.ZipInfo], hints: ReadHints
) -> tuple[list[_Member], list[UnreadableError]]:
    known = frozenset(map(fold, hints.names))
    members: list[_Member] = []
    refusals: list[UnreadableError] = []
    for info in infos:
        try:
            table = _open_member(_unzip(archive, info), info.filename, hints)
        except UnreadableError as error:
            refusals.append(error)
        else:
            members.append(_Member(info.filename, table, matching(table.labels, known)))
    return members, refusals


def _unzip(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Unpacked:
    if info.flag_bits & 1:
        raise UnreadableError("archive-password")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise UnreadableError("archive")
    try:
        return Unpacked(cast("zipfile.ZipExtFile", archive.open(info)), info.compress_size)
    except DAMAGED_ZIP:
        raise UnreadableError("damaged-archive") from None


def _open_member(unpacked: Unpacked, name: str, hints: ReadHints) -> Table:
    content = cast("BinaryIO", unpacked)
    kind = recognise_member(content, name)
    if kind not in _STREAMED:
        content = io.BytesIO(unpacked.whole(MAX_KEPT))
        kind = recognise(content, name)
        if kind in PACKED:
            raise UnreadableError("nested-archive")
    return open_plain(content, name, kind, hints)


def recognise_member(content: BinaryIO, name: str) -> str:
    """As `recognise`; a zip in there is judged once it is in memory."""
    head = content.read(4)
    content.seek(0)
    if head.startswith(b"\x1f\x8b"):
        raise UnreadableError("nested-archive")
    return "zip" if head.startswith((b"PK", b"\xd0\xcf")) else recognise(content, name)


def _chosen(
    members: list[_Member], refusals: list[UnreadableError], infos: Sequence[zipfile.ZipInfo]
) -> _Member:
    if not members:
        names = [shown(info.filename) for info in infos]
        if len(refusals) == 1:
            raise refusals[0]
        raise UnreadableError("archive-without-table", names=names)
    best = max(member.score for member in members)
    fitting = [member for member in members if member.score == best and best]
    for group in (members, fitting, [member for member in members if member.is_data]):
        if len(group) == 1:
            return group[0]
    raise UnreadableError("several-tables", names=[shown(member.name) for member in members])
