"""The files of a package: the members of a zip, or the one file that was given."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO, cast

from services.validator.engine.packages.check import PackageFile
from services.validator.engine.readers.formats import DAMAGED_ZIP
from services.validator.engine.readers.packed import MAX_MEMBERS, shown
from services.validator.engine.readers.signatures import JSON_SUFFIXES, TABLE_SUFFIXES
from services.validator.engine.readers.unpacked import MAX_KEPT, Unpacked
from services.validator.engine.result import FileRef
from services.validator.engine.table import UnreadableError

DESCRIPTOR = "datapackage.json"
MAX_DESCRIPTOR = 2 << 20
"""Bytes of a descriptor, or of a schema, in an archive."""

_KEPT = frozenset({".xlsx", ".xls", ".ods", ".parquet"})
_DATA = TABLE_SUFFIXES | JSON_SUFFIXES | _KEPT


@dataclass(frozen=True)
class PackedPackage:
    """What an archive says of itself: its descriptor, and the JSON files that it cites.

    `schemas` are by the path that a resource gives.
    """

    descriptor: Mapping[str, Any]
    schemas: Mapping[str, Mapping[str, Any]]


def packed_package(stream: BinaryIO) -> PackedPackage | None:
    """The package that a zip is; None for an archive without a descriptor.

    Raises `UnreadableError` for an archive that is damaged, a descriptor that is no JSON.
    """
    try:
        with zipfile.ZipFile(stream) as archive:
            base = _base(archive)
            if base is None:
                return None
            descriptor = _json(archive, f"{base}{DESCRIPTOR}")
            if not isinstance(descriptor, dict):
                raise UnreadableError("json-invalid", at_line=1, at_column=1)
            names = set(archive.namelist())
            schemas = {
                path: schema
                for path in _schema_paths(descriptor)
                if f"{base}{path}" in names
                and isinstance(schema := _json(archive, f"{base}{path}"), dict)
            }
    except DAMAGED_ZIP:
        raise UnreadableError("damaged-archive") from None
    return PackedPackage(descriptor, schemas)


def package_files(
    archive: zipfile.ZipFile, descriptor: Mapping[str, Any]
) -> tuple[list[PackageFile], list[str]]:
    """The files to check, and the paths that the archive's own descriptor names in vain.

    With a descriptor inside, the files that it names are the package; without, every table.
    Raises `UnreadableError`.
    """
    infos = {info.filename: info for info in archive.infolist() if not info.is_dir()}
    if len(infos) > MAX_MEMBERS:
        raise UnreadableError("too-many-members", limit=MAX_MEMBERS)
    base = _base(archive)
    named: list[tuple[str, str | None]]
    if base is None:
        named = [
            (name, None)
            for name in infos
            if PurePosixPath(name.lower()).suffix in _DATA and not _hidden(name)
        ]
    else:
        named = [(f"{base}{path}", resource) for path, resource in _data_paths(descriptor)]
    absent = [shown(name) for name, _ in named if name not in infos]
    files = [
        PackageFile(shown(name), _opened(archive, infos[name]), FileRef(), resource)
        for name, resource in named
        if name in infos
    ]
    return files + _inline(descriptor), absent


def _base(archive: zipfile.ZipFile) -> str | None:
    """The folder of the descriptor that lies nearest to the root."""
    found = [
        name
        for name in archive.namelist()
        if PurePosixPath(name).name == DESCRIPTOR and not _hidden(name)
    ]
    if not found:
        return None
    return min(found, key=lambda name: (name.count("/"), name)).removesuffix(DESCRIPTOR)


def _hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or PurePosixPath(name).name.startswith(".")


def _json(archive: zipfile.ZipFile, name: str) -> Any:
    info = archive.getinfo(name)
    if info.file_size > MAX_DESCRIPTOR:
        raise UnreadableError("json-too-long", at_line=1, at_column=1, limit=MAX_DESCRIPTOR)
    try:
        return json.loads(archive.read(name).decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise UnreadableError("json-invalid", at_line=1, at_column=1) from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)  # `NaN` is no JSON


def _resources(descriptor: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    listed = descriptor.get("resources")
    yield from (
        (each for each in listed if isinstance(each, dict)) if isinstance(listed, list) else ()
    )


def _schema_paths(descriptor: Mapping[str, Any]) -> Iterator[str]:
    for resource in _resources(descriptor):
        if isinstance(resource.get("schema"), str):
            yield resource["schema"]


def _data_paths(descriptor: Mapping[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Paths in the archive; an address is no file of the archive."""
    for resource in _resources(descriptor):
        given = resource.get("path")
        for path in given if isinstance(given, list) else [given]:
            if isinstance(path, str) and "://" not in path and resource.get("schema"):
                yield path.removeprefix("./"), resource.get("name")


def _inline(descriptor: Mapping[str, Any]) -> list[PackageFile]:
    """Rows that stand in the descriptor itself."""
    return [
        PackageFile(
            f"{resource.get('name')}.json",
            io.BytesIO(json.dumps(resource["data"]).encode("utf-8", "replace")),
            FileRef(),
            resource.get("name"),
        )
        for resource in _resources(descriptor)
        if isinstance(resource.get("data"), list) and resource.get("schema")
    ]


def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    """A text is read as it is unpacked; a workbook is kept, for its reader goes to and fro."""
    if info.flag_bits & 1:
        raise UnreadableError("archive-password")
    unpacked = Unpacked(cast("zipfile.ZipExtFile", archive.open(info)), info.compress_size)
    if PurePosixPath(info.filename.lower()).suffix in _KEPT:
        return io.BytesIO(unpacked.whole(MAX_KEPT))
    return cast("BinaryIO", unpacked)
