"""Load the shipped contours and positions when they are newer than the stored ones."""

import json
from collections.abc import Iterator

import shapely
import structlog

from services.catalogue.models.contours import Contour
from services.catalogue.operations.shipped import shipped_about, shipped_lines, shipped_object
from services.catalogue.storage.contours import ContourStore
from services.catalogue.storage.locks import lock_writers
from shared.db import Database

log = structlog.get_logger()


async def load_contours(database: Database) -> bool:
    """Whether the set was (re)loaded. Safe to repeat and to run in several processes."""
    version = str(shipped_about("contours")["version"])
    async with database.begin() as session:
        await lock_writers(session)
        store = ContourStore(session)
        if await store.shipped_version() == version:
            return False
        await store.replace_shipped(_shipped(), version)
    log.info("Contours loaded", version=version)
    return True


def _shipped() -> Iterator[Contour]:
    for code, outline in shipped_object("outlines").items():
        shape = shapely.geometry.shape({"type": "MultiPolygon", "coordinates": outline})
        inside = shape.representative_point()
        text = json.dumps(outline, separators=(",", ":"))
        yield Contour(code, text, round(inside.x, 4), round(inside.y, 4))
    for line in shipped_lines("places"):
        yield Contour(
            line["code"],
            None,
            float(line["longitude"]),
            float(line["latitude"]),
            exact=line["exact"] == "1",
        )
