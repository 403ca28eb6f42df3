"""A CSW service: ISO 19139, Dublin Core and DCAT records, in pages by position."""

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tests.support.portals.base import Answer, FakePortal

_GMD = "http://www.isotc211.org/2005/gmd"
_NAMESPACES = (
    'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:gmd="http://www.isotc211.org/2005/gmd" '
    'xmlns:gco="http://www.isotc211.org/2005/gco" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:dct="http://purl.org/dc/terms/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:foaf="http://xmlns.com/foaf/0.1/"'
)

_CHANGED = re.compile(
    r'<ogc:Filter xmlns:ogc="[^"]+" xmlns:\w+="[^"]+"><ogc:PropertyIsGreaterThanOrEqualTo>'
    r"<ogc:PropertyName>([\w:]+)</ogc:PropertyName><ogc:Literal>([\d-]+)</ogc:Literal>"
    r"</ogc:PropertyIsGreaterThanOrEqualTo></ogc:Filter>"
)


class CswPortal(FakePortal):
    """`/srv/fre/csw`, at most `cap` records a page.

    `poisoned`: positions of records that make any page with them fail.
    Lies: `refuses-iso` (an exception with status 200), `hits` (a total, no record, for ISO),
    `refuses-sort`, `refuses-constraint` (exceptions), `ignores-constraint` (all records),
    `no-next` (no nextRecord), `stuck` (nextRecord is the position asked),
    `ignores-start` (the first page for ever), `total` (three more), `swallows` (every page
    lacks its last record), `control-characters`, `undeclared`, `entities`, `open-tag`,
    and those of every portal.
    """

    def __init__(self, *, cap: int = 2, **switches: Any) -> None:
        super().__init__(**switches)
        self.cap = cap
        self.datasets: list[dict[str, str]] = []
        self.poisoned: set[int] = set()

    @property
    def url(self) -> str:
        return f"{self.root}/srv/fre/csw"

    def add_dataset(self, identifier: str, title: str, **fields: str) -> dict[str, str]:
        """`fields`: `level`, `changed` and the name of the `publisher`."""
        given = {"level": "dataset", "changed": "2026-11-01", "publisher": "", **fields}
        dataset = {"id": identifier, "title": title, "link": "", **given}
        self.datasets.append(dataset)
        return dataset

    def add_file(self, dataset: dict[str, str], name: str, content: bytes | str) -> None:
        dataset["link"] = self.put(f"/files/{name}", content)

    def listing(self, path: str, query: Mapping[str, str]) -> Answer | None:
        if path != "/srv/fre/csw":
            return None
        if query.get("request") == "GetCapabilities":
            return _xml(f'<csw:Capabilities {_NAMESPACES} version="2.0.2"/>')
        if query.get("request") != "GetRecords" or query.get("resultType") != "results":
            return _exception("MissingParameterValue")
        iso = query["outputSchema"] == _GMD
        if "refuses-iso" in self.lying and iso:
            return _exception("InvalidParameterValue")
        for lie, parameter in (("refuses-sort", "sortBy"), ("refuses-constraint", "constraint")):
            if lie in self.lying and parameter in query:
                return _exception("InvalidParameterValue")
        return self._records(query, self._chosen(query), empty="hits" in self.lying and iso)

    def _chosen(self, query: Mapping[str, str]) -> list[dict[str, str]]:
        """What a filter on the date of change lets through; its queryable goes by the schema."""
        if "constraint" not in query or "ignores-constraint" in self.lying:
            return self.datasets
        found = _CHANGED.fullmatch(query["constraint"])
        iso = query["outputSchema"] == _GMD
        assert found, query["constraint"]
        assert query["constraintLanguage"] == "FILTER"
        assert found[1] == ("apiso:Modified" if iso else "dct:modified")
        return [dataset for dataset in self.datasets if dataset["changed"] >= found[2]]

    def _records(
        self, query: Mapping[str, str], chosen: list[dict[str, str]], *, empty: bool
    ) -> Answer:
        start, size = int(query["startPosition"]), min(self.cap, int(query["maxRecords"]))
        if "ignores-start" in self.lying:
            start = 1
        positions = range(start, min(start + size, len(chosen) + 1))
        if self.poisoned & set(positions):
            return Answer(500, b"java.lang.NullPointerException")
        following = start + size if start + size <= len(chosen) else 0
        if "stuck" in self.lying:
            following = start
        if "ignores-start" in self.lying:
            following = int(query["startPosition"]) + size
        shown = [] if empty else [chosen[position - 1] for position in positions]
        if "swallows" in self.lying:
            shown = shown[:-1]
        written = "".join(_WRITERS[query["outputSchema"]](dataset) for dataset in shown)
        matched = len(chosen) + 3 * ("total" in self.lying)
        following_said = "" if "no-next" in self.lying else f'nextRecord="{following}"'
        return _xml(
            self._damaged(
                f"<csw:GetRecordsResponse {_NAMESPACES}><csw:SearchResults "
                f'numberOfRecordsMatched="{matched}" numberOfRecordsReturned="10" {following_said}>'
                f"{written}</csw:SearchResults></csw:GetRecordsResponse>"
            )
        )

    def _damaged(self, text: str) -> str:
        if "control-characters" in self.lying:
            text = text.replace("Jeu ", "Jeu \x0b&#x1;")
        if "undeclared" in self.lying:
            text = text.replace("<gmd:fileIdentifier>", "<geonet:info/><gmd:fileIdentifier>", 1)
        if "entities" in self.lying:
            text = f'<!DOCTYPE r [<!ENTITY a "b">]>{text}'
        if "open-tag" in self.lying:
            text = text.replace("</gmd:abstract>", "", 1)
        return text


def _iso(dataset: dict[str, str]) -> str:
    def said(name: str, text: str) -> str:
        value = f"<gco:CharacterString>{escape(text)}</gco:CharacterString>"
        return f"<gmd:{name}>{value}</gmd:{name}>"

    link = dataset["link"] and (
        "<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions>"
        "<gmd:MD_DigitalTransferOptions><gmd:onLine><gmd:CI_OnlineResource><gmd:linkage>"
        f"<gmd:URL>{escape(dataset['link'])}</gmd:URL></gmd:linkage>"
        f"{said('protocol', 'WWW:DOWNLOAD-1.0-http--download')}"
        "</gmd:CI_OnlineResource></gmd:onLine></gmd:MD_DigitalTransferOptions>"
        "</gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>"
    )
    publisher = dataset["publisher"] and (
        "<gmd:pointOfContact><gmd:CI_ResponsibleParty>"
        f"{said('organisationName', dataset['publisher'])}"
        "<gmd:role><gmd:CI_RoleCode codeListValue='publisher'/></gmd:role>"
        "</gmd:CI_ResponsibleParty></gmd:pointOfContact>"
    )
    return (
        f"<gmd:MD_Metadata>{said('fileIdentifier', dataset['id'])}<gmd:dateStamp><gco:Date>"
        f"{dataset['changed']}</gco:Date></gmd:dateStamp><gmd:hierarchyLevel>"
        f"<gmd:MD_ScopeCode codeListValue={quoteattr(dataset['level'])}/></gmd:hierarchyLevel>"
        "<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation>"
        f"{said('title', dataset['title'])}</gmd:CI_Citation></gmd:citation>"
        f"{said('abstract', 'Résumé')}{publisher}"
        "</gmd:MD_DataIdentification></gmd:identificationInfo>"
        f"{link}</gmd:MD_Metadata>"
    )


def _dublin_core(dataset: dict[str, str]) -> str:
    link = dataset["link"] and f"<dc:URI protocol='download'>{escape(dataset['link'])}</dc:URI>"
    publisher = (
        dataset["publisher"] and f"<dc:publisher>{escape(dataset['publisher'])}</dc:publisher>"
    )
    return (
        f"<csw:Record><dc:identifier>{escape(dataset['id'])}</dc:identifier>"
        f"<dc:title>{escape(dataset['title'])}</dc:title>"
        f"<dct:modified>{dataset['changed']}</dct:modified>"
        f"<dc:type>{escape(dataset['level'])}</dc:type>{publisher}{link}</csw:Record>"
    )


def _dcat(dataset: dict[str, str]) -> str:
    link = dataset["link"] and (
        "<dcat:distribution><dcat:Distribution><dcat:downloadURL "
        f"rdf:resource={quoteattr(dataset['link'])}/></dcat:Distribution></dcat:distribution>"
    )
    publisher = dataset["publisher"] and (
        f"<dct:publisher><foaf:Agent><foaf:name>{escape(dataset['publisher'])}</foaf:name>"
        "</foaf:Agent></dct:publisher>"
    )
    return (
        f"<rdf:RDF><dcat:Dataset rdf:about={quoteattr('https://d.test/' + dataset['id'])}>"
        f"<dct:identifier>{escape(dataset['id'])}</dct:identifier>"
        f"<dct:title>{escape(dataset['title'])}</dct:title>{publisher}{link}"
        "</dcat:Dataset></rdf:RDF>"
    )


_WRITERS = {
    _GMD: _iso,
    "http://www.opengis.net/cat/csw/2.0.2": _dublin_core,
    "http://www.w3.org/ns/dcat#": _dcat,
}


def _xml(text: str) -> Answer:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()
    return Answer(200, body, {"content-type": "application/xml"})


def _exception(code: str) -> Answer:
    return _xml(
        '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows" version="1.0.0">'
        f'<ows:Exception exceptionCode="{code}" locator="outputSchema">'
        "<ows:ExceptionText>refusé</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
    )
