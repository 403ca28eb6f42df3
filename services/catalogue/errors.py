"""Errors of the catalogue, beyond those every service has."""

from shared.errors import ConflictError, InvalidInputError, NotFoundError, ServiceError


class UnknownOrganizationError(InvalidInputError):
    """A dataset names an organisation that is no member: the statistics would not add up."""

    code = "unknown-organization"
    title = "Organisation inconnue"


class IdTakenError(ConflictError):
    """An id in the message already belongs to another dataset or organisation."""

    code = "id-taken"
    title = "Identifiant déjà pris"


class SearchNotReadyError(ServiceError):
    """The index of this process is being built for the first time."""

    code = "search-not-ready"
    status = 503
    title = "Recherche en préparation"

    def __init__(self, indexed: int) -> None:
        super().__init__(
            f"La recherche se prépare : {indexed} jeux de données lus. Réessayez dans un instant.",
            message_en=f"Search is being prepared: {indexed} datasets read. Try again shortly.",
        )


class ResourceGoneError(NotFoundError):
    """The portal no longer lists the file; its address remains, and says so (410)."""

    code = "resource-gone"
    status = 410
    title = "Fichier retiré"
