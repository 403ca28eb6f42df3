"""What can go wrong in the harvester, in French, with a code of its own."""

from datetime import datetime, timedelta

from shared.errors import ClientError, NotFoundError, Transient
from shared.zone import PARIS


class UnknownKindError(ClientError):
    """The address answers, but as no kind of portal that we know."""

    code = "unknown-portal-kind"
    status = 422
    title = "Portail non reconnu"


class PortalRefusedError(ClientError):
    """The portal answers something that no later attempt will change."""

    code = "portal-refused"
    status = 422
    title = "Réponse du portail inutilisable"


class PortalUnreachable(Transient):
    """The portal does not answer, or not what it should, for now."""

    code = "portal-unreachable"
    status = 502
    title = "Portail injoignable"


class SourceNotFoundError(NotFoundError):
    """No source has this id, or it was removed."""

    code = "source-not-found"


class RunNotFoundError(NotFoundError):
    """No run has this id."""

    code = "run-not-found"


class HostResting(Transient):
    """A host is left alone for a while: it asked for it, or failed too often.

    `retry_after` (seconds) is what a job that meets it waits. `reason` says in a few words why it
    rests; `stays_away`: it was not there after its last rest either.
    """

    code = "host-resting"
    status = 503
    title = "Serveur laissé au repos"

    def __init__(
        self,
        host: str,
        *,
        until: datetime,
        reason: str | None,
        left: timedelta,
        stays_away: bool,
    ) -> None:
        self.until = until
        self.reason = reason or "trop d’échecs de suite"
        self.stays_away = stays_away
        super().__init__(
            f"« {host} » est laissé au repos jusqu'au "
            f"{until.astimezone(PARIS):%d/%m/%Y à %H h %M} : {self.reason}.",
            message_en=f"{host} is left alone until {until.isoformat(timespec='minutes')}.",
            retry_after=left.total_seconds(),
        )
