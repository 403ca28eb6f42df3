"""One file judged by both: in agreement, or of which classes of disagreement."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.differential.classes import class_of, whole_file_class
from tests.differential.compare import Dispute, disputes, said
from tests.differential.nasty import Case

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Judgement:
    """`outcome`: `same`, `same-told`, `explained`, `unexplained`, or a class of whole
    files. `same-told`: the same once frictionless is spared the dialect and the encoding.
    """

    outcome: str
    classes: Mapping[str, int]
    common: int = 0
    """Errors that both say."""

    unexplained: tuple[Dispute, ...] = ()


def judge(case: Case, ours: Answer, theirs: Answer, theirs_plain: Answer) -> Judgement:
    """`theirs` is of the nasty file, `theirs_plain` of its plain twin."""
    own, plain = said(ours["found"]), said(theirs_plain.get("found", ()))
    if "found" in theirs and own == said(theirs["found"]):
        return Judgement("same", {}, len(own))
    if own == plain:
        return Judgement("same-told", {}, len(own))
    whole = whole_file_class(theirs_plain, plain)
    if whole is not None and not any(one.code == "unmatched-header" for one in own):
        return Judgement(whole, {whole: 1})
    counted: Counter[str] = Counter()
    unexplained = []
    for dispute in disputes(case, own, plain):
        name = class_of(dispute)
        if name is None:
            unexplained.append(dispute)
        else:
            counted[name] += 1
    common = len(own & plain)
    if not unexplained:
        return Judgement("explained" if counted else "same-told", counted, common)
    return Judgement("unexplained", counted, common, tuple(unexplained))
