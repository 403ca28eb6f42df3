"""How often a dataset changes, in udata's words, from five vocabularies."""

import re
from collections.abc import Mapping
from functools import cache

from services.harvester.connectors.values.texts import letters
from services.harvester.connectors.vocabularies import vocabulary

_REPEAT = re.compile(r"^R\d*/", re.IGNORECASE)


def resolve_frequency(value: object) -> str | None:
    """The word of udata, `unknown` for a text that no vocabulary has, `None` for no text."""
    if not isinstance(value, str) or not value.strip():
        return None
    word = letters(_REPEAT.sub("", value.strip()))
    # The EU authority, purl.org and others: the last part of the address is the code.
    code = letters(re.split(r"[/#]", value.strip().rstrip("/"))[-1])
    known = _known_words()
    return known.get(word) or known.get(code) or "unknown"


@cache
def _known_words() -> Mapping[str, str]:
    return {
        letters(name): canonical
        for canonical, names in vocabulary("frequencies").items()
        for name in (canonical, *names)
    }
