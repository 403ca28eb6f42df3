"""The two languages of a finding."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sentence:
    """Templates for `str.format`: what was found and expected, then how to mend it.

    `{count:ligne|lignes}` is a number with its noun. Where the finding carries a fix,
    « Écrivez … » stands in place of the hint.
    """

    message: str
    hint: str = ""


Words = Mapping[str, Sentence]
"""By language: `fr` and `en`."""


def words(fr: tuple[str, str], en: tuple[str, str]) -> Words:
    """Both languages at once, so that neither is forgotten."""
    return {"fr": Sentence(*fr), "en": Sentence(*en)}
