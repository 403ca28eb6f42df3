"""Walking ISO 19139 and Dublin Core by local names, whatever their prefixes. Pure."""

from collections.abc import Iterator

from services.harvester.connectors.markup import Element, elements, local_name, text_in
from services.harvester.connectors.values.texts import clean_text

_TEXTS = frozenset({"CharacterString", "Anchor", "LocalisedCharacterString"})


def children(element: Element, name: str) -> Iterator[Element]:
    """Children of a local name; `*` for all."""
    for child in element.iterchildren("*"):
        if name in {"*", local_name(str(child.tag))}:
            yield child


def at(element: Element, path: str) -> Iterator[Element]:
    """Every element at a path of local names; `a//b` is `b` at any depth below `a`."""
    name, _, rest = path.partition("/")
    anywhere = not name
    if anywhere:
        name, _, rest = rest.partition("/")
    for each in _below(element, name) if anywhere else children(element, name):
        if rest:
            yield from at(each, rest)
        else:
            yield each


def _below(element: Element, name: str) -> Iterator[Element]:
    return (e for e in elements(element) if e is not element and named(e) == name)


def first(element: Element, *paths: str) -> Element | None:
    """The first element at the first path that has one."""
    return next((found for path in paths for found in at(element, path)), None)


def named(element: Element) -> str:
    """The local name."""
    return local_name(str(element.tag))


def attribute(element: Element, name: str) -> str | None:
    """An attribute by its local name."""
    for key, value in element.attrib.items():
        if local_name(str(key)) == name:
            return str(value).strip() or None
    return None


def text_of(element: Element | None) -> str | None:
    """The text of an ISO property: plain, anchored or by language, French preferred.

    A property said to be missing has none, even when a text is there.
    """
    if element is None or attribute(element, "nilReason"):
        return None
    localised = {
        (attribute(each, "locale") or "").lstrip("#").lower(): text_in(each)
        for each in at(element, "/LocalisedCharacterString")
        if text_in(each).strip()
    }
    for locale, said in localised.items():
        if locale.startswith(("fr", "locale-fr")):
            return clean_text(said)
    for child in children(element, "*"):
        if named(child) in _TEXTS and (plain := clean_text(text_in(child))):
            return plain
    if localised:
        return clean_text(next(iter(localised.values())))
    return clean_text(text_in(element))


def texts_at(element: Element, *paths: str) -> list[str]:
    """The texts of every element at the paths."""
    return [said for path in paths for each in at(element, path) if (said := text_of(each))]


def text_at(element: Element, *paths: str) -> str | None:
    """The first text at the paths."""
    return next(iter(texts_at(element, *paths)), None)


def codes_at(element: Element, path: str) -> list[str]:
    """Values of a code list: the attribute, else the text, which should be the same."""
    found = ((attribute(e, "codeListValue") or clean_text(text_in(e))) for e in at(element, path))
    return [code for code in found if code]
