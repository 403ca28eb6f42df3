"""`socle validate --fix`: the corrected file, and what was changed in it."""

import asyncio
import sys
from pathlib import Path

from services.validator.adapters.correct import correct_file
from services.validator.engine.repair import sentence, summary
from services.validator.engine.wording.render import Lang
from services.validator.schemas.model import Schema
from services.validator.schemas.register import SchemaRegister
from shared.errors import InvalidInputError

_SHOWN_CHANGES = 20


def fix(
    path: Path, name: str, schema: Schema, register: SchemaRegister, target: Path, lang: Lang
) -> None:
    """Write the corrected file, and say on stderr what was changed and what is left to see."""
    if schema.kind != "tableschema":
        raise InvalidInputError(
            "Seuls les tableaux se corrigent d'eux-mêmes, pas les documents JSON ni les paquets "
            "de plusieurs fichiers."
        )
    draft = target.with_name(f".{target.name}.socle")
    try:
        draft.touch()
    except OSError as error:
        raise InvalidInputError(f"Impossible d'écrire {target} : {error.strerror}.") from error
    try:
        correction = asyncio.run(
            correct_file(path, name=name, schema=schema, register=register, sink=draft)
        )
        if correction.outcome == "written":
            draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    _say(summary(correction, lang))
    for change in (*correction.applied, *correction.proposed)[:_SHOWN_CHANGES]:
        mark = "✓" if change.kind == "applied" else "?"
        place = f"ligne {change.line}" if lang == "fr" else f"line {change.line}"
        where = f"{place} : " if change.line else ""
        told = " ".join(filter(None, sentence(change, lang)))
        _say(f"  {mark} {where}{told}")
    hidden = sum(c.applied + c.proposed for c in correction.counts.values()) - _SHOWN_CHANGES
    if hidden > 0:
        _say(f"  … {hidden} de plus" if lang == "fr" else f"  … {hidden} more")
    if correction.outcome == "written":
        written = "Fichier corrigé écrit" if lang == "fr" else "Corrected file written"
        _say(f"{written} : {target}")


def _say(line: str) -> None:
    """No control character of a cell reaches the terminal."""
    plain = "".join(letter if letter.isprintable() else " " for letter in line)
    sys.stderr.write(plain + "\n")
