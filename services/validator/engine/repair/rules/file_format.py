"""A comma-separated file, from whatever the table came in.

Changes: a sheet of a spreadsheet is written as CSV; semicolons, tabs and bars between cells,
and spaces after them, become commas.
Cannot be wrong: the cells are the ones that the engine read, quoted where they hold a comma;
the written file is read again and compared cell by cell before it is handed out.
Source: RFC 4180; the SCDL schemas ask for commas.
"""

from collections.abc import Iterator

from services.validator.engine.repair.change import Change
from services.validator.engine.repair.rules.rule import Situation, TableRule
from services.validator.engine.wording.words import words

_SPREADSHEETS = frozenset({"xlsx", "xls", "ods"})
_NAMES = {";": ";", "\t": "TAB", "|": "|", ",": ","}


def _find(situation: Situation) -> Iterator[tuple[Change, bool]]:
    facts = situation.facts
    if facts.container is not None:
        yield Change(RULE.code, reason="unpacked", before=facts.container, after="csv"), False
    if facts.format not in {"csv", "tsv"}:
        is_sheet = facts.format in _SPREADSHEETS and facts.sheet is not None
        reason = "sheet" if is_sheet else "converted"
        params = {"sheet": facts.sheet} if is_sheet else {}
        change = Change(RULE.code, reason=reason, before=facts.format, after="csv", params=params)
        yield change, False
        return
    delimiter = facts.delimiter or ","
    if delimiter != ",":
        name = _NAMES.get(delimiter, delimiter)
        yield Change(RULE.code, reason="delimiter", before=name, after=","), False
    if any(warning.code == "padded-delimiter" for warning in situation.warnings):
        yield Change(RULE.code, reason="padded", before=f"{delimiter} ", after=","), False


RULE = TableRule(
    code="file-format",
    title={"fr": "Format du fichier", "en": "File format"},
    find=_find,
    wording={
        "sheet": words(
            ("La feuille « {sheet} » est écrite au format CSV.", ""),
            ('The sheet "{sheet}" is written as CSV.', ""),
        ),
        "unpacked": words(
            ("Le fichier est sorti de son archive {before}.", ""),
            ("The file is taken out of its {before} archive.", ""),
        ),
        "converted": words(
            ("Le fichier, au format {before}, est écrit au format CSV.", ""),
            ("The file, in {before} format, is written as CSV.", ""),
        ),
        "delimiter": words(
            ("Les cellules, séparées par « {before} », le sont par des virgules.", ""),
            ('The cells, separated by "{before}", are separated by commas.', ""),
        ),
        "padded": words(
            ("Les espaces après les séparateurs sont retirés.", ""),
            ("The spaces after the separators are removed.", ""),
        ),
    },
)
