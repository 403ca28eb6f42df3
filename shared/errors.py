"""The family of errors that every service raises and one handler renders (RFC 9457).

A foreign exception is translated at the border where it is met, so that nothing above
an adapter has to know httpx2 or SQLAlchemy. Two questions decide the branch: is it the
caller's doing (`ClientError`), and may the same call succeed later (`Transient`)?
"""

from typing import Any, ClassVar


class ServiceError(Exception):
    """Something the caller is told about, with a stable `code` and an HTTP `status`.

    `message` is French, complete, and says what to do; `message_en` its English twin.
    `details` are extra members of the problem document (RFC 9457 §3.2).
    """

    code: ClassVar[str] = "internal-error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Erreur interne"

    def __init__(self, message: str, *, message_en: str | None = None, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.message_en = message_en or message
        self.details = details


class ClientError(ServiceError):
    """The request cannot be served as it stands; repeating it changes nothing."""

    code = "bad-request"
    status = 400
    title = "Demande incorrecte"


class NotFoundError(ClientError):
    """The address is well formed and names nothing."""

    code = "not-found"
    status = 404
    title = "Introuvable"


class InvalidInputError(ClientError):
    """The request is understood, but a value in it is not acceptable."""

    code = "invalid-input"
    status = 422
    title = "Valeur refusée"


class ConflictError(ClientError):
    """The request contradicts what is stored."""

    code = "conflict"
    status = 409
    title = "Conflit"


class UnauthorizedError(ClientError):
    """No API key, or one that is unknown, revoked or expired."""

    code = "unauthorized"
    status = 401
    title = "Clé d'API requise"


class ForbiddenError(ClientError):
    """The key is good, but not for this action or this organisation."""

    code = "forbidden"
    status = 403
    title = "Action non permise"


class TooLargeError(ClientError):
    """The body or the file exceeds the limit that the message names."""

    code = "too-large"
    status = 413
    title = "Fichier trop volumineux"


class TooManyRequestsError(ClientError):
    """The caller asks for more than its share; `retry_after` in seconds."""

    code = "too-many-requests"
    status = 429
    title = "Trop de demandes"


class Transient(ServiceError):
    """It may succeed later: a job that raises it is retried with back-off."""

    code = "temporarily-unavailable"
    status = 503
    title = "Momentanément indisponible"


class NotReadyYet(Transient):
    """What was asked for is being made: the same call succeeds later."""

    code = "not-ready-yet"
    title = "En préparation"
