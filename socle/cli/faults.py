"""What went wrong, as one sentence for a person; knows no framework of the command line."""

from errno import EACCES, EISDIR, ENAMETOOLONG, ENOENT, ENOSPC, ENOTDIR, EPERM, EROFS
from socket import gaierror
from types import MappingProxyType

from shared.errors import ServiceError

COULD_NOT = 2
"""Exit code of a command that could not do what was asked."""

INTERRUPTED = 130

_SYSTEM = MappingProxyType(
    {
        ENOENT: "ce fichier ou ce dossier n'existe pas",
        EACCES: "vous n'avez pas le droit d'y accéder",
        EPERM: "vous n'avez pas le droit d'y accéder",
        EISDIR: "c'est un dossier, un fichier est attendu",
        ENOTDIR: "c'est un fichier, un dossier est attendu",
        ENAMETOOLONG: "ce nom est trop long",
        ENOSPC: "il n'y a plus de place sur le disque",
        EROFS: "ce disque est en lecture seule",
    }
)


def said(error: Exception) -> str:
    """The sentence. One that nobody foresaw says how to see its detail."""
    if isinstance(error, ServiceError):
        return error.message
    if isinstance(error, OSError):
        return _system_error(error)
    return (
        "une défaillance imprévue du programme a empêché de finir "
        f"({type(error).__name__} : {str(error)[:300]}). "
        "SOCLE_DEBUG=1 devant la commande en montre le détail, à joindre au signalement."
    )


def _system_error(error: OSError) -> str:
    if isinstance(error, gaierror):
        return "le nom du serveur est inconnu : vérifiez l'adresse."
    if isinstance(error, ConnectionError):
        return f"la connexion n'a pas pu se faire ({error.strerror or error})."
    reason = _SYSTEM.get(error.errno or 0, error.strerror or str(error))
    return f"{_short(str(error.filename))} : {reason}." if error.filename else f"{reason}."


def _short(name: str) -> str:
    return name if len(name) <= 200 else f"{name[:200]}…"
