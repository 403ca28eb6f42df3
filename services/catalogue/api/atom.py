"""Events as an Atom feed (RFC 4287)."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from lxml import etree

from services.catalogue.api.event_texts import event_summary, event_title
from services.catalogue.models.event import Event
from services.catalogue.models.wording import Language, wording

MEDIA_TYPE = "application/atom+xml"
_ATOM = "{http://www.w3.org/2005/Atom}"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DEFAULT: Any = {None: _ATOM.strip("{}")}  # the stubs know no default namespace
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def atom_feed(
    events: Sequence[Event], *, address: str, public_url: str, name: str | None, language: Language
) -> str:
    """The feed at `address`, which is its id for good; `name` says what it is limited to.

    An entry's id is the event's own and never changes, its link the dataset's page.
    """
    words = wording(language)
    title = f"{words['feed.title']} – {name}" if name else words["feed.title"]
    updated = events[0].at if events else datetime(2026, 1, 1, tzinfo=UTC)
    feed = etree.Element(f"{_ATOM}feed", nsmap=_DEFAULT)
    feed.set(_LANG, language)
    _add(feed, "id", address)
    _add(feed, "title", title)
    _add(feed, "subtitle", words["feed.subtitle"])
    _add(feed, "updated", _moment(updated))
    _add(_add(feed, "author"), "name", "Socle")
    _add(feed, "link", rel="self", type=MEDIA_TYPE, href=address)
    _add(feed, "link", rel="alternate", type="text/html", href=f"{public_url}/")
    for event in events:
        _add_entry(feed, event, public_url, language)
    written: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8")
    return written.decode()


def _add_entry(feed: etree._Element, event: Event, public_url: str, language: Language) -> None:
    entry = _add(feed, "entry")
    _add(entry, "id", f"urn:uuid:{event.id}")
    _add(entry, "title", event_title(event, language))
    _add(entry, "updated", _moment(event.at))
    _add(entry, "published", _moment(event.at))
    _add(_add(entry, "author"), "name", event.organization_name or "Socle")
    page = f"{public_url}/jeux/{event.dataset_id}"
    _add(entry, "link", rel="alternate", type="text/html", href=page)
    _add(entry, "summary", event_summary(event, language))
    for term in (event.kind.value, *event.schemas):
        _add(entry, "category", term=term)


def _add(
    parent: etree._Element, name: str, text: str | None = None, **attributes: str
) -> etree._Element:
    """A child; its text without what XML cannot hold."""
    child = etree.SubElement(parent, _ATOM + name)
    child.text = None if text is None else _NOT_XML.sub("", text)
    for key, value in attributes.items():
        child.set(key, _NOT_XML.sub("", value))
    return child


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
