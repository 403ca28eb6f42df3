"""A data package that is spread over files or addresses, put into one zip archive.

One file is what the store keeps, what a process is given and what a report is about.
"""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, BinaryIO, Self

from services.validator.engine.packages.archive import DESCRIPTOR, MAX_DESCRIPTOR
from services.validator.engine.packages.package import MAX_RESOURCES
from services.validator.schemas.packages import cited_schemas
from shared.errors import InvalidInputError

_BLOCK = 1 << 18


def is_descriptor(name: str) -> bool:
    """Whether a file is called as the specification has it."""
    return PurePosixPath(name).name == DESCRIPTOR


def read_descriptor(content: bytes) -> dict[str, Any]:
    """Raises `InvalidInputError` for what is no description of a package."""
    try:
        descriptor = json.loads(content[: MAX_DESCRIPTOR + 1].decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InvalidInputError(
            f"Le fichier datapackage.json n'est pas du JSON correct : {error}",
            message_en=f"The file datapackage.json is not valid JSON: {error}",
        ) from None
    listed = descriptor.get("resources") if isinstance(descriptor, dict) else None
    if not isinstance(listed, list) or not listed or len(listed) > MAX_RESOURCES:
        raise InvalidInputError(
            f"Le fichier datapackage.json doit avoir une liste « resources » de 1 à "
            f"{MAX_RESOURCES} tableaux.",
            message_en=f"The file datapackage.json needs a list `resources` of 1 to "
            f"{MAX_RESOURCES} tables.",
        )
    return dict(descriptor)


def wanted_files(descriptor: Mapping[str, Any]) -> list[str]:
    """The paths and addresses of the tables and of their schemas, each once.

    A path that leaves the folder of the package (`..`, `/…`) is none of it.
    """
    paths: list[Any] = []
    for resource in descriptor["resources"]:
        given = resource.get("path") if isinstance(resource, dict) else None
        if isinstance(resource, dict) and resource.get("schema"):
            paths += given if isinstance(given, list) else [given]
    paths += cited_schemas(descriptor)
    return [path for path in dict.fromkeys(paths) if isinstance(path, str) and _inside(path)]


def _inside(path: str) -> bool:
    if "://" in path:
        return path.startswith(("http://", "https://"))
    parts = PurePosixPath(path)
    return bool(path) and not parts.is_absolute() and ".." not in parts.parts


class Bundle:
    """The archive that is being filled; use it as a context manager."""

    def __init__(self, sink: Path, descriptor: Mapping[str, Any]) -> None:
        self._archive = zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self._descriptor = descriptor
        self._names: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._archive:
            if kind is None:
                text = json.dumps(self._renamed(self._descriptor), ensure_ascii=False)
                self._archive.writestr(DESCRIPTOR, text)

    def add(self, path: str, source: BinaryIO) -> None:
        """A file under its path; one from an address under its last name."""
        name = path.removeprefix("./")
        if "://" in path:
            last = PurePosixPath(path.partition("?")[0]).name or "fichier"
            name = f"distant/{len(self._names)}/{last}"
            self._names[path] = name
        with self._archive.open(name, "w", force_zip64=True) as member:
            while block := source.read(_BLOCK):
                member.write(block)

    def _renamed(self, node: Any) -> Any:
        """The descriptor with the names that files have in the archive."""
        if isinstance(node, dict):
            return {key: self._renamed(value) for key, value in node.items()}
        if isinstance(node, list):
            return [self._renamed(value) for value in node]
        return self._names.get(node, node) if isinstance(node, str) else node
