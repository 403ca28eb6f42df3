"""The badge that a portal shows beside data: one small SVG, made here, no third party."""

from enum import StrEnum
from html import escape

_CHARACTER = 6.6
_PADDING = 12
_TEMPLATE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" '
    'aria-label="{title}"><title>{title}</title>'
    '<rect width="{width}" height="20" rx="3" fill="#3a3a3a"/>'
    '<path d="M{left} 0h{right_less}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{left}z" fill="{colour}"/>'
    '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" '
    'font-size="11"><text x="{label_x}" y="14" textLength="{label_length}">{label}</text>'
    '<text x="{value_x}" y="14" textLength="{value_length}">{value}</text></g></svg>'
)


class BadgeColour(StrEnum):
    """White text on each has a contrast of at least 4.5 (WCAG AA)."""

    GREEN = "#18753c"
    RED = "#ce0500"
    ORANGE = "#b34000"
    GREY = "#666666"


def badge_svg(label: str, value: str, colour: BadgeColour) -> str:
    """An image 20 pixels high; its title says both words to those who do not see it."""
    left = round(len(label) * _CHARACTER + _PADDING)
    right = round(len(value) * _CHARACTER + _PADDING)
    return _TEMPLATE.format(
        width=left + right,
        left=left,
        right_less=right - 3,
        colour=colour.value,
        title=escape(f"{label} : {value}"),
        label=escape(label),
        value=escape(value),
        label_x=left / 2,
        value_x=left + right / 2,
        label_length=left - _PADDING,
        value_length=right - _PADDING,
    )
