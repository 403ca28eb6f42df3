"""Load the shipped contours and positions when they are newer than the stored ones."""

import csv
import gzip
import io
import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import shapely
import structlog

from services.catalogue.models.contours import Contour
from services.catalogue.storage.contours import ContourStore
from services.catalogue.storage.locks import lock_writers
from shared.db import Database

_DATA = files("services.catalogue") / "data"

log = structlog.get_logger()


async def load_contours(database: Database) -> bool:
    """Whether the set was (re)loaded. Safe to repeat and to run in several processes."""
    version = str(contour_data()["version"])
    async with database.begin() as session:
        await lock_writers(session)
        store = ContourStore(session)
        if await store.shipped_version() == version:
            return False
        await store.replace_shipped(_shipped(), version)
    log.info("Contours loaded", version=version)
    return True


def contour_data() -> dict[str, Any]:
    """What the shipped set is: version, sources, licences, attributions."""
    about: dict[str, Any] = json.loads((_DATA / "contours.json").read_text("utf-8"))
    return about


def _shipped() -> Iterator[Contour]:
    outlines = json.loads(gzip.decompress((_DATA / "outlines.json.gz").read_bytes()))
    for code, outline in outlines.items():
        shape = shapely.geometry.shape({"type": "MultiPolygon", "coordinates": outline})
        inside = shape.representative_point()
        text = json.dumps(outline, separators=(",", ":"))
        yield Contour(code, text, round(inside.x, 4), round(inside.y, 4))
    content = gzip.decompress((_DATA / "places.csv.gz").read_bytes()).decode()
    for line in csv.DictReader(io.StringIO(content)):
        yield Contour(
            line["code"],
            None,
            float(line["longitude"]),
            float(line["latitude"]),
            exact=line["exact"] == "1",
        )
