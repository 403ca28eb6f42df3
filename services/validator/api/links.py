"""Addresses of what the API keeps."""

from uuid import UUID

PREFIX = "/api/validator/v1"


def job_path(job_id: UUID) -> str:
    """Where a job is asked after."""
    return f"{PREFIX}/jobs/{job_id}"


def report_path(report_id: UUID) -> str:
    """Where a report stays."""
    return f"{PREFIX}/reports/{report_id}"


def report_url(public_url: str, report_id: UUID | None) -> str | None:
    """The same as a link for people, once there is a report."""
    if report_id is None:
        return None
    return public_url.rstrip("/") + report_path(report_id)
