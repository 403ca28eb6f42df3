"""The words of what concerns the header, the file and the run, in both languages."""

from collections.abc import Mapping

from services.validator.engine.wording.words import Words, words

HEADER: Mapping[str, Mapping[str, Words]] = {
    "missing-label": {
        "": words(
            (
                "La colonne obligatoire {field} manque.",
                "Ajoutez une colonne dont le titre est exactement {field}.",
            ),
            (
                "The required column {field} is missing.",
                "Add a column whose title is exactly {field}.",
            ),
        ),
        "misspelt": words(
            (
                (
                    "La colonne obligatoire {field} manque ; la colonne « {cell} » semble"
                    " être celle-ci,"
                    " mal orthographiée."
                ),
                "Renommez « {cell} » en {field}.",
            ),
            (
                'The required column {field} is missing; "{cell}" seems to be it, misspelt.',
                'Rename "{cell}" to {field}.',
            ),
        ),
    },
    "missing-optional-label": {
        "": words(
            (
                "La colonne facultative {field} manque.",
                "Rien à faire si vous n'avez pas la donnée.",
            ),
            ("The optional column {field} is missing.", "Nothing to do if you lack the data."),
        ),
        "misspelt": words(
            (
                (
                    "La colonne « {cell} » semble être {field}, mal orthographiée : elle n'a"
                    " pas été"
                    " vérifiée."
                ),
                "Renommez « {cell} » en {field}.",
            ),
            (
                'The column "{cell}" seems to be {field}, misspelt: it was not checked.',
                'Rename "{cell}" to {field}.',
            ),
        ),
    },
    "unmatched-header": {
        "": words(
            (
                (
                    "Aucune colonne du fichier n'est celle du schéma. Trouvées : {found}."
                    " Attendues :"
                    " {expected}."
                ),
                (
                    "Vérifiez que c'est le bon fichier, le bon schéma, et que la première"
                    " ligne contient"
                    " les titres des colonnes."
                ),
            ),
            (
                "No column of the file is one of the schema. Found: {found}. Expected: {expected}.",
                (
                    "Check that it is the right file and schema, and that the first line holds the"
                    " column titles."
                ),
            ),
        )
    },
    "duplicate-label": {
        "": words(
            (
                (
                    "Deux colonnes s'appellent {field} (n° {first} et n° {column}) : seule"
                    " la première"
                    " est vérifiée."
                ),
                "Renommez ou supprimez l'une des deux.",
            ),
            (
                (
                    "Two columns are called {field} (numbers {first} and {column}): only the"
                    " first one"
                    " is checked."
                ),
                "Rename or delete one of them.",
            ),
        )
    },
    "extra-label": {
        "": words(
            (
                "La colonne « {cell} » n'est pas dans le schéma : elle n'est pas vérifiée.",
                "Vous pouvez la garder, ou la retirer du fichier publié.",
            ),
            (
                'The column "{cell}" is not in the schema: it is not checked.',
                "You may keep it, or remove it from the published file.",
            ),
        ),
        "forbidden": words(
            (
                "La colonne « {cell} » n'est pas dans le schéma, qui n'en permet pas d'autre.",
                "Retirez la colonne du fichier publié.",
            ),
            (
                'The column "{cell}" is not in the schema, which allows no other.',
                "Remove the column from the published file.",
            ),
        ),
    },
    "misordered-labels": {
        "": words(
            (
                "Les colonnes ne sont pas dans l'ordre que le schéma impose : {found}.",
                "Placez-les dans cet ordre : {expected}.",
            ),
            (
                "The columns are not in the order that the schema demands: {found}.",
                "Put them in this order: {expected}.",
            ),
        )
    },
    "label-spaces": {
        "": words(
            ("Le titre de la colonne {field} est entouré d'espaces.", "Retirez ces espaces."),
            ("The title of the column {field} has spaces around it.", "Remove these spaces."),
        )
    },
    "blank-label": {
        "": words(
            (
                (
                    "La colonne n° {column} contient des données mais n'a pas de titre :"
                    " elle n'est pas"
                    " vérifiée."
                ),
                "Donnez-lui un titre, ou supprimez-la.",
            ),
            (
                "Column number {column} holds data but has no title: it is not checked.",
                "Give it a title, or delete it.",
            ),
        )
    },
}

FILE: Mapping[str, Mapping[str, Words]] = {
    "encoding-error": {
        "": words(
            (
                (
                    "Ligne {line}, caractère n° {position} : une lettre est enregistrée autrement"
                    " que le reste du fichier ({encoding}), et ne se lit pas (octet {byte})."
                ),
                "Enregistrez le fichier en « CSV UTF-8 » depuis votre tableur.",
            ),
            (
                (
                    "Line {line}, character number {position}: a letter is saved otherwise than"
                    " the rest of the file ({encoding}), and cannot be read (byte {byte})."
                ),
                'Save the file as "CSV UTF-8" from your spreadsheet.',
            ),
        ),
        "damaged": words(
            (
                (
                    "Ligne {line}, caractère n° {position} : un caractère est perdu, le fichier"
                    " ({encoding}) est endommagé à cet endroit."
                ),
                "Rétablissez ce texte, puis enregistrez le fichier en « CSV UTF-8 ».",
            ),
            (
                (
                    "Line {line}, character number {position}: a character is lost, the file"
                    " ({encoding}) is damaged there."
                ),
                'Restore this text, then save the file as "CSV UTF-8".',
            ),
        ),
        "more": words(
            (
                "Une autre ligne est enregistrée autrement que le reste du fichier ({encoding}).",
                "Enregistrez le fichier en « CSV UTF-8 » depuis votre tableur.",
            ),
            (
                "Another line is saved otherwise than the rest of the file ({encoding}).",
                'Save the file as "CSV UTF-8" from your spreadsheet.',
            ),
        ),
    },
    "unclosed-quote": {
        "": words(
            (
                (
                    "Un guillemet ouvert à la ligne {line} n'est jamais refermé : la suite"
                    " du fichier"
                    " n'a pas pu être lue."
                ),
                "Refermez le guillemet, ou doublez-le s'il fait partie du texte.",
            ),
            (
                (
                    "A quote opened on line {line} is never closed: the rest of the file"
                    " could not be"
                    " read."
                ),
                "Close the quote, or double it if it belongs to the text.",
            ),
        )
    },
    "preamble": {
        "": words(
            (
                (
                    "Le tableau est précédé de {count:ligne|lignes} de titre (« {text} »), que la"
                    " vérification laisse de côté."
                ),
                "Supprimez ce qui précède les titres des colonnes : ils ouvrent le fichier.",
            ),
            (
                'The check leaves {count:title line|title lines} ("{text}") above the table aside.',
                "Delete what comes before the column titles: they belong in the first line.",
            ),
        )
    },
    "padded-delimiter": {
        "": words(
            (
                "Un espace suit chaque séparateur « {delimiter} » ; il a été ignoré.",
                "Retirez ces espaces : d'autres logiciels les prendraient pour des données.",
            ),
            (
                'A space follows every separator "{delimiter}"; it was ignored.',
                "Remove these spaces: other software would take them for data.",
            ),
        )
    },
    "single-column": {
        "": words(
            (
                "Le fichier n'a qu'une colonne.",
                "Si c'est inattendu, enregistrez-le avec le séparateur point-virgule ou virgule.",
            ),
            (
                "The file has a single column.",
                "If this is unexpected, save it with semicolons or commas as separators.",
            ),
        )
    },
    "sheet-chosen": {
        "": words(
            (
                "Le classeur a plusieurs feuilles : « {sheet} » a été vérifiée, pas {others}.",
                "Publiez un fichier par tableau, ou indiquez le nom de la feuille voulue.",
            ),
            (
                'The workbook has several sheets: only "{sheet}" was checked, not {others}.',
                "Publish one file per table, or give the name of the sheet you mean.",
            ),
        )
    },
    "json-chosen": {
        "": words(
            (
                "Le document a plusieurs tableaux : « {sheet} » a été vérifié, pas {others}.",
                "Publiez un fichier par tableau, ou indiquez le nom du tableau voulu.",
            ),
            (
                'The document has several tables: only "{sheet}" was checked, not {others}.',
                "Publish one file per table, or give the name of the table you mean.",
            ),
        )
    },
    "member-chosen": {
        "": words(
            (
                "L'archive a plusieurs fichiers : « {member} » a été vérifié, pas {others}.",
                "Publiez chaque fichier séparément, sans archive.",
            ),
            (
                'The archive has several files: only "{member}" was checked, not {others}.',
                "Publish each file on its own, without an archive.",
            ),
        )
    },
    "trailing-blank-rows": {
        "": words(
            (
                "Le fichier se termine par {count:ligne vide|lignes vides}.",
                "Supprimez ce qui suit la dernière ligne remplie.",
            ),
            (
                "The file ends with {count:empty row|empty rows}.",
                "Delete what follows the last filled row.",
            ),
        )
    },
    "blank-extra-cells": {
        "": words(
            (
                (
                    "{count:cellule vide dépasse|cellules vides dépassent} la dernière colonne, la"
                    " première à la ligne {row}."
                ),
                "Supprimez les colonnes vides à droite du tableau.",
            ),
            (
                "{count:empty cell stands|empty cells stand} past the last column, from row {row}.",
                "Delete the empty columns to the right of the table.",
            ),
        )
    },
    "no-rows": {
        "": words(
            (
                "Le fichier a des titres de colonnes mais aucune ligne de données.",
                "Vérifiez que vous avez exporté les données.",
            ),
            (
                "The file has column titles but no row of data.",
                "Check that the data was exported.",
            ),
        )
    },
}
