"""Store what the validator tells: all of a batch or none of it, as often as it likes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from services.catalogue.errors import IdTakenError
from services.catalogue.models.history import enter, line_of
from services.catalogue.operations.index_datasets import index_datasets
from services.catalogue.operations.tell_events import tell_verdicts
from services.catalogue.storage.locks import lock_writers
from services.catalogue.storage.verdicts import VerdictStore
from shared.access.models import Principal
from shared.contracts.catalogue import VerdictBatch, VerdictReport
from shared.db import Database


async def record_verdicts(database: Database, batch: VerdictBatch, principal: Principal) -> int:
    """How many verdicts were news to the history.

    A verdict on a content that the resource no longer has goes to the history only; one
    whose resource is not known yet is kept, and applied when the resource comes. Raises
    `ForbiddenError` for a foreign organisation, `IdTakenError` when a resource belongs to
    another organisation than the verdict says.
    """
    for report in batch.verdicts:
        principal.must_own(report.organization_id)
    by_resource: dict[UUID, list[VerdictReport]] = defaultdict(list)
    for report in sorted(batch.verdicts, key=lambda report: report.checked_at):
        by_resource[report.resource_id].append(report)
    news = 0
    async with database.begin() as session:
        await lock_writers(session)
        store = VerdictStore(session)
        _refuse_strangers(by_resource, await store.owners(by_resource))
        history = await store.lines(by_resource)
        for resource_id, reports in by_resource.items():
            lines = history[resource_id]
            for report in reports:
                change = enter(lines, line_of(report))
                if change is None:
                    continue
                written = await store.apply(resource_id, report.organization_id, change)
                lines = sorted(
                    [*(line for line in lines if line.id != written.id), written],
                    key=lambda line: (line.first_seen_at, line.id),
                )
                news += 1
        touched = await store.settle(by_resource)
        await tell_verdicts(session, await index_datasets(session, touched))
    return news


def _refuse_strangers(
    reports: Mapping[UUID, Sequence[VerdictReport]], owners: Mapping[UUID, UUID]
) -> None:
    for resource_id, told in reports.items():
        owner = owners.get(resource_id)
        if owner is not None and any(report.organization_id != owner for report in told):
            raise IdTakenError(
                f"La ressource {resource_id} appartient à une autre organisation.",
                message_en=f"Resource {resource_id} belongs to another organisation.",
            )
