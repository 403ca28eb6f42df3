"""Check a file that somebody sent, or gave the address of, when that takes long."""

from uuid import UUID

from services.validator.factory import Factory
from services.validator.models.checked_file import CheckedFile
from services.validator.models.request import Submission
from services.validator.operations.check_file import keep_check
from services.validator.operations.receive_file import receive_from_url
from services.validator.storage.submissions import SubmissionStore
from shared.jobs.lease import Lease
from shared.jobs.models import Job


class ValidateSubmission:
    """The handler."""

    def __init__(self, factory: Factory) -> None:
        self._factory = factory

    async def __call__(self, job: Job, lease: Lease) -> None:
        """Fetch if need be, check, keep the report."""
        async with self._factory.database.begin() as session:
            submission = await SubmissionStore(session).get(UUID(job.payload["submission_id"]))
        if submission is None:
            return
        await lease.progress(step="fetching" if submission.sha256 is None else "checking")
        file = await self._file(submission)
        await lease.progress(step="checking", bytes=file.size)
        check = await self._factory.checker.check_asked(file, submission.schema)
        async with lease.complete() as session:
            report = await keep_check(session, check, organization_id=submission.organization_id)
            await SubmissionStore(session).set_report(submission.id, report.id, file)

    async def _file(self, submission: Submission) -> CheckedFile:
        if submission.sha256 is not None:
            return CheckedFile(
                submission.sha256,
                submission.size or 0,
                submission.file_name or "fichier",
                submission.source_url,
                passing=submission.passing,
            )
        return await receive_from_url(
            submission.source_url or "",
            limit=self._factory.max_file_bytes,
            fetcher=self._factory.fetcher,
            store=self._factory.store,
        )
