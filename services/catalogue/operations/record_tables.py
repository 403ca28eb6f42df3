"""Store what the validator tells of typed tables: all of a batch or none, as often as it likes."""

from services.catalogue.errors import IdTakenError
from services.catalogue.storage.locks import lock_writers
from services.catalogue.storage.resource_tables import ResourceTableStore
from services.catalogue.storage.verdicts import VerdictStore
from shared.access.models import Principal
from shared.contracts.catalogue import TableBatch
from shared.db import Database


async def record_tables(database: Database, batch: TableBatch, principal: Principal) -> int:
    """How many tables were told of.

    Raises `ForbiddenError` for a foreign organisation, `IdTakenError` when a resource belongs
    to another organisation than the message says.
    """
    for report in batch.tables:
        principal.must_own(report.organization_id)
    async with database.begin() as session:
        await lock_writers(session)
        owners = await VerdictStore(session).owners({r.resource_id for r in batch.tables})
        for report in batch.tables:
            owner = owners.get(report.resource_id)
            if owner is not None and owner != report.organization_id:
                raise IdTakenError(
                    f"La ressource {report.resource_id} appartient à une autre organisation.",
                    message_en=f"Resource {report.resource_id} belongs to another organisation.",
                )
            await ResourceTableStore(session).put(report)
    return len(batch.tables)
