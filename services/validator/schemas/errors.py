"""What can go wrong when a schema is asked for."""

from typing import ClassVar

from shared.errors import ConflictError, InvalidInputError, NotFoundError, Transient


class UnknownSchemaError(NotFoundError):
    """No schema of the register has this name, version or address."""

    code: ClassVar[str] = "unknown-schema"
    title: ClassVar[str] = "Schéma inconnu"


class NoTemplateError(NotFoundError):
    """The schema describes no single table, of which a blank one could be made."""

    code: ClassVar[str] = "no-template"
    title: ClassVar[str] = "Pas de modèle"


class InvalidSchemaError(InvalidInputError):
    """The descriptor cannot serve to check a file; `findings` says what is wrong where."""

    code: ClassVar[str] = "invalid-schema"
    title: ClassVar[str] = "Schéma incorrect"


class RegisterUnavailableError(Transient):
    """The national register did not answer, or with something else than a register."""

    code: ClassVar[str] = "register-unavailable"
    title: ClassVar[str] = "Registre national indisponible"


class SyncRunningError(ConflictError):
    """Another synchronisation of the same folder has not finished."""

    code: ClassVar[str] = "sync-running"
    title: ClassVar[str] = "Synchronisation en cours"
