"""Tell the catalogue a verdict, again and again until it has taken it."""

from uuid import UUID

from services.validator.factory import Factory
from services.validator.operations.publish_verdict import publish_verdict
from shared.jobs.lease import Lease
from shared.jobs.models import Job


class PublishVerdict:
    """The handler; the client's `Transient` errors are retried with back-off."""

    def __init__(self, factory: Factory) -> None:
        self._factory = factory

    async def __call__(self, job: Job, _lease: Lease) -> None:
        """Repeatable: the same verdict twice is one."""
        await publish_verdict(
            UUID(job.payload["validation_id"]),
            database=self._factory.database,
            catalogue=self._factory.catalogue,
        )
