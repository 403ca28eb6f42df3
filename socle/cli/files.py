"""The files that commands are given."""

from pathlib import Path

from shared.errors import InvalidInputError


def readable_file(text: str) -> Path:
    """The file of that name. Raises `InvalidInputError`, or the `OSError` of opening it."""
    if not text.strip():
        raise InvalidInputError("Indiquez le nom du fichier.")
    path = Path(text)
    if not path.is_file():
        what = "est un dossier, un fichier est attendu" if path.is_dir() else "n'existe pas"
        raise InvalidInputError(f"Le fichier {text} {what}.")
    with path.open("rb"):
        return path
