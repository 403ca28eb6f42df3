"""What portals write in dates, addresses, formats, licences, places and texts."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.connectors.values.addresses import clean_url, on_host_of, same_host
from services.harvester.connectors.values.dates import (
    parse_interval,
    parse_moment,
    parse_period,
    past_moment,
)
from services.harvester.connectors.values.formats import clean_mime, is_service, resolve_format
from services.harvester.connectors.values.frequencies import resolve_frequency
from services.harvester.connectors.values.identifiers import clean_siren, clean_siret, seat_of
from services.harvester.connectors.values.licences import resolve_licence
from services.harvester.connectors.values.places import normalise_zone, read_geometry
from services.harvester.connectors.values.schemas import schema_reference
from services.harvester.connectors.values.texts import clean_keywords, clean_line, clean_text

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-06T15:15:18.000000+00:00", datetime(2024, 5, 6, 15, 15, 18, tzinfo=UTC)),
        ("2024-05-06T15:15:18", datetime(2024, 5, 6, 15, 15, 18, tzinfo=UTC)),
        ("2024-05-06T00:30:00+02:00", datetime(2024, 5, 5, 22, 30, tzinfo=UTC)),
        ("2024-05-06Z", datetime(2024, 5, 6, tzinfo=UTC)),
        ("2024", datetime(2024, 1, 1, tzinfo=UTC)),
        ("2024-05", datetime(2024, 5, 1, tzinfo=UTC)),
        ("31/12/2023", datetime(2023, 12, 31, tzinfo=UTC)),
        ("12 août 2023", datetime(2023, 8, 12, tzinfo=UTC)),
        ("1er mars 2021", datetime(2021, 3, 1, tzinfo=UTC)),
        ("1555668141000", datetime(2019, 4, 19, 10, 2, 21, tzinfo=UTC)),
        (1555668141000, datetime(2019, 4, 19, 10, 2, 21, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_in_every_way_that_portals_write_it(
    text: object, expected: datetime
) -> None:
    assert parse_moment(text) == expected


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00", "R/P1W", "", "hier", "31/02/2023", None])
def test_what_is_no_date_gives_none(text: object) -> None:
    assert parse_moment(text) is None


def test_a_date_in_the_future_is_not_believed_beyond_a_day() -> None:
    assert past_moment("2026-11-24T10:00:00Z", NOW) is not None
    assert past_moment("2027-01-01", NOW) is None


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2004-11-03T00:00:00+01:00\n   /\n   2005-03-30", date(2004, 11, 3), date(2005, 3, 30)),
        ("2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("2019-12", date(2019, 12, 1), date(2019, 12, 31)),
        ("2019-02", date(2019, 2, 1), date(2019, 2, 28)),
        ("2019-01-01/", date(2019, 1, 1), None),
    ],
)
def test_an_interval_is_read(text: str, start: date, end: date | None) -> None:
    period = parse_interval(text)

    assert period is not None
    assert (period.start, period.end) == (start, end)


def test_ends_of_a_period_in_the_wrong_order_are_put_right() -> None:
    period = parse_period("2020-05-01", "2019-01-01")

    assert period is not None
    assert (period.start, period.end) == (date(2019, 1, 1), date(2020, 5, 1))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("fichiers/liste.csv", "https://ville.fr/data/fichiers/liste.csv"),
        ("https://ville.fr/a b/é.csv", "https://ville.fr/a%20b/%C3%A9.csv"),
        ("https://ville.fr/d%C3%A9j%C3%A0.csv", "https://ville.fr/d%C3%A9j%C3%A0.csv"),
        ("//cdn.fr/x.csv", "https://cdn.fr/x.csv"),
        ("ftp://ville.fr/x.zip", "ftp://ville.fr/x.zip"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("odsfile://x", None),
        ("http://[", None),
        ("http://x:99999/", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_made_absolute_or_dropped(value: object, expected: str | None) -> None:
    assert clean_url(value, "https://ville.fr/data/catalogue.ttl") == expected


def test_hosts_are_compared_without_scheme_and_www() -> None:
    assert same_host("http://www.ville.fr/a", "https://ville.fr/b")
    assert not same_host("http://127.0.0.1:8001/a", "http://127.0.0.1:8002/a")
    assert on_host_of("http://interne:8080/c?p=2", "https://ville.fr/c") == "https://ville.fr/c?p=2"


@pytest.mark.parametrize(
    ("declared", "mime", "url", "expected"),
    [
        ("CSV", None, None, "csv"),
        ("http://publications.europa.eu/resource/authority/file-type/XLSX", None, None, "xlsx"),
        ("https://www.iana.org/assignments/media-types/text/csv", None, None, "csv"),
        (None, "text/csv; charset=utf-8", None, "csv"),
        (None, "text/plain", "https://x.fr/liste.csv?v=2", "csv"),
        (None, "application/vnd.ms-excel", "https://x.fr/liste.csv", "csv"),
        (None, "application/vnd.ms-excel", None, "xls"),
        ("Excel", None, None, "xls"),
        ("Shapefile", "application/zip", "https://x.fr/a.zip", "shp"),
        ("WWW:LINK", None, None, "html"),
        ("Web Page", None, None, "html"),
        (None, None, "https://x.fr/export", None),
        ("", "application/octet-stream", "https://x.fr/a.ods", "ods"),
        (12, None, None, None),
    ],
)
def test_a_format_is_resolved(
    declared: object, mime: str | None, url: str | None, expected: str | None
) -> None:
    assert resolve_format(declared, mime, url) == expected


def test_a_media_type_loses_its_parameters() -> None:
    assert clean_mime("text/csv; charset=utf-8") == "text/csv"
    assert clean_mime("pas un type") is None


def test_a_capabilities_address_is_a_service() -> None:
    assert is_service(None, "https://x.fr/ows?SERVICE=WMS&REQUEST=GetCapabilities")
    assert is_service("wfs", "https://x.fr/wfs")
    assert not is_service("csv", "https://x.fr/a.csv")


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["lov2"], "lov2"),
        (["Licence Ouverte v2.0"], "lov2"),
        (["Licence Ouverte Version 2.0"], "lov2"),
        (["Licence Ouvert version 1.0"], "fr-lo"),
        (["https://www.etalab.gouv.fr/licence-ouverte-open-licence/"], "fr-lo"),
        (["HTTPS://spdx.org/licenses/etalab-2.0"], "lov2"),
        (["Voir http://opendatacommons.org/licenses/odbl/ pour le texte."], "odc-odbl"),
        (["License Not Specified"], "notspecified"),
        (["license", "otherRestrictions", "ODbL"], "odc-odbl"),
        (["Conditions maison", "lov2"], "lov2"),
        (["Conditions maison"], None),
        (["http://opendatacommons.org/licenses/odbl/ https://spdx.org/licenses/etalab-2.0"], None),
        ([], None),
    ],
)
def test_a_licence_is_resolved_and_never_guessed(texts: list[str], expected: str | None) -> None:
    assert resolve_licence(texts).id == expected


def test_the_words_of_a_licence_are_kept_beside_its_id() -> None:
    assert resolve_licence(["Conditions maison"]).raw == "Conditions maison"
    assert resolve_licence(["copyright"]).raw is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("http://purl.org/cld/freq/daily", "daily"),
        ("http://publications.europa.eu/resource/authority/frequency/ANNUAL_2", "semiannual"),
        ("http://publications.europa.eu/resource/authority/frequency/MONTHLY_2", "semimonthly"),
        ("Mensuelle ou plusieurs fois par mois", "monthly"),
        ("irrégulière", "irregular"),
        ("continual", "continuous"),
        ("fortnighly", "biweekly"),
        ("realtime", "continuous"),
        ("R/P1W", "weekly"),
        ("de temps en temps", "unknown"),
        ("", None),
        (None, None),
    ],
)
def test_a_frequency_is_resolved(value: object, expected: str | None) -> None:
    assert resolve_frequency(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("fr:commune:94028", "fr:commune:94028"),
        ("fr:commune:75056@1943-01-01", "fr:commune:75056"),
        ("fr/town/75056", "fr:commune:75056"),
        ("fr/county/94", "fr:departement:94"),
        ("country/fr", "country:fr"),
        ("http://id.insee.fr/geo/commune/2A004", "fr:commune:2A004"),
        (" ", None),
        (3, None),
    ],
)
def test_a_zone_takes_its_present_form(value: object, expected: str | None) -> None:
    assert normalise_zone(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("POINT(2.4 48.7)", {"type": "Point", "coordinates": [2.4, 48.7]}),
        (
            "<http://www.opengis.net/def/crs/EPSG/0/4326> Point(48.7 2.4)",
            {"type": "Point", "coordinates": [2.4, 48.7]},
        ),
        (
            "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>\n Polygon((2 48, 3 48, 3 49, 2 48))",
            {"type": "Polygon", "coordinates": [[[2, 48], [3, 48], [3, 49], [2, 48]]]},
        ),
        (
            "MULTIPOLYGON(((2 48, 3 48, 3 49, 2 48)))",
            {"type": "MultiPolygon", "coordinates": [[[[2, 48], [3, 48], [3, 49], [2, 48]]]]},
        ),
        (
            "northlimit=49; southlimit=48; westlimit=2; eastlimit=3",
            {"type": "Polygon", "coordinates": [[[2, 48], [3, 48], [3, 49], [2, 49], [2, 48]]]},
        ),
        ('{"type":"Polygon","coordinates":[[[4, 45], [4, NaN], [4, 46]]]}', None),
        ("Polygon((159 -25, 212 -11, 159 -25))", None),
        ("wrong wkt", None),
        ("POINT()", None),
        ({"type": "Point", "coordinates": ["a", "b"]}, None),
    ],
)
def test_a_geometry_is_kept_when_it_lies_on_the_globe(value: object, expected: object) -> None:
    assert read_geometry(value) == expected


def test_a_huge_geometry_becomes_its_bounding_box() -> None:
    ring = [[2 + i / 100_000, 48.0] for i in range(9_000)] + [[2.5, 49.0], [2.0, 48.0]]

    box = read_geometry({"type": "Polygon", "coordinates": [ring]})

    assert box is not None
    assert box["coordinates"] == [[[2.0, 48.0], [2.5, 48.0], [2.5, 49.0], [2.0, 49.0], [2.0, 48.0]]]


def test_numbers_of_organisations_are_cleaned() -> None:
    assert clean_siret(" 219 400 280 00013") == "21940028000013"
    assert clean_siret("nan") is None
    assert clean_siren(219400280) == "219400280"
    assert seat_of("130025265") == "13002526500013"


def test_a_schema_reference_without_a_name_or_address_is_none() -> None:
    assert schema_reference() is None
    assert schema_reference(None, "1.0", None) is None
    named = schema_reference("scdl/deliberations")
    assert named is not None
    assert named.name == "scdl/deliberations"


def test_texts_lose_what_a_database_refuses() -> None:
    assert clean_text("a\x00b\ud800c") == "abc"
    assert clean_line("  l&#39;&eacute;t&eacute;\n 2024 ") == "l'été 2024"
    assert clean_line(["x"]) is None
    assert clean_line("   ") is None


def test_a_single_keyword_is_split() -> None:
    assert clean_keywords(["budget; finances, mairie"]) == ("budget", "finances", "mairie")
    assert clean_keywords(["Culture, Société", "parcs"]) == ("Culture, Société", "parcs")
    assert clean_keywords(["a", "a", None, ""]) == ("a",)


@given(ANYTHING)
def test_no_value_of_a_portal_raises(value: object) -> None:
    parse_moment(value)
    clean_url(value, "https://ville.fr/")
    resolve_format(value, None, None)
    resolve_frequency(value)
    normalise_zone(value)
    read_geometry(value)
    clean_siret(value)
    schema_reference(value, value, value)
    if text := clean_text(value):
        text.encode("utf-8")


@given(st.text())
def test_no_text_raises(text: str) -> None:
    parse_interval(text)
    resolve_licence([text])
    read_geometry(text)
    resolve_format(text, text, text)
