"""What the badge of a file says: the last verdict, in few words."""

from shared.http.badge import BadgeColour, badge_svg


def verdict_badge(
    verdict: str | None, *, errors: int = 0, schema: str | None = None, lang: str = "fr"
) -> str:
    """An SVG. `verdict` None: nothing is known. `schema` is a name of the register, or nothing."""
    english = lang == "en"
    label = schema or ("data" if english else "données")
    return badge_svg(label, *_value(verdict, errors, english=english))


def _value(verdict: str | None, errors: int, *, english: bool) -> tuple[str, BadgeColour]:
    if verdict == "invalid":
        plural = "s" if errors > 1 else ""
        count = f"{errors:,}".replace(",", "," if english else "\u202f")
        word = "error" if english else "erreur"
        return f"{count} {word}{plural}", BadgeColour.RED
    fr, en, colour = {
        "valid": ("valide", "valid", BadgeColour.GREEN),
        "unreadable": ("illisible", "unreadable", BadgeColour.ORANGE),
        "no-schema": ("sans schéma", "no schema", BadgeColour.GREY),
    }.get(verdict or "", ("non vérifié", "not checked", BadgeColour.GREY))
    return (en if english else fr), colour
