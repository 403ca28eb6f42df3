"""What keeps the embedded servers from starting, said to the person who typed the command."""

from typing import ClassVar

from shared.errors import ServiceError


class EmbeddedError(ServiceError):
    """A server cannot be prepared, started or kept; the message says what to do about it."""

    code: ClassVar[str] = "embedded"
    title: ClassVar[str] = "Serveur embarqué"


class DataFolderBusyError(EmbeddedError):
    """Another platform serves this data folder; `details["pid"]` is its process, if known."""

    code = "data-folder-busy"


class ChildFailedError(EmbeddedError):
    """A child process stopped, or stayed silent, before it was ready."""

    code = "child-failed"
