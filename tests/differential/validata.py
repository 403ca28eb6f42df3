"""The classes of disagreement with Validata on official examples and real files."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from tests.differential.compare import Said, said
from tests.differential.judge import Judgement

Answer = Mapping[str, Any]

SCHEMA_REFUSED = frozenset({"field-error", "schema-error"})
_CHECKS = frozenset({
    "french-siret-value", "french-siren-value", "nomenclature-actes-value", "year-interval-value",
    "sum-columns-value", "compare-columns-value", "cohesive-columns-value", "one-of-required",
    "phone-number-value", "opening-hours-value", "french-gps-coordinates", "custom-check-error",
})  # fmt: skip

_ENUM_BESIDE_CONSTRAINTS = frozenset({
    "accueil_soignant_experience", "geocodage_qualite", "site_vocadomi", "site_etat",
    "site_evol_urba", "site_moa_type",
})  # fmt: skip


def judge_official(file: str, ours: Answer, theirs: Answer) -> Judgement:
    """`outcome` is `same`, `explained`, `unexplained`, or a class of whole files."""
    if "crash" in theirs:
        name = "no-column-in-common" if "unmatched-header" in theirs["crash"] else "validata-crash"
        return Judgement(name, {name: 1})
    own, other = _said(ours), _said(theirs)
    if own == other:
        return Judgement("same", {})
    codes = {one.code for one in other}
    if codes & SCHEMA_REFUSED:
        return Judgement("schema-refused", {"schema-refused": 1})
    if codes == {"error"}:
        return Judgement("titles-twice", {"titles-twice": 1})
    counted = Counter(
        _class(file, one, mine=one in own, row=_of_row(own | other, one)) for one in own ^ other
    )
    outcome = "unexplained" if "unexplained" in counted else "explained"
    return Judgement(outcome, counted)


def _said(answer: Answer) -> frozenset[Said]:
    """Validata does not tell its own checks apart: neither do we, here."""
    return frozenset(
        Said(one.row, "", "check") if one.code in _CHECKS else one for one in said(answer["found"])
    )


def _of_row(both: frozenset[Said], one: Said) -> frozenset[str]:
    return frozenset(other.code for other in both if other.row == one.row)


def _class(file: str, one: Said, *, mine: bool, row: frozenset[str]) -> str:
    if not mine and "blank-row" in row:
        return "blank-rows"
    if not mine and one.code == "check" and row & {"constraint-error", "type-error"}:
        return "one-cause"
    if not mine and one.code == "type-error" and file.endswith((".xls", ".xlsx")):
        return "typed-cells"
    if mine and one.code == "check" and file.startswith("openmaraude"):
        return "phone"
    if mine and one.code == "constraint-error" and one.field in _ENUM_BESIDE_CONSTRAINTS:
        return "misplaced-constraint"
    return "unexplained"
