"""French as it is printed."""

import re

NO_BREAK = "\u00a0"
# After a sign that wants room before it comes a space, an end or another sign – in an address, a
# letter: « https://… ».
_HIGH_SIGNS = re.compile(r" (?=[»:;?!%€](?!\w))|(?<=«) ")


def typeset(text: str) -> str:
    """French text with no-break spaces where its signs want them: no line begins with a colon."""
    return _HIGH_SIGNS.sub(NO_BREAK, text)
