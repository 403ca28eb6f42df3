"""Characters in UTF-8, without a mark at the beginning.

Changes: windows-1252, ISO 8859-15, Mac OS Roman, CP850 and UTF-16 to UTF-8; single lines in
windows-1252 inside a UTF-8 file; the byte order mark is left out.
Cannot be wrong: the text is the one that the engine read and judged; each line that mixed two
encodings is listed. A byte that means nothing is not repaired, and this is said.
Source: the SCDL schemas ask for UTF-8; RFC 3629 §6 advises against the mark.
"""

from collections.abc import Iterator

from services.validator.engine.repair.change import Change
from services.validator.engine.repair.rules.rule import Situation, TableRule
from services.validator.engine.wording.words import words

_RIGHT = frozenset({None, "utf-8"})


def _find(situation: Situation) -> Iterator[tuple[Change, bool]]:
    encoding = situation.facts.encoding
    if encoding not in _RIGHT:
        yield Change(RULE.code, before=encoding, after="utf-8"), False
    elif situation.has_bom:
        yield Change(RULE.code, reason="mark", before="utf-8 BOM", after="utf-8"), False
    for finding in situation.errors:
        if finding.code == "encoding-error":
            byte = str(finding.params.get("byte", ""))
            meant = bytes([int(byte, 16)]).decode("cp1252", "replace") if byte else ""
            lost = "\ufffd" in meant
            change = Change(
                RULE.code,
                "proposed" if lost else "applied",
                "lost" if lost else "mixed",
                line=finding.line,
                before=byte,
                after=None if lost else meant,
            )
            yield change, not lost


RULE = TableRule(
    code="encoding",
    title={"fr": "Encodage", "en": "Encoding"},
    find=_find,
    wording={
        "": words(
            ("Le fichier, lu en {before}, est écrit en UTF-8.", ""),
            ("The file, read as {before}, is written in UTF-8.", ""),
        ),
        "mark": words(
            ("La marque invisible au début du fichier (BOM) est retirée.", ""),
            ("The invisible mark at the beginning of the file (BOM) is removed.", ""),
        ),
        "mixed": words(
            ("Ligne {line} : l'octet {before} est lu « {after} » et écrit en UTF-8.", ""),
            ('Line {line}: the byte {before} is read as "{after}" and written in UTF-8.', ""),
        ),
        "lost": words(
            (
                "Ligne {line} : l'octet {before} ne correspond à aucun caractère.",
                "Retapez le mot où apparaît le signe �.",
            ),
            (
                "Line {line}: the byte {before} is no character.",
                "Type the word with the sign � again.",
            ),
        ),
    },
)
