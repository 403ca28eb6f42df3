"""French as it is printed."""

import re

NO_BREAK = "\u00a0"
# After a sign that wants room before it comes a space, an end or another sign – in an address, a
# letter: « https://… ».
_HIGH_SIGNS = re.compile(r" (?=[»:;?!%€](?!\w))|(?<=«) ")


def counted(number: int, one: str, many: str) -> str:
    """`0 ligne`, `1 ligne`, `2 lignes`: in French the plural begins at two."""
    return f"{number} {one if number < 2 else many}"


def typeset(text: str) -> str:
    """French text with no-break spaces where its signs want them: no line begins with a colon."""
    return _HIGH_SIGNS.sub(NO_BREAK, text)
