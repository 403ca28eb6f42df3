"""Load the shipped list of territories when it is newer than the stored one."""

from collections.abc import Iterator
from typing import Any

import structlog

from services.catalogue.models.text import plain
from services.catalogue.operations.reindex import reindex
from services.catalogue.operations.shipped import shipped_about, shipped_lines
from services.catalogue.storage.locks import lock_writers
from services.catalogue.storage.territories import TerritoryStore
from shared.db import Database

log = structlog.get_logger()


async def load_territories(database: Database) -> bool:
    """Whether the list was (re)loaded. Safe to repeat and to run in several processes.

    About two seconds the first time, one look-up after that. Datasets are indexed again
    when the list changed, because their territories may have.
    """
    version = str(shipped_about("territories")["version"])
    async with database.begin() as session:
        await lock_writers(session)
        store = TerritoryStore(session)
        if await store.version() == version:
            return False
        await store.replace(_rows(), version)
    datasets = await reindex(database)
    log.info("Territories loaded", version=version, datasets_reindexed=datasets)
    return True


def _rows() -> Iterator[tuple[Any, ...]]:
    for line in shipped_lines("territories"):
        yield (
            line["code"],
            line["kind"],
            line["name"],
            plain(line["name"]),
            line["siren"] or None,
            int(line["population"]) if line["population"] else None,
            line["commune_code"] or None,
            line["ept_code"] or None,
            line["epci_code"] or None,
            line["departement_code"] or None,
            line["region_code"] or None,
            _path(line),
            line["postal_codes"].split(),
            line["former_codes"].split(),
        )


def _path(line: dict[str, str]) -> list[str]:
    levels = ("code", "commune_code", "ept_code", "epci_code", "departement_code", "region_code")
    return list(dict.fromkeys(code for level in levels if (code := line[level])))
