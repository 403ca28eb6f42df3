"""A remark on a schema: where, what, how grave."""

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class AuthoringFinding:
    """`place` is the path in the JSON (`fields[3].constraints.pattern`), `reason` French."""

    severity: Severity
    place: str
    reason: str

    def as_dict(self) -> dict[str, str]:
        """For a problem document or a report."""
        return asdict(self)


def error(place: str, reason: str) -> AuthoringFinding:
    """The schema cannot serve."""
    return AuthoringFinding("error", place[:200], reason)


def warning(place: str, reason: str) -> AuthoringFinding:
    """Something will not act as it was meant."""
    return AuthoringFinding("warning", place[:200], reason)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that a misspelling probably means."""
    folded = {name.lower().replace("_", "").replace("-", ""): name for name in known}
    bare = word[:60].lower().replace("_", "").replace("-", "")
    close = difflib.get_close_matches(bare, folded, n=1, cutoff=0.8)
    return folded[close[0]] if close else None
