"""RDF/XML with the faults of real portals, mended so that a strict parser reads it."""

import re
from urllib.parse import quote

from lxml import etree

from services.harvester.errors import PortalUnreachable

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_IRI_SAFE = "%/:=&?~#+!$,;'@()*[]-._"
_ADDRESSES = (f"{{{_RDF}}}about", f"{{{_RDF}}}resource", f"{{{_RDF}}}datatype")
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def refuse_document_type(text: bytes, url: str) -> None:
    """Raise `PortalUnreachable` for XML with a document type: entities can be bombs.

    The null bytes of UTF-16 are left out of the comparison.
    """
    if _DOCTYPE.search(text[:100_000].replace(b"\x00", b"")):
        raise PortalUnreachable(
            f"{url} contient une déclaration DOCTYPE ou ENTITY, refusée par sécurité : "
            "publiez le catalogue sans elle."
        )


def repaired(text: bytes, url: str) -> bytes:
    """The same document with encoded addresses, and labels in place of stray text.

    GeoNetwork writes spaces in `rdf:about`, and a text inside an element that already
    has an `rdf:resource`: the text becomes the label of the resource. Undeclared
    prefixes and broken tags are left to libxml2's recovery.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    root = etree.fromstring(text, parser)
    if root is None:
        raise PortalUnreachable(f"{url} n'est pas du XML lisible.")
    for element in root.iter(etree.Element):
        for name in _ADDRESSES:
            if value := element.get(name):
                element.set(name, quote(" ".join(value.split()), safe=_IRI_SAFE))
        _label_the_resource(element)
    return etree.tostring(root, encoding="utf-8")


def _label_the_resource(element: etree._Element) -> None:
    name = f"{{{_RDF}}}resource"
    resource = element.get(name)
    label = (element.text or "").strip()
    if resource is None or not (label or len(element)):
        return
    for child in list(element):
        element.remove(child)
    element.text = None
    if label:
        del element.attrib[name]
        node = etree.SubElement(element, f"{{{_RDF}}}Description")
        node.set(f"{{{_RDF}}}about", resource)
        etree.SubElement(node, f"{{{_RDFS}}}label").text = label
