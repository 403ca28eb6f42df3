"""The lists that come with the code: territories, contours."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

_DATA = files("services.catalogue") / "data"


def shipped_about(name: str) -> dict[str, Any]:
    """What a list is: its version, sources, licences, attributions."""
    about: dict[str, Any] = json.loads((_DATA / f"{name}.json").read_text("utf-8"))
    return about


def shipped_lines(name: str) -> Iterator[dict[str, str]]:
    """Its lines."""
    return csv.DictReader(io.StringIO(_unpacked(f"{name}.csv.gz")))


def shipped_object(name: str) -> dict[str, Any]:
    """The one object that it is."""
    found: dict[str, Any] = json.loads(_unpacked(f"{name}.json.gz"))
    return found


def _unpacked(name: str) -> str:
    return gzip.decompress((_DATA / name).read_bytes()).decode()
