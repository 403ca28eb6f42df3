"""What a document names – a context, a stylesheet, an entity, a schema – is never fetched to
read it: the address may lead into a private network.
"""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from datetime import UTC, datetime

import pytest

from services.harvester.connectors.csw.parser import parse_response
from services.harvester.connectors.csw.response import read_response
from services.harvester.connectors.dcat.parser import parse_graph
from services.harvester.connectors.dcat.reading import read_document
from services.harvester.connectors.schema_org.blocks import read_page
from services.harvester.connectors.schema_org.sitemap import read_sitemap
from services.harvester.errors import PortalRefusedError, PortalUnreachable
from tests.support.portals.base import Answer

NOW = datetime(2026, 11, 23, tzinfo=UTC)
URL = "https://ville.fr/c"


@pytest.fixture
def inside() -> Iterator[socket.socket]:
    """A socket that listens where documents point to."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def json_ld(address: str) -> bytes:
    dataset = {"@context": [address], "@type": "Dataset", "@id": "/d", "title": "Jeu"}
    return json.dumps({**dataset, "name": "Jeu"}).encode()


def stylesheet(root: str) -> Callable[[str], bytes]:
    return lambda address: (
        f'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="{address}"?>{root}'.encode()
    )


def located(root: str) -> Callable[[str], bytes]:
    xsi = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://x.fr/ '
    first, rest = root.split(" ", 1)
    return lambda address: f'{first} {xsi}{address}" {rest}'.encode()


def included(root: str) -> Callable[[str], bytes]:
    name = root.index(">") + 1
    return lambda address: (
        f'{root[:name]}<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{address}"/>'
        f"{root[name:]}"
    ).encode()


def entity(root: str) -> Callable[[str], bytes]:
    return lambda address: f'<!DOCTYPE x SYSTEM "{address}">{root}'.encode()


RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
    ' xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">'
    '<dcat:Dataset rdf:about="/d"><dct:title>Jeu</dct:title></dcat:Dataset></rdf:RDF>'
)
RECORDS = (
    '<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2">'
    '<csw:SearchResults numberOfRecordsMatched="0"/></csw:GetRecordsResponse>'
)
SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"> <url/></urlset>'


def read_dcat(body: bytes) -> None:
    parse_graph(read_document(body, url=URL).graph, url=URL, now=NOW)


def read_csw(body: bytes) -> None:
    parse_response(read_response(Answer(200, body, url=URL)), endpoint=URL, now=NOW)


def read_map(body: bytes) -> None:
    read_sitemap(Answer(200, body, url=URL))


def read_site(body: bytes) -> None:
    html = b'<html><head><script type="application/ld+json">%b</script></head></html>' % body
    assert read_page(html).datasets


@pytest.mark.parametrize(
    ("read", "written"),
    [
        pytest.param(read_dcat, json_ld, id="dcat-context"),
        pytest.param(read_site, json_ld, id="schema-org-context"),
        *[
            pytest.param(read, way(root), id=f"{read.__name__}-{way.__name__}")
            for read, root in ((read_dcat, RDF), (read_csw, RECORDS), (read_map, SITEMAP))
            for way in (stylesheet, located, included, entity)
        ],
    ],
)
def test_nothing_that_a_document_names_is_fetched_to_read_it(
    inside: socket.socket, read: Callable[[bytes], None], written: Callable[[str], bytes]
) -> None:
    body = written(f"http://127.0.0.1:{inside.getsockname()[1]}/inside")

    may_be_refused = b"DOCTYPE" in body or b"XInclude" in body
    with suppress(PortalUnreachable, PortalRefusedError) if may_be_refused else nullcontext():
        read(body)

    with pytest.raises(BlockingIOError):
        inside.accept()
