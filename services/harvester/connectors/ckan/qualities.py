"""Licence, rhythm, period, place, schema and subjects of a package. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from services.harvester.connectors.ckan.fields import Fields, line_of, lines_of, localised, unpacked
from services.harvester.connectors.values.addresses import is_web_address
from services.harvester.connectors.values.dates import parse_interval, parse_period
from services.harvester.connectors.values.frequencies import resolve_frequency
from services.harvester.connectors.values.licences import Licence, resolve_licence
from services.harvester.connectors.values.members import listed, mapping
from services.harvester.connectors.values.places import (
    bounding_box,
    normalise_zone,
    read_geometry,
    spatial_of,
)
from services.harvester.connectors.values.schemas import (
    is_register_name,
    names_a_schema,
    schema_reference,
)
from services.harvester.connectors.values.texts import clean_line
from shared.contracts.records import (
    Period,
    SchemaReference,
    Spatial,
)

# Ids that say little: anything else that the package states about its licence comes first.
_VAGUE = frozenset(
    {"notspecified", "other-open", "other-closed", "other-at", "other-nc", "other-pd"}
)
_BOX = ("west-long", "south-lat", "east-long", "north-lat")


def licence_of(fields: Fields) -> Licence:
    """license_id, license_title, the extra `licence`, license_url, those of the resources."""
    values = [fields.top.get("license_id"), fields.top.get("license_title")]
    values += fields.values("licence", "license")
    values.append(fields.top.get("license_url"))
    values += [mapping(each).get("license") for each in listed(fields.top.get("resources"))]
    texts = lines_of(values)
    return resolve_licence(sorted(texts, key=lambda text: text.lower() in _VAGUE))


def frequency_of(fields: Fields, warnings: list[str]) -> str | None:
    """Whatever name the site gives to it."""
    word = fields.line(
        "frequency", "frequency-of-update", "accrual_periodicity", "update_frequency", "update_freq"
    )
    frequency = resolve_frequency(word)
    if frequency == "unknown" and word and not word.lower().endswith("unknown"):
        warnings.append(f"Fréquence de mise à jour non reconnue : « {word} ».")
    return frequency


def temporal_of(fields: Fields) -> Period | None:
    """Two extras, or the first readable of a list of periods, or a text."""
    start = fields.line("temporal_start", "temporal_coverage_from", "temporal-extent-begin")
    end = fields.line("temporal_end", "temporal_coverage_to", "temporal-extent-end")
    if period := parse_period(start, end):
        return period
    for value in listed(fields.first("temporal_coverage", "temporal")):
        member = mapping(value)
        period = (
            parse_period(member.get("start"), member.get("end"))
            if member
            else parse_interval(value)
            if isinstance(value, str)
            else None
        )
        if period:
            return period
    return None


def spatial_in(fields: Fields, warnings: list[str]) -> Spatial | None:
    """Zones, the first geometry that can be read, and a name."""
    places = [mapping(each) for each in listed(fields.first("spatial_coverage"))]
    stated = [*fields.values("spatial")]
    stated += [place.get(part) for place in places for part in ("geom", "bbox", "centroid")]
    geometry = next(filter(None, (read_geometry(unpacked(each)) for each in stated)), None)
    sides = [fields.line(f"bbox-{side}", f"bbox_{side}") for side in _BOX]
    if geometry is None and all(sides):
        geometry = bounding_box(*sides)
    uris = lines_of([*fields.values("spatial_uri", "spatial-uri"), *(p.get("uri") for p in places)])
    zones = [zone for uri in uris if (zone := normalise_zone(uri))]
    names = lines_of(
        [*fields.values("spatial_text", "spatial-text"), *(p.get("text") for p in places)]
    )
    # A text that is no geometry names a place; what looks like one was meant to be one.
    words = [each for each in fields.values("spatial", "spatial_coverage") if isinstance(each, str)]
    names += [word for word in words if word[0] not in "{[" and read_geometry(word) is None]
    if geometry is None and any(
        isinstance(each, dict) or each not in names for each in stated if each
    ):
        warnings.append("Emprise géographique illisible : elle est laissée de côté.")
    known = [zone for zone in zones if zone.startswith(("fr:", "country:"))]
    return spatial_of(known, geometry, clean_line(next(iter([*names, *uris]), None)))


def schema_of(*values: object) -> SchemaReference | None:
    """The first schema of tables among addresses, names and objects.

    A Frictionless description without an address says nothing beyond what the columns say.
    """
    for value in values:
        for part in listed(unpacked(value)):
            if found := _schema(part):
                return found
    return None


def reference_date(fields: Fields, *kinds: str) -> object:
    """A date of a CSW record, by the first of its types that is there."""
    dates = [mapping(each) for each in listed(fields.first("dataset-reference-date"))]
    for kind in kinds:
        for each in dates:
            if each.get("type") == kind:
                return each.get("value")
    return None


def language_of(fields: Fields) -> str | None:
    """The last part of an address (`FRE`), or the word, in lower case; French first."""
    codes = [
        line.rstrip("/").rsplit("/", 1)[-1].lower()[:20]
        for line in lines_of(fields.values("language", "metadata-language"))
    ]
    return next(iter([code for code in codes if code.startswith("fr")] or codes), None)


def _schema(value: object) -> SchemaReference | None:
    if isinstance(value, dict):
        name, address = clean_line(value.get("name")), clean_line(value.get("url"))
        named = name if is_register_name(name) else None
        return schema_reference(named, value.get("version"), address)
    text = clean_line(value)
    if text is None:
        return None
    known = names_a_schema(text) if is_web_address(text) else is_register_name(text)
    return schema_reference(name=text) if known else None


def themes_of(fields: Fields) -> tuple[str, ...]:
    """Groups, which are themes in CKAN and publishers in DKAN, and the extra `theme`."""
    groups: Iterable[Mapping[str, Any]] = (
        () if fields.is_dkan else map(mapping, listed(fields.top.get("groups")))
    )
    names = [
        line_of(group.get("title_translated"), group.get("title"), group.get("display_name"))
        or line_of(group.get("name"))
        for group in groups
    ]
    return tuple(lines_of([*names, *fields.values("theme", "themes")]))


def keywords_of(fields: Fields) -> list[object]:
    """Tags as objects or texts, and keywords by language."""
    found: list[object] = []
    for tag in listed(unpacked(fields.top.get("tags"))):
        is_object = isinstance(tag, dict)
        found.append(line_of(tag.get("display_name"), tag.get("name")) if is_object else tag)
    for value in fields.values("keywords", "tag_string"):
        found += listed(localised(value))
    return found
