"""How a portal says which schema a file follows."""

import re

from services.harvester.connectors.values.addresses import is_web_address
from services.harvester.connectors.values.texts import clean_line
from shared.contracts.records import SchemaReference

# The national register publishes every version under …/schemas/<owner>/<name>/<version>/.
_REGISTER = re.compile(
    r"https?://schema\.data\.gouv\.fr/(?:schemas/)?([\w.-]+/[\w.-]+)(?:/(latest|v?\d[\w.-]*))?(?:/|$)"
)
_NAME = re.compile(r"[\w.-]+/[\w.-]+$")


def schema_reference(
    name: object = None, version: object = None, url: object = None
) -> SchemaReference | None:
    """A reference that names something, or `None`: all members may be missing or null.

    An address of the national register also gives name and version.
    """
    clean_name, clean_version, address = (clean_line(value) for value in (name, version, url))
    if clean_name and is_web_address(clean_name):
        clean_name, address = None, address or clean_name
    if address and not is_web_address(address):
        address = None
    if address and not clean_name and (found := _REGISTER.match(address)):
        clean_name = found[1]
        if found[2] and found[2] != "latest":
            clean_version = clean_version or found[2]
    if not clean_name and not address:
        return None
    return SchemaReference(name=clean_name, version=clean_version, url=address)


def is_register_name(text: str | None) -> bool:
    """Whether it looks like `owner/name` of a schema register."""
    return bool(text and _NAME.match(text))


def names_a_schema(url: str) -> bool:
    """Whether an address of dct:conformsTo can be a schema of tables.

    Coordinate systems, ISO standards and legislation are named there as well.
    """
    return bool(_REGISTER.match(url)) or url.lower().split("?")[0].endswith(".json")
