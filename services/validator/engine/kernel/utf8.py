"""Whether bytes are UTF-8, as strictly as Python's own decoder."""

# ruff: noqa: ANN001, ANN201 - plain code for the compiler, which infers its types
# mypy: allow-untyped-defs, allow-untyped-calls, allow-untyped-decorators

from services.validator.engine.kernel import layout as at
from services.validator.engine.kernel.primitives import (
    compiled,
    high_mask,
    less_mask,
    load8,
    lowest_bit,
)

WRONG = -1


@compiled
def second_range(lead):
    """The bytes that may follow a lead of three or four: no overlong form, no surrogate."""
    if lead == 0xE0:
        return 0xA0, 0xBF
    if lead == 0xED:
        return 0x80, 0x9F
    if lead == 0xF0:
        return 0x90, 0xBF
    if lead == 0xF4:
        return 0x80, 0x8F
    return 0x80, 0xBF


@compiled
def sequence(position, end):
    """Bytes of the character here; 0 when it is cut by the end, `WRONG` when it is none."""
    lead = load8(position)
    if lead >= 0xC2 and lead <= 0xDF:
        length = 2
    elif lead >= 0xE0 and lead <= 0xEF:
        length = 3
    elif lead >= 0xF0 and lead <= 0xF4:
        length = 4
    else:
        return WRONG
    low, high = second_range(lead)
    for index in range(1, length):
        if position + index >= end:
            return 0
        byte = load8(position + index)
        if byte < low or byte > high:
            return WRONG
        low, high = 0x80, 0xBF
    return length


@compiled
def are_pairs(position, leads, open_lead):
    """Whether the 64 bytes here surely are characters of one or two bytes, these the leads of two.

    `open_lead` is 1 when the byte before them is a lead. Western texts have hardly any longer
    character.
    """
    seconds = less_mask(position, 0xC0) & high_mask(position)
    if high_mask(position) != leads | seconds or (seconds & 1) != open_lead:
        return False
    return ((seconds >> 1) & at.HIGHEST) == (leads & at.HIGHEST)


@compiled
def checked(position, end):
    """Where the check came to: the end, a character cut by it, or `WRONG`."""
    open_lead = 0
    while position < end:
        leads = less_mask(position, 0xE0) & ~less_mask(position, 0xC2)
        if position + 64 <= end and are_pairs(position, leads, open_lead):
            open_lead = (leads >> 63) & 1
            position += 64
            continue
        position -= open_lead
        open_lead = 0
        found = high_mask(position)
        if found == 0:
            position += 64
            continue
        position += lowest_bit(found)
        if position >= end:
            break
        length = sequence(position, end)
        if length == WRONG:
            return WRONG
        if length == 0:
            return position
        position += length
    return end - open_lead
