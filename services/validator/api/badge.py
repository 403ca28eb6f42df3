"""The badge that a portal shows beside a file: one small SVG, made here, no third party."""

import hashlib
from dataclasses import dataclass
from html import escape

_CHARACTER = 6.6
_PADDING = 12
_GREEN, _RED, _ORANGE, _GREY = "#18753c", "#ce0500", "#b34000", "#666666"

_TEMPLATE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="20" role="img" '
    'aria-label="{title}"><title>{title}</title>'
    '<rect width="{width}" height="20" rx="3" fill="#3a3a3a"/>'
    '<path d="M{left} 0h{right_less}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{left}z" fill="{colour}"/>'
    '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" '
    'font-size="11"><text x="{label_x}" y="14" textLength="{label_length}">{label}</text>'
    '<text x="{value_x}" y="14" textLength="{value_length}">{value}</text></g></svg>'
)


@dataclass(frozen=True)
class Badge:
    """An image and its validator for caches."""

    svg: str

    @property
    def etag(self) -> str:
        """Strong: the same bytes, the same tag."""
        return f'"{hashlib.sha256(self.svg.encode()).hexdigest()[:32]}"'


def verdict_badge(
    verdict: str | None, *, errors: int = 0, schema: str | None = None, lang: str = "fr"
) -> Badge:
    """`verdict` None: nothing is known. `schema` is a name of the register, or nothing."""
    english = lang == "en"
    label = schema or ("data" if english else "données")
    value, colour = _value(verdict, errors, english=english)
    left = round(len(label) * _CHARACTER + _PADDING)
    right = round(len(value) * _CHARACTER + _PADDING)
    return Badge(
        _TEMPLATE.format(
            width=left + right,
            left=left,
            right_less=right - 3,
            colour=colour,
            title=escape(f"{label} : {value}"),
            label=escape(label),
            value=escape(value),
            label_x=left / 2,
            value_x=left + right / 2,
            label_length=left - _PADDING,
            value_length=right - _PADDING,
        )
    )


def _value(verdict: str | None, errors: int, *, english: bool) -> tuple[str, str]:
    if verdict == "invalid":
        plural = "s" if errors > 1 else ""
        count = f"{errors:,}".replace(",", "," if english else "\u202f")
        word = "error" if english else "erreur"
        return f"{count} {word}{plural}", _RED
    fr, en, colour = {
        "valid": ("valide", "valid", _GREEN),
        "unreadable": ("illisible", "unreadable", _ORANGE),
        "no-schema": ("sans schéma", "no schema", _GREY),
    }.get(verdict or "", ("non vérifié", "not checked", _GREY))
    return (en if english else fr), colour
