"""A geographic catalogue: CSW 2.0.2 with records of ISO 19139, two a page."""

from html import escape
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from demo.catalogue import Dataset, Resource
from demo.identifiers import stable_uuid
from demo.plan import Portal
from demo.portals.addresses import base_of
from demo.portals.holdings import Library

ENDPOINT: Final = "/srv/fre/csw"
PAGE_SIZE: Final = 2
_GMD: Final = "http://www.isotc211.org/2005/gmd"
_NAMESPACES: Final = (
    'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" '
    f'xmlns:gmd="{_GMD}" xmlns:gco="http://www.isotc211.org/2005/gco"'
)
_LICENSES: Final = {
    "lov2": "Licence Ouverte version 2.0 https://www.etalab.gouv.fr/licence-ouverte-open-licence",
}


def record_id(seed: int, dataset: Dataset) -> str:
    """The record's `fileIdentifier`."""
    return str(stable_uuid(seed, "record", dataset.id))


def csw_router(library: Library, portal: Portal) -> APIRouter:
    """The service at `/<portal>/srv/fre/csw`."""
    router = APIRouter(prefix=f"/{portal.slug}")

    @router.get(ENDPOINT)
    async def service(
        request: Request,
        asked: Annotated[str, Query(alias="request")] = "",
        schema: Annotated[str, Query(alias="outputSchema")] = _GMD,
        start: Annotated[int, Query(alias="startPosition", ge=1)] = 1,
        size: Annotated[int, Query(alias="maxRecords", ge=1)] = 10,
    ) -> Response:
        if asked == "GetCapabilities":
            return _xml(f'<csw:Capabilities {_NAMESPACES} version="2.0.2"/>')
        if asked != "GetRecords" or schema != _GMD:
            return _exception("request" if asked != "GetRecords" else "outputSchema")
        listed = library.datasets(portal.slug)
        shown = listed[start - 1 :][: min(size, PAGE_SIZE)]
        following = start + len(shown) if start + len(shown) <= len(listed) else 0
        records = "".join(_record(base_of(request), library.seed, one) for one in shown)
        return _xml(
            f"<csw:GetRecordsResponse {_NAMESPACES}><csw:SearchResults "
            f'numberOfRecordsMatched="{len(listed)}" numberOfRecordsReturned="{len(shown)}" '
            f'nextRecord="{following}">{records}</csw:SearchResults></csw:GetRecordsResponse>'
        )

    return router


def _xml(text: str) -> Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'
    return Response(body, media_type="application/xml")


def _exception(parameter: str) -> Response:
    return _xml(
        '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows" version="1.0.0">'
        f'<ows:Exception exceptionCode="InvalidParameterValue" locator="{parameter}"/>'
        "</ows:ExceptionReport>"
    )


def _said(name: str, text: str) -> str:
    return f"<gmd:{name}><gco:CharacterString>{escape(text)}</gco:CharacterString></gmd:{name}>"


def _code(name: str, kind: str, value: str) -> str:
    return f'<gmd:{name}><gmd:{kind} codeListValue="{value}"/></gmd:{name}>'


def _date(kind: str, value: str) -> str:
    return (
        f"<gmd:date><gmd:CI_Date><gmd:date><gco:DateTime>{value}</gco:DateTime></gmd:date>"
        f"{_code('dateType', 'CI_DateTypeCode', kind)}</gmd:CI_Date></gmd:date>"
    )


def _record(base: str, seed: int, dataset: Dataset) -> str:
    licence = _LICENSES.get(dataset.publication.license, "")
    party = (
        "<gmd:CI_ResponsibleParty>"
        + _said("organisationName", dataset.member.body)
        + "<gmd:contactInfo><gmd:CI_Contact><gmd:address><gmd:CI_Address>"
        + _said("electronicMailAddress", f"opendata@{dataset.member.web_domain}")
        + "</gmd:CI_Address></gmd:address></gmd:CI_Contact></gmd:contactInfo>"
        + _code("role", "CI_RoleCode", "publisher")
        + "</gmd:CI_ResponsibleParty>"
    )
    keywords = "".join(_said("keyword", word) for word in dataset.keywords)
    return (
        "<gmd:MD_Metadata>"
        + _said("fileIdentifier", record_id(seed, dataset))
        + _code("hierarchyLevel", "MD_ScopeCode", "dataset")
        + "<gmd:identificationInfo><gmd:MD_DataIdentification>"
        + f"<gmd:citation><gmd:CI_Citation>{_said('title', dataset.title)}"
        + _date("creation", dataset.created.isoformat())
        + _date("revision", dataset.modified.isoformat())
        + "</gmd:CI_Citation></gmd:citation>"
        + _said("abstract", dataset.description)
        + f"<gmd:pointOfContact>{party}</gmd:pointOfContact>"
        + f"<gmd:descriptiveKeywords><gmd:MD_Keywords>{keywords}</gmd:MD_Keywords>"
        + "</gmd:descriptiveKeywords>"
        + "<gmd:resourceConstraints><gmd:MD_LegalConstraints>"
        + _said("otherConstraints", licence)
        + "</gmd:MD_LegalConstraints></gmd:resourceConstraints>"
        + _extent(dataset)
        + "</gmd:MD_DataIdentification></gmd:identificationInfo>"
        + "".join(_online(one.url(base), one) for one in dataset.resources)
        + _conformance(dataset)
        + "</gmd:MD_Metadata>"
    )


def _extent(dataset: Dataset) -> str:
    """The box of the territory."""
    west, south, east, north = dataset.member.bounds
    sides = {
        "westBoundLongitude": west,
        "eastBoundLongitude": east,
        "southBoundLatitude": south,
        "northBoundLatitude": north,
    }
    written = "".join(
        f"<gmd:{side}><gco:Decimal>{value:.4f}</gco:Decimal></gmd:{side}>"
        for side, value in sides.items()
    )
    return (
        "<gmd:extent><gmd:EX_Extent><gmd:geographicElement><gmd:EX_GeographicBoundingBox>"
        f"{written}</gmd:EX_GeographicBoundingBox></gmd:geographicElement></gmd:EX_Extent>"
        "</gmd:extent>"
    )


def _online(url: str, resource: Resource) -> str:
    return (
        "<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions>"
        "<gmd:MD_DigitalTransferOptions><gmd:onLine><gmd:CI_OnlineResource>"
        f"<gmd:linkage><gmd:URL>{escape(url)}</gmd:URL></gmd:linkage>"
        + _said("protocol", "WWW:DOWNLOAD-1.0-http--download")
        + _said("name", resource.name)
        + "</gmd:CI_OnlineResource></gmd:onLine></gmd:MD_DigitalTransferOptions>"
        "</gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>"
    )


def _conformance(dataset: Dataset) -> str:
    """The specification that the data are said to follow: the schema's name."""
    declared = next((one.schema for one in dataset.resources if one.declares_schema), None)
    if declared is None:
        return ""
    return (
        "<gmd:dataQualityInfo><gmd:DQ_DataQuality><gmd:report><gmd:DQ_DomainConsistency>"
        "<gmd:result><gmd:DQ_ConformanceResult><gmd:specification><gmd:CI_Citation>"
        + _said("title", declared.name)
        + "</gmd:CI_Citation></gmd:specification><gmd:pass><gco:Boolean>true</gco:Boolean>"
        "</gmd:pass></gmd:DQ_ConformanceResult></gmd:result></gmd:DQ_DomainConsistency>"
        "</gmd:report></gmd:DQ_DataQuality></gmd:dataQualityInfo>"
    )
