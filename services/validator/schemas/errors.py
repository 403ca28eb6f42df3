"""What can go wrong when a schema is asked for."""

from typing import ClassVar

from shared.errors import InvalidInputError, NotFoundError


class UnknownSchemaError(NotFoundError):
    """No schema of the register has this name, version or address."""

    code: ClassVar[str] = "unknown-schema"
    title: ClassVar[str] = "Schéma inconnu"


class InvalidSchemaError(InvalidInputError):
    """The descriptor cannot serve to check a file; `findings` says what is wrong where."""

    code: ClassVar[str] = "invalid-schema"
    title: ClassVar[str] = "Schéma incorrect"
