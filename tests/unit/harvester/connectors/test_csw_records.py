"""Records of CSW: ISO 19139, Dublin Core and DCAT, one account per sample."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.harvester.connectors.csw.parser import parse_response
from services.harvester.connectors.csw.response import Response, is_catalogue, read_response
from services.harvester.connectors.csw.walk import Position, next_step
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from shared.contracts.records import DatasetRecord
from tests.support.golden import accounts, check
from tests.support.portals.base import Answer
from tests.support.reference import reference_dir

NOW = datetime(2026, 11, 23, tzinfo=UTC)
URL = "https://geo.fr/geonetwork/srv/fre/csw"
SAMPLES = [
    "csw-getrecordsresponse.xml",
    "csw_dublin_core.xml",
    "geobretagne-bano.xml",
    "geonetwork-dcat-page-1.xml",
    "geonetwork-dcat-page-3.xml",
    "geonetwork-dcat-page-5.xml",
    "geonetwork-iso19139-page-1.xml",
    "geonetwork-iso19139-page-3.xml",
    "geonetwork-iso19139-page-5.xml",
    "grandlyon-dc.xml",
    "rennes-metropole-referentiel-adresse.xml",
]


def answer(body: bytes | str) -> Answer:
    return Answer(200, body if isinstance(body, bytes) else body.encode(), url=URL)


def record_of(body: str) -> DatasetRecord:
    response = read_response(answer(body))
    [record] = parse_response(response, endpoint=URL, now=NOW).records
    return record


def iso(identification: str, more: str = "") -> str:
    return (
        '<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" '
        'xmlns:gco="http://www.isotc211.org/2005/gco" xmlns:gmx="http://x/gmx" '
        'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:gml="http://www.opengis.net/gml/3.2">'
        "<gmd:fileIdentifier><gco:CharacterString>i</gco:CharacterString></gmd:fileIdentifier>"
        "<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation>"
        "<gmd:title><gco:CharacterString>T</gco:CharacterString></gmd:title>"
        f"</gmd:CI_Citation></gmd:citation>{identification}</gmd:MD_DataIdentification>"
        f"</gmd:identificationInfo>{more}</gmd:MD_Metadata>"
    )


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_sample_gives_the_records_we_say(sample: str) -> None:
    body = (reference_dir("portals", "csw") / sample).read_bytes()

    response = read_response(answer(body))
    parsed = parse_response(response, endpoint=URL, now=NOW)

    figures = {
        "count": response.count, "matched": response.matched, "following": response.following,
    }  # fmt: skip
    check(sample, accounts(parsed.records, parsed.rejected, faults=list(parsed.faults), **figures))


def test_the_sample_of_an_exception_is_refused_with_its_words() -> None:
    body = (reference_dir("portals", "csw") / "exception-report.xml").read_bytes()

    with pytest.raises(PortalRefusedError, match="InvalidParameterValue constraintLanguage – uu"):
        read_response(answer(body))


def test_the_sample_of_capabilities_is_recognised_and_holds_no_records() -> None:
    body = (reference_dir("portals", "csw") / "csw-getcapabilities.xml").read_bytes()

    assert is_catalogue(answer(body))
    with pytest.raises(PortalUnreachable):
        read_response(answer(body))


def test_french_is_preferred_and_what_is_missing_has_no_text() -> None:
    record = record_of(
        iso(
            '<gmd:abstract gco:nilReason="missing"><gco:CharacterString>x</gco:CharacterString>'
            "</gmd:abstract><gmd:purpose/>"
            "<gmd:topicCategory><gmd:MD_TopicCategoryCode>location</gmd:MD_TopicCategoryCode>"
            "</gmd:topicCategory>"
        ).replace(
            "<gco:CharacterString>T</gco:CharacterString>",
            "<gco:CharacterString>Trees</gco:CharacterString><gmd:PT_FreeText><gmd:textGroup>"
            '<gmd:LocalisedCharacterString locale="#FR">Arbres</gmd:LocalisedCharacterString>'
            "</gmd:textGroup></gmd:PT_FreeText>",
        )
    )

    assert (record.title, record.description, record.themes) == ("Arbres", None, ("location",))


def test_the_licence_is_told_from_the_limits_of_access() -> None:
    record = record_of(
        iso(
            "<gmd:resourceConstraints><gmd:MD_LegalConstraints><gmd:otherConstraints>"
            '<gmx:Anchor xlink:href="http://inspire.ec.europa.eu/metadata-codelist/'
            'LimitationsOnPublicAccess/noLimitations">Pas de restriction</gmx:Anchor>'
            "</gmd:otherConstraints><gmd:otherConstraints>"
            '<gmx:Anchor xlink:href="https://spdx.org/licenses/etalab-2.0">Notre licence'
            "</gmx:Anchor></gmd:otherConstraints></gmd:MD_LegalConstraints>"
            "</gmd:resourceConstraints>"
        )
    )

    assert (record.license, record.license_raw) == ("lov2", "Notre licence")


@pytest.mark.parametrize(
    ("box", "read"),
    [
        (("2.4", "2.5", "48.7", "48.8"), True),
        (("2,5", "2,4", "48.8", "48.7"), True),
        (("2.4", "2.5", "48.7", "4800"), False),
        (("nan", "2.5", "48.7", "48.8"), False),
    ],
)
def test_a_box_is_put_right_or_left_aside(box: tuple[str, ...], *, read: bool) -> None:
    names = ("westBoundLongitude", "eastBoundLongitude", "southBoundLatitude", "northBoundLatitude")
    sides = "".join(
        f"<gmd:{name}><gco:Decimal>{side}</gco:Decimal></gmd:{name}>"
        for name, side in zip(names, box, strict=True)
    )
    record = record_of(
        iso(
            "<gmd:extent><gmd:EX_Extent><gmd:geographicElement><gmd:EX_GeographicBoundingBox>"
            f"{sides}</gmd:EX_GeographicBoundingBox></gmd:geographicElement></gmd:EX_Extent>"
            "</gmd:extent>"
        )
    )

    ring = [[2.4, 48.7], [2.5, 48.7], [2.5, 48.8], [2.4, 48.8], [2.4, 48.7]]
    found = record.spatial.geometry if record.spatial else None
    assert found == ({"type": "Polygon", "coordinates": [ring]} if read else None)
    assert bool(record.warnings) != read


@pytest.mark.parametrize(
    ("protocol", "address", "kind", "format_name"),
    [
        ("WWW:DOWNLOAD-1.0-http--download", "https://v.fr/get?id=1", "main", None),
        ("WWW:LINK-1.0-http--link", "https://v.fr/page", "documentation", "html"),
        ("WWW:LINK-1.0-http--link", "https://v.fr/liste.csv", "main", "csv"),
        ("OGC:WMS-1.1.1-http-get-map", "https://v.fr/ows", "api", "wms"),
        ("OGC:WFS", "https://v.fr/ows", "api", "wfs"),
        ("OGC:WFS", "https://v.fr/ows?request=GetFeature&outputFormat=csv", "main", None),
        ("ESRI:REST", "https://v.fr/rest", "api", "api"),
    ],
)
def test_the_protocol_tells_files_from_services_and_pages(
    protocol: str, address: str, kind: str, format_name: str | None
) -> None:
    record = record_of(
        '<csw:Record xmlns:csw="c" xmlns:dc="d"><dc:identifier>i</dc:identifier><dc:title>T'
        f'</dc:title><dc:URI protocol="{protocol}">{address.replace("&", "&amp;")}</dc:URI>'
        "</csw:Record>"
    )

    [resource] = record.resources
    assert (resource.kind, resource.format) == (kind, format_name)


@pytest.mark.parametrize(
    ("crs", "lower"), [("", "2.4 48.7"), (' crs="urn:ogc:def:crs:EPSG:6.6:4326"', "48.7 2.4")]
)
def test_the_box_of_dublin_core_has_latitude_first_where_its_system_says_so(
    crs: str, lower: str
) -> None:
    upper = "2.5 48.8" if lower.startswith("2") else "48.8 2.5"
    record = record_of(
        '<csw:Record xmlns:csw="c" xmlns:dc="d" xmlns:ows="o"><dc:identifier>i</dc:identifier>'
        f"<dc:title>T</dc:title><ows:BoundingBox{crs}><ows:LowerCorner>{lower}</ows:LowerCorner>"
        f"<ows:UpperCorner>{upper}</ows:UpperCorner></ows:BoundingBox></csw:Record>"
    )

    assert record.spatial is not None
    assert record.spatial.geometry is not None
    ring = record.spatial.geometry["coordinates"]
    assert ring == [[[2.4, 48.7], [2.5, 48.7], [2.5, 48.8], [2.4, 48.8], [2.4, 48.7]]]


def test_an_identifier_in_braces_and_capitals_stays_the_same() -> None:
    bare = "04bcec79-5b25-4b16-b635-73115f7456e4"
    record = record_of(iso("").replace(">i<", f">{{{bare.upper()}}}<"))

    assert record.remote_id == bare


def test_a_next_position_beyond_the_total_is_the_end() -> None:
    found = read_response(answer(iso(""))).found

    step = next_step(Response(found, matched=1, following=2), Position(), 1)

    assert (step.after, step.complete) == (None, True)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: iso(text).encode()))
def test_no_bytes_raise_anything_else_than_a_refusal(body: bytes) -> None:
    try:
        response = read_response(answer(body))
    except (PortalUnreachable, PortalRefusedError):
        return
    parse_response(response, endpoint=URL, now=NOW)
