"""What can go wrong with a job, as the rest of the platform is told."""

from shared.errors import NotFoundError, ServiceError


class LeaseLost(ServiceError):
    """Another worker took over, or the job was cancelled: nothing of this one may stay.

    Raised out of the lease's transactions, which are then rolled back. A handler lets it rise.
    """

    code = "lease-lost"
    status = 409
    title = "Tâche reprise ailleurs"


class JobNotFoundError(NotFoundError):
    """No job has this identifier."""

    code = "job-not-found"
    title = "Tâche introuvable"
