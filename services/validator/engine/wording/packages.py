"""The words of what concerns the files of a data package, in both languages."""

from collections.abc import Mapping

from services.validator.engine.wording.words import Words, words

PACKAGE: Mapping[str, Mapping[str, Words]] = {
    "resource-missing": {
        "": words(
            (
                "Le fichier {path}, que le paquet annonce, n'y est pas.",
                "Ajoutez ce fichier au paquet, ou retirez-le de datapackage.json.",
            ),
            (
                "The file {path}, which the package announces, is not in it.",
                "Add this file to the package, or remove it from datapackage.json.",
            ),
        )
    },
    "resource-unknown": {
        "": words(
            (
                "Les colonnes du fichier {member} ne sont celles d'aucun tableau du paquet.",
                "Retirez ce fichier, ou donnez à ses colonnes les titres que le schéma attend.",
            ),
            (
                "The columns of the file {member} are those of no table of the package.",
                "Remove this file, or give its columns the titles that the schema expects.",
            ),
        )
    },
    "resource-absent": {
        "": words(
            (
                "Le paquet peut avoir un tableau {resource} ; il n'y en a pas ici.",
                "Ajoutez-le si vous avez ces données.",
            ),
            (
                "The package may have a table {resource}; there is none here.",
                "Add it if you have this data.",
            ),
        )
    },
    "resource-unchecked": {
        "": words(
            (
                "{resource} n'a pas de schéma connu : ce fichier n'a pas été vérifié.",
                "Indiquez son schéma dans datapackage.json si c'est un tableau.",
            ),
            (
                "{resource} has no known schema: this file was not checked.",
                "Give its schema in datapackage.json if it is a table.",
            ),
        )
    },
    "resource-recognised": {
        "": words(
            (
                "Le schéma décrit plusieurs tableaux : ce fichier a été vérifié comme {resource}.",
                "Déposez les autres avec lui, dans une archive zip, pour vérifier leurs renvois.",
            ),
            (
                "The schema describes several tables: this file was checked as {resource}.",
                "Upload the others with it, in a zip archive, to check the links between them.",
            ),
        )
    },
}

PACKAGE_TITLES: Mapping[str, tuple[str, str]] = {
    "resource-missing": ("Fichier manquant", "Missing file"),
    "resource-unknown": ("Fichier inconnu du paquet", "File unknown to the package"),
    "resource-absent": ("Tableau facultatif absent", "Optional table absent"),
    "resource-unchecked": ("Fichier non vérifié", "File not checked"),
    "resource-recognised": ("Tableau du paquet", "Table of the package"),
}
