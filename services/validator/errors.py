"""Errors of the validator, beyond those every service has."""

from shared.errors import ConflictError, InvalidInputError, NotFoundError


class ReportNotFoundError(NotFoundError):
    """No report has this id."""

    code = "report-not-found"
    title = "Rapport introuvable"


class InputMissingError(InvalidInputError):
    """The request holds neither a file nor the address of one."""

    code = "input-missing"
    title = "Fichier manquant"


class SourceUnavailableError(InvalidInputError):
    """The address of the file answered, but not with a file."""

    code = "source-unavailable"
    title = "Fichier distant indisponible"


class NotCorrectableError(ConflictError):
    """The file cannot be corrected without risk, or was never checked."""

    code = "not-correctable"
    title = "Correction impossible"
