"""Words that say the same: `data/synonyms.txt`, as the search compares them."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from services.catalogue.models.text import STOP_WORDS, plain

Form = tuple[str, ...]


def meaningful(words: Form) -> Form:
    """The words without those that carry no meaning, unless there are no others."""
    return tuple(word for word in words if word not in STOP_WORDS) or words


@cache
def synonyms() -> Mapping[Form, tuple[Form, ...]]:
    """For each form the other forms of its groups."""
    groups: dict[Form, dict[Form, None]] = defaultdict(dict)
    text = (files("services.catalogue") / "data" / "synonyms.txt").read_text("utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        forms = [meaningful(tuple(plain(form).split())) for form in line.split("=")]
        for form in forms:
            groups[form].update(dict.fromkeys(other for other in forms if other != form))
    return {form: tuple(others) for form, others in groups.items()}


@cache
def longest_form() -> int:
    """Words of the longest form."""
    return max(map(len, synonyms()))
