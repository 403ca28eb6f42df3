"""Index every dataset again: names of organisations or the list of territories changed."""

from uuid import UUID

from services.catalogue.operations.index_datasets import index_datasets
from services.catalogue.operations.resolve_duplicates import resolve_again
from services.catalogue.storage.datasets import DatasetStore
from services.catalogue.storage.locks import lock_writers
from shared.db import Database

BATCH = 500


async def reindex(database: Database) -> int:
    """How many datasets were indexed. One transaction per `BATCH`; safe to repeat."""
    done, last = 0, UUID(int=0)
    while True:
        async with database.begin() as session:
            await lock_writers(session)
            ids = await DatasetStore(session).ids_after(last, BATCH)
            if not ids:
                return done
            moved = await resolve_again(session, ids)
            await index_datasets(session, {*ids, *moved})
        done, last = done + len(ids), ids[-1]
