"""Column names as the schema writes them.

Changes: case, accents, spaces and separators of a name (« Date délib » to `DATE_DELIB`); names
of earlier versions of the schema; stray spaces and invisible characters.
Cannot be wrong: one column of the file and one of the schema, missing so far, have these
letters; an earlier name is known by the title and description that its schema gave it. A name
that merely looks alike is proposed. So is any name under which a column's cells would bring
more errors than the name costs: a correction never adds errors.
Source: the schema, and the earlier versions that its owner published.
"""

from collections.abc import Iterator

from services.validator.engine.repair.change import Change
from services.validator.engine.repair.rules.rule import Situation, TableRule
from services.validator.engine.wording.words import words


def _find(situation: Situation) -> Iterator[tuple[Change, bool]]:
    for rename in situation.renames:
        change = Change(
            RULE.code,
            "applied" if rename.sure else "proposed",
            rename.reason,
            row=1,
            line=situation.label_line,
            column=rename.position + 1,
            field=rename.name,
            before=rename.label,
            after=rename.name,
            params={"count": rename.revealed} if rename.revealed else {},
        )
        yield change, rename.sure and rename.needed


RULE = TableRule(
    code="header-names",
    title={"fr": "Noms des colonnes", "en": "Column names"},
    find=_find,
    wording={
        "": words(
            ("La colonne « {before} » est nommée « {after} ».", ""),
            ('The column "{before}" is named "{after}".', ""),
        ),
        "spaces": words(
            ("Les espaces en trop du nom de colonne « {after} » sont retirés.", ""),
            ('The stray spaces of the column name "{after}" are removed.', ""),
        ),
        "former": words(
            (
                "La colonne « {before} » d'une version antérieure du schéma devient « {after} ».",
                "",
            ),
            ('The column "{before}", a name of an earlier version, becomes "{after}".', ""),
        ),
        "near": words(
            ("Le nom de colonne « {before} » n'est pas dans le schéma.", "Peut-être « {after} » ?"),
            ('The column name "{before}" is not in the schema.', 'Perhaps "{after}"?'),
        ),
        "reveals": words(
            (
                (
                    "La colonne « {before} » semble être « {after} », mais des cellules de cette"
                    " colonne ne conviennent pas."
                ),
                "Nommez-la « {after} », puis corrigez ses cellules : {count}.",
            ),
            (
                'The column "{before}" seems to be "{after}", but some of its cells do not fit.',
                'Name it "{after}", then mend its cells: {count}.',
            ),
        ),
    },
)
