"""SVG elements with their texts escaped."""

from collections.abc import Iterable

from markupsafe import Markup, escape


def element(tag: str, content: object = "", /, **attributes: object) -> Markup:
    """An element; `class_` is `class`, `stroke_width` is `stroke-width`, None is left out."""
    given = Markup("").join(
        Markup(' {}="{}"').format(name.rstrip("_").replace("_", "-"), value)
        for name, value in attributes.items()
        if value is not None
    )
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(tag), given, content)  # noqa: S704 – ours


def joined(parts: Iterable[object]) -> Markup:
    """Elements one after the other."""
    return Markup("").join(escape(part) for part in parts)


def picture(
    parts: Iterable[object], *, width: int, height: int, label: str, role: str = "img"
) -> Markup:
    """The whole drawing, named for who does not see it; a `group` when it holds links."""
    return element(
        "svg",
        joined(parts),
        class_="chart",
        viewBox=f"0 0 {width} {height}",
        role=role,
        aria_label=label,
        focusable="false",
    )


def cut(text: str, length: int) -> str:
    """A label that fits."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
