"""The words of errors in cells and rows, in both languages."""

from collections.abc import Mapping

from services.validator.engine.wording.words import Words, words

_TYPE_FR = "La valeur « {cell} » n'est pas {expected}."
_TYPE_EN = 'The value "{cell}" is not {expected}.'


def _type(hint_fr: str, hint_en: str) -> Words:
    return words((_TYPE_FR, hint_fr), (_TYPE_EN, hint_en))


TYPE_ERRORS: Mapping[str, Words] = {
    "date": _type(
        "{calendar}Écrivez la date ainsi : {example}.",
        "{calendar}Write the date like this: {example}.",
    ),
    "datetime": _type(
        "Écrivez la date et l'heure ainsi : {example}.",
        "Write the date and time like this: {example}.",
    ),
    "time": _type("Écrivez l'heure ainsi : {example}.", "Write the time like this: {example}."),
    "year": _type("Écrivez l'année sur quatre chiffres : 2024.", "Write four digits: 2024."),
    "yearmonth": _type("Écrivez l'année puis le mois : 2024-03.", "Write year and month: 2024-03."),
    "integer": _type(
        "Écrivez uniquement des chiffres, sans espace ni virgule, par exemple 1250.",
        "Write digits only, without spaces or commas, for example 1250.",
    ),
    "number": _type(
        "Écrivez des chiffres et {point} pour les décimales, sans espace ni unité, par exemple"
        " {example}.",
        "Write digits, and {point} before decimals, without spaces or unit, for example"
        " {example}.",
    ),
    "boolean": _type("Écrivez {true} ou {false}.", "Write {true} or {false}."),
    "string": _type("Par exemple {example}.", "For example {example}."),
    "array": _type('Écrivez par exemple ["un", "deux"].', 'Write for example ["one", "two"].'),
    "list": _type("Séparez les valeurs par une virgule.", "Separate the values with commas."),
    "object": _type('Écrivez par exemple {{"nom": "valeur"}}.', 'For example {{"name": "value"}}.'),
    "duration": _type("Écrivez par exemple PT1H30M pour une heure et demie.",
                      "Write for example PT1H30M for one hour and a half."),
    "geopoint": _type(
        "Écrivez la longitude puis la latitude, par exemple {example}.",
        "Write longitude, then latitude, for example {example}.",
    ),
    "geojson": _type(
        'Écrivez un objet GeoJSON, par exemple {{"type": "Point", "coordinates": [2.45, 48.79]}}.',
        'Write a GeoJSON object, such as {{"type": "Point", "coordinates": [2.45, 48.79]}}.',
    ),
    "any": _type("Corrigez la valeur.", "Correct the value."),
    "array-item": words(
        ("Dans la liste « {cell} », « {item} » n'a pas le type attendu.", "Corrigez cet élément."),
        ('In the list "{cell}", "{item}" has the wrong type.', "Correct this item."),
    ),
}  # fmt: skip

CONSTRAINT_ERRORS: Mapping[str, Words] = {
    "required": words(
        (
            "La colonne {field} doit être remplie à chaque ligne : ici elle est vide.",
            "Saisissez la valeur qui manque.",
        ),
        (
            "The column {field} must be filled in every row: here it is empty.",
            "Fill in the missing value.",
        ),
    ),
    "minLength": words(
        (
            "« {cell} » est trop court : il faut au moins {limit} caractères.",
            "Complétez la valeur jusqu'à {limit} caractères ou plus.",
        ),
        (
            '"{cell}" is too short: at least {limit} characters are expected.',
            "Complete the value to {limit} characters or more.",
        ),
    ),
    "maxLength": words(
        (
            "« {cell} » est trop long : il faut au plus {limit} caractères.",
            "Raccourcissez la valeur à {limit} caractères ou moins.",
        ),
        (
            '"{cell}" is too long: at most {limit} characters are allowed.',
            "Shorten the value to {limit} characters or less.",
        ),
    ),
    "minimum": words(
        (
            "La valeur {cell} est trop petite : le minimum est {limit}.",
            "Écrivez {limit} ou plus.",
        ),
        (
            "The value {cell} is too small: the minimum is {limit}.",
            "Write {limit} or more.",
        ),
    ),
    "maximum": words(
        (
            "La valeur {cell} est trop grande : le maximum est {limit}.",
            "Écrivez {limit} ou moins.",
        ),
        (
            "The value {cell} is too large: the maximum is {limit}.",
            "Write {limit} or less.",
        ),
    ),
    "exclusiveMinimum": words(
        (
            "La valeur {cell} doit être supérieure à {limit}.",
            "Écrivez plus que {limit}.",
        ),
        (
            "The value {cell} must be greater than {limit}.",
            "Write more than {limit}.",
        ),
    ),
    "exclusiveMaximum": words(
        (
            "La valeur {cell} doit être inférieure à {limit}.",
            "Écrivez moins que {limit}.",
        ),
        (
            "The value {cell} must be less than {limit}.",
            "Write less than {limit}.",
        ),
    ),
    "pattern": words(
        ("La valeur « {cell} » n'a pas la forme attendue : {shape}.", "{shape_example}"),
        ('The value "{cell}" does not have the expected form: {shape}.', "{shape_example}"),
    ),
    "enum": words(
        (
            "La valeur « {cell} » ne fait pas partie des valeurs autorisées.",
            "Choisissez parmi : {values}{more}.",
        ),
        ('The value "{cell}" is not one of the allowed values.', "Choose among: {values}{more}."),
    ),
    "jsonSchema": words(
        (
            "« {cell} » n'est pas composé comme le schéma le décrit.",
            "Comparez avec l'exemple que donne la documentation du schéma.",
        ),
        (
            '"{cell}" is not made up as the schema describes.',
            "Compare with the example in the documentation of the schema.",
        ),
    ),
    "array-item": words(
        ("Dans la liste « {cell} », « {item} » n'est pas permis.", "{item_hint}"),
        ('In the list "{cell}", "{item}" is not allowed.', "{item_hint}"),
    ),
}

ROW_ERRORS: Mapping[str, Mapping[str, Words]] = {
    "missing-cell": {
        "": words(
            (
                (
                    "La ligne s'arrête trop tôt : elle a {found} cellules sur {width}, celle de"
                    " {field} manque."
                ),
                "Vérifiez qu'aucun séparateur n'a été oublié sur cette ligne.",
            ),
            (
                (
                    "The row ends too early: it has {found} cells of {width}, that of {field} is"
                    " missing."
                ),
                "Check that no separator was forgotten in this row.",
            ),
        )
    },
    "extra-cell": {
        "": words(
            (
                "La ligne a {found} cellules pour {width} colonnes : « {cell} » est en trop.",
                (
                    "Un texte qui contient le séparateur doit être entre guillemets, par exemple"
                    ' "Salle des fêtes, 1er étage" ; sinon, retirez cette cellule.'
                ),
            ),
            (
                'The row has {found} cells for {width} columns: "{cell}" is one too many.',
                (
                    "A text that contains the separator must be quoted, for example"
                    ' "Village hall, 1st floor"; otherwise remove this cell.'
                ),
            ),
        )
    },
    "blank-row": {
        "": words(
            ("Cette ligne est vide au milieu du fichier.", "Supprimez la ligne."),
            ("This row is empty, in the middle of the file.", "Delete the row."),
        )
    },
    "unique-error": {
        "": words(
            (
                (
                    "La valeur « {cell} » figure déjà à la ligne {first}, or {field} ne doit"
                    " pas avoir"
                    " de doublon."
                ),
                "Supprimez la ligne en double, ou corrigez l'une des deux valeurs.",
            ),
            (
                'The value "{cell}" is already in row {first}, yet {field} must be unique.',
                "Delete the duplicate row, or correct one of the values.",
            ),
        )
    },
    "primary-key": {
        "": words(
            (
                "L'identifiant « {cell} » ({field}) est déjà celui de la ligne {first}.",
                "Donnez à chaque ligne son propre identifiant, ou supprimez la ligne en double.",
            ),
            (
                'The identifier "{cell}" ({field}) is already that of row {first}.',
                "Give each row its own identifier, or delete the duplicate row.",
            ),
        ),
        "empty": words(
            (
                "L'identifiant de la ligne ({field}) est vide.",
                "Donnez à chaque ligne son propre identifiant.",
            ),
            ("The identifier of the row ({field}) is empty.", "Give each row its own identifier."),
        ),
    },
    "foreign-key": {
        "": words(
            (
                "« {cell} » ({field}) ne correspond à aucune valeur de {target}.",
                "Corrigez la référence, ou ajoutez la ligne à laquelle elle renvoie.",
            ),
            (
                '"{cell}" ({field}) matches no value of {target}.',
                "Correct the reference, or add the row that it points to.",
            ),
        ),
        "resource": words(
            (
                "« {missing} » ({field}) n'existe pas dans {target} du fichier {resource}.",
                "Corrigez la référence, ou ajoutez dans {resource} la ligne qu'elle désigne.",
            ),
            (
                '"{missing}" ({field}) is not in the column {target} of the file {resource}.',
                "Correct the reference, or add to {resource} the row that it points to.",
            ),
        ),
    },
    "unchecked-key": {
        "": words(
            (
                "{field} renvoie au fichier {resource}, absent ou illisible : rien n'est vérifié.",
                "Déposez les deux fichiers ensemble.",
            ),
            (
                "{field} refers to the file {resource}, absent or unreadable: it is not checked.",
                "Upload both files together.",
            ),
        )
    },
}
