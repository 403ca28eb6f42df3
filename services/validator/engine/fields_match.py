"""`fieldsMatch` of Table Schema 2: how strictly the columns of a file are compared.

A schema that does not say is read as towns expect: by name, in any order, optional columns may
be missing and others may be there. `partial` asks no more; `exact`, `equal`, `subset` ask for
every field; `exact`, `equal`, `superset` allow no other column; `exact` wants their order too.
"""

from collections.abc import Sequence
from dataclasses import replace

from services.validator.engine.findings import Finding

_EVERY_FIELD = frozenset({"exact", "equal", "subset"})
_NO_OTHER = frozenset({"exact", "equal", "superset"})
_SHOWN = 10


def stricter(
    match: str,
    warnings: Sequence[Finding],
    found: Sequence[str],
    expected: Sequence[str],
    line: int,
) -> tuple[list[Finding], list[Finding]]:
    """(errors, warnings): the remarks that the schema makes errors, and those that remain.

    `found` and `expected` are the fields that both have, in the file's order and the schema's.
    """
    errors: list[Finding] = []
    kept: list[Finding] = []
    for finding in warnings:
        if finding.code == "missing-optional-label" and match in _EVERY_FIELD:
            errors.append(replace(finding, code="missing-label"))
        elif finding.code == "extra-label" and match in _NO_OTHER:
            errors.append(replace(finding, reason="forbidden"))
        else:
            kept.append(finding)
    if match == "exact" and list(found) != list(expected):
        params = {"found": list(found[:_SHOWN]), "expected": list(expected[:_SHOWN])}
        errors.append(Finding("misordered-labels", "", 1, line, params=params))
    return errors, kept
