"""What is wrong in a schema itself, in French: the engine states it in English, once.

The engine's own words are the key, so that a problem that is reworded without its
translation is noticed by the test, and reads in English until then.
"""

import re

_PROBLEMS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), french)
    for pattern, french in (
        (r"a name of its own is expected", "un nom, différent des autres, est attendu"),
        (r"schema not at hand: (.*)", "le schéma « {} » n'a pas été trouvé"),
        (r"a list of 1 to (\d+) is expected", "une liste de 1 à {} éléments est attendue"),
        (
            r"a list of at most (\d+) values is expected",
            "une liste d'au plus {} valeurs est attendue",
        ),
        (r"an object is expected", "un objet est attendu"),
        (r"unknown resource (.*)", "la ressource {} n'existe pas"),
        (r"unknown field (.*) of (.*)", "le champ {} n'existe pas dans {}"),
        (r"unknown field (.*)", "le champ {} n'existe pas"),
        (r"(.*) is not of the field's type", "{} n'est pas une valeur du type du champ"),
        (r"pattern longer than (\d+) characters", "motif de plus de {} caractères"),
        (
            r"not a regular expression: (.*)",
            "ce n'est pas une expression régulière utilisable ({})",
        ),
        (r"unknown reference: (.*)", "la référence « {} » ne mène à rien"),
        (r"references without end", "ses références tournent en rond"),
        (r"not a JSON Schema", "ce n'est pas un JSON Schema"),
        (r"more than (\d+) parts", "plus de {} éléments"),
        (r"more than (\d+) levels", "plus de {} niveaux d'imbrication"),
        (r"more than (\d+) fields", "plus de {} champs"),
        (r"a non-empty list is expected", "une liste non vide est attendue"),
        (r"name used twice: (.*)", "le nom « {} » est donné à deux champs"),
        (r"a field needs a name", "un champ doit avoir un nom"),
        (r"unknown type (.*)", "le type {} n'existe pas"),
        (r"a text is expected", "un texte est attendu"),
        (r"a whole number is expected", "un nombre entier est attendu"),
        (r"a list is expected", "une liste est attendue"),
        (r"one of (.*) is expected", "une de ces valeurs est attendue : {}"),
        (r"fields and reference are expected", "« fields » et « reference » sont attendus"),
        (
            r"as many fields as referenced fields are expected",
            "il faut autant de champs que de champs visés",
        ),
        (r"a check needs a name", "un contrôle doit avoir un nom"),
        (r"the name of a check is expected", "le nom d'un contrôle est attendu"),
        (r"a column name is expected", "le nom d'une colonne est attendu"),
        (r"column names are expected", "des noms de colonnes sont attendus"),
        (r"a year or latest is expected", "une année ou « latest » est attendue"),
        (r"not allowed by JSON Schema: (.*)", "JSON Schema ne le permet pas ({})"),
    )
)


def problem_in_french(problem: str) -> str:
    """The problem in French; as it is when nothing translates it."""
    for pattern, french in _PROBLEMS:
        if found := pattern.fullmatch(problem):
            return french.format(*found.groups())
    return problem
