"""What can go wrong in the harvester, in French, with a code of its own."""

from shared.errors import ClientError, NotFoundError, Transient


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
