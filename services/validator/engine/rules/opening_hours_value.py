"""Opening hours in the notation of OpenStreetMap.

Fails: a text outside the grammar, such as « lundi 9h-12h ».
Passes: Mo-Fr 08:30-12:00,13:30-17:30; 24/7; an empty cell.
Source: wiki.openstreetmap.org, Key:opening_hours/specification, as read by opening-hours-rs.
"""

import opening_hours

from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule, single
from services.validator.engine.wording.words import words

_MAX = 2_000


def _judge(text: str) -> Fault | None:
    return None if len(text) <= _MAX and opening_hours.validate(text) else Fault()


def _compile(params: Parameters) -> Check:
    return single(params.column("column"), _judge)


RULE = Rule(
    code="opening-hours-value",
    title={"fr": "Horaires d'ouverture mal écrits", "en": "Malformed opening hours"},
    parameters={"column": "column that holds the opening hours"},
    compile=_compile,
    wording={
        "": words(
            (
                "Les horaires « {cell} » ne suivent pas la notation d'OpenStreetMap.",
                (
                    "Écrivez les jours en anglais abrégé et les heures sur quatre chiffres, par"
                    " exemple Mo-Fr 08:30-12:00,13:30-17:30; Sa 09:00-12:00."
                ),
            ),
            (
                'The hours "{cell}" do not follow the notation of OpenStreetMap.',
                (
                    "Write abbreviated days and four-digit hours, for example"
                    " Mo-Fr 08:30-12:00,13:30-17:30; Sa 09:00-12:00."
                ),
            ),
        ),
    },
)
