"""Which schema an Opendatasoft dataset follows: its API has no place to say so. Pure."""

from services.harvester.connectors.opendatasoft.entries import Entry
from services.harvester.connectors.values.addresses import is_web_address
from services.harvester.connectors.values.members import listed
from services.harvester.connectors.values.schemas import (
    is_register_name,
    names_a_schema,
    schema_reference,
)
from services.harvester.connectors.values.texts import clean_keywords, clean_line
from shared.contracts.records import SchemaReference

# Owners in the national register: `eau/assainissement` is a keyword like any other.
_OWNERS = frozenset(
    {"scdl", "etalab", "139bercy", "atlasante", "betagouv", "cerema", "cnigfr", "datagouv",
     "datatourisme", "gip-inclusion", "gouvernementfr", "lamednum", "mtes-mct", "openmaraude",
     "pnx-si"}
)  # fmt: skip
_TELLING = ("schema", "schéma", "conform")


def schema_of(entry: Entry) -> SchemaReference | None:
    """A custom meta that is named after it, else any custom meta or keyword that names one."""
    custom = entry.group("custom")
    for key, value in custom.items():
        if any(word in str(key).lower() for word in _TELLING):
            for part in listed(value):
                if found := _named(part, anyone=True):
                    return found
    keywords = list(clean_keywords(listed(entry.metas.get("keyword"))))
    for value in (*custom.values(), keywords, entry.metas.get("references")):
        for part in listed(value):
            if found := _named(part, anyone=False):
                return found
    return None


def _named(value: object, *, anyone: bool) -> SchemaReference | None:
    text = clean_line(value)
    if text is None:
        return None
    if is_web_address(text):
        reference = schema_reference(url=text)
        registered = reference is not None and reference.name is not None
        return reference if registered or (anyone and names_a_schema(text)) else None
    known = is_register_name(text) and (anyone or text.split("/")[0].lower() in _OWNERS)
    return schema_reference(name=text) if known else None
