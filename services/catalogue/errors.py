"""Errors of the catalogue, beyond those every service has."""

from shared.errors import ConflictError, InvalidInputError


class UnknownOrganizationError(InvalidInputError):
    """A dataset names an organisation that is no member: the statistics would not add up."""

    code = "unknown-organization"
    title = "Organisation inconnue"


class IdTakenError(ConflictError):
    """An id in the message already belongs to another dataset or organisation."""

    code = "id-taken"
    title = "Identifiant déjà pris"
