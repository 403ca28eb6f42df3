"""The subject of an act, from the nomenclature « Actes » of the State's legality control.

Fails: a text before the first slash that is none of the nine subjects; spaces around a slash;
nothing after a slash.
Passes: a subject, whatever its case and accents, alone or followed by /sub-subject; an empty cell.
Source: nomenclature nationale of the programme @CTES (Ministry of the Interior).
"""

import re

from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule, single
from services.validator.engine.suggest import fold, nearest
from services.validator.engine.wording.words import words

SUBJECTS = (
    "Commande publique",
    "Urbanisme",
    "Domaine et patrimoine",
    "Fonction publique",
    "Institutions et vie politique",
    "Libertés publiques et pouvoirs de police",
    "Finances locales",
    "Domaines de compétences par thèmes",
    "Autres domaines de compétences",
)
_FOLDED = frozenset(map(fold, SUBJECTS))
_AROUND_SLASH = re.compile(r"\s*/\s*")


def _judge(text: str) -> Fault | None:
    mended = _AROUND_SLASH.sub("/", text.strip()).strip("/")
    subject, _, rest = mended.partition("/")
    if fold(subject) not in _FOLDED:
        near = nearest(subject, list(SUBJECTS))
        fix = None if near is None else f"{near}/{rest}" if rest else near
        return Fault("subject", {"subject": subject, "subjects": list(SUBJECTS)}, fix=fix)
    if mended != text:
        return Fault("slash", fix=mended)
    return None


def _compile(params: Parameters) -> Check:
    return single(params.column("column"), _judge)


RULE = Rule(
    code="nomenclature-actes-value",
    title={"fr": "Matière hors de la nomenclature Actes", "en": "Subject not in the Actes list"},
    parameters={"column": "column that holds the subject of the act"},
    compile=_compile,
    wording={
        "subject": words(
            (
                "« {subject} » ne fait pas partie des neuf matières de la nomenclature Actes.",
                (
                    "Choisissez l'une de ces matières : {subjects}. Une sous-matière peut"
                    " suivre après"
                    " une barre oblique, par exemple Finances locales/Subventions."
                ),
            ),
            (
                '"{subject}" is none of the nine subjects of the nomenclature Actes.',
                (
                    "Choose one of: {subjects}. A sub-subject may follow after a slash, for example"
                    " Finances locales/Subventions."
                ),
            ),
        ),
        "slash": words(
            (
                "« {cell} » contient une barre oblique de trop, ou un espace à côté d'elle.",
                "Écrivez la matière et la sous-matière sans espace autour de la barre oblique.",
            ),
            (
                '"{cell}" has a slash too many, or a space beside it.',
                "Write the subject and the sub-subject without spaces around the slash.",
            ),
        ),
    },
)
