"""The words of a file that could not be checked: not a table, no schema, a limit."""

from collections.abc import Mapping

from services.validator.engine.wording.words import Words, words

_SAVE_FR = "Ouvrez-le dans un tableur et enregistrez-le en « CSV UTF-8 »."
_SAVE_EN = 'Open it in a spreadsheet and save it as "CSV UTF-8".'


def _kind(fr: str, en: str, hints: tuple[str, str] = (_SAVE_FR, _SAVE_EN)) -> Words:
    return words(
        (f"Le fichier n'est pas un tableau : {fr}.", hints[0]),
        (f"The file is not a table: {en}.", hints[1]),
    )


SOURCE: Mapping[str, Words] = {
    "empty": words(
        ("Le fichier est vide.", "Vérifiez l'export, puis déposez le fichier à nouveau."),
        ("The file is empty.", "Check the export, then upload the file again."),
    ),
    "html": _kind(
        "c'est une page web (HTML)",
        "it is a web page (HTML)",
        (
            ("L'adresse mène sans doute à une page, pas au fichier : utilisez le lien de"
            " téléchargement direct."),
            "The address probably leads to a page, not to the file: use the direct download link.",
        ),
    ),
    "json": _kind("c'est un document JSON", "it is a JSON document"),
    "xml": _kind("c'est un document XML", "it is an XML document"),
    "pdf": _kind("c'est un document PDF", "it is a PDF document"),
    "gzip": _kind(
        "c'est une archive compressée (gzip)",
        "it is a compressed archive (gzip)",
        ("Décompressez-la et déposez le fichier qu'elle contient.",
         "Unpack it and upload the file it holds."),
    ),
    "archive": _kind(
        "c'est une archive compressée",
        "it is a compressed archive",
        ("Décompressez-la et déposez le fichier qu'elle contient.",
         "Unpack it and upload the file it holds."),
    ),
    "damaged-archive": _kind("il est endommagé ou incomplet", "it is damaged or incomplete"),
    "bomb": words(
        (
            "Le fichier est refusé : une fois décompressé il occuperait {size} octets.",
            "Enregistrez-le en CSV.",
        ),
        ("The file is refused: unpacked, it would take {size} bytes.", "Save it as CSV."),
    ),
    "parquet": _kind("c'est un fichier Parquet", "it is a Parquet file"),
    "image": _kind("c'est une image", "it is a picture"),
    "binary": _kind("son contenu n'est pas du texte", "its content is not text"),
    "document": _kind("c'est un document texte", "it is a text document"),
    "password": words(
        ("Le classeur est protégé par un mot de passe.", "Enregistrez-le sans mot de passe."),
        ("The workbook is protected by a password.", "Save it without a password."),
    ),
    "damaged-spreadsheet": words(
        ("Le classeur ne peut pas être lu : il est endommagé.", _SAVE_FR),
        ("The workbook cannot be read: it is damaged.", _SAVE_EN),
    ),
    "too-many-cells": words(
        (
            "La feuille « {sheet} » s'étend sur plus de {limit} cellules.",
            "Supprimez les lignes et colonnes vides, ou enregistrez le tableau en CSV.",
        ),
        (
            'The sheet "{sheet}" spans more than {limit} cells.',
            "Delete empty rows and columns, or save the table as CSV.",
        ),
    ),
    "empty-workbook": words(
        ("Aucune feuille du classeur ne contient de tableau.", "Vérifiez l'export."),
        ("No sheet of the workbook holds a table.", "Check the export."),
    ),
    "too-many-columns": words(
        (
            "Le fichier a plus de {limit} colonnes.",
            "Vérifiez le séparateur : chaque ligne du fichier doit être une ligne du tableau.",
        ),
        (
            "The file has more than {limit} columns.",
            "Check the separator: each line of the file must be a row of the table.",
        ),
    ),
    "no-lines": _kind("il n'a pas de lignes", "it has no lines"),
}  # fmt: skip

NO_SCHEMA: Mapping[str, Words] = {
    "": words(
        (
            "Aucun schéma connu ne correspond aux colonnes du fichier.",
            "Indiquez le schéma à utiliser, par exemple scdl/deliberations.",
        ),
        (
            "No known schema fits the columns of the file.",
            "Name the schema to use, for example scdl/deliberations.",
        ),
    )
}

SCHEMA: Mapping[str, Words] = {
    "": words(
        (
            "Le schéma lui-même est incorrect, à {place} : {problem}.",
            "Signalez-le à l'auteur du schéma.",
        ),
        ("The schema itself is wrong, at {place}: {problem}.", "Tell the schema's author."),
    )
}

FAILURES: Mapping[str, Words] = {
    "time-limit": words(
        (
            "La vérification a été arrêtée : elle a dépassé la limite de {limit} secondes.",
            "Ce n'est pas une erreur de votre fichier. Découpez-le, ou prévenez l'administrateur.",
        ),
        (
            "The check was stopped: it exceeded the limit of {limit} seconds.",
            "This is no error of your file. Split it, or tell the administrator.",
        ),
    ),
    "memory-limit": words(
        (
            "La vérification a été arrêtée : elle a dépassé la limite de {limit} Mo de mémoire.",
            (
                "Ce n'est pas une erreur de votre fichier. Enregistrez-le en CSV, ou prévenez"
                " l'administrateur."
            ),
        ),
        (
            "The check was stopped: it exceeded the limit of {limit} MB of memory.",
            "This is no error of your file. Save it as CSV, or tell the administrator.",
        ),
    ),
    "crashed": words(
        (
            "La vérification s'est interrompue de façon inattendue.",
            "Ce n'est pas une erreur de votre fichier. Réessayez, puis prévenez l'administrateur.",
        ),
        (
            "The check ended unexpectedly.",
            "This is no error of your file. Try again, then tell the administrator.",
        ),
    ),
    "missing-file": words(
        ("Le fichier n'existe plus à l'endroit indiqué.", "Déposez-le à nouveau."),
        ("The file is no longer where it was.", "Upload it again."),
    ),
    "defect": words(
        (
            "La vérification a échoué à cause d'un défaut du logiciel.",
            "Ce n'est pas une erreur de votre fichier. Prévenez l'administrateur.",
        ),
        (
            "The check failed because of a defect of the software.",
            "This is no error of your file. Tell the administrator.",
        ),
    ),
}
