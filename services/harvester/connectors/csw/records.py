"""What ISO, Dublin Core and DCAT records of one catalogue have in common. Pure."""

import re

from services.harvester.connectors.values.texts import clean_id

_NO_DATA = "La fiche décrit {} et non un jeu de données. Rien n'est à faire."
NOT_DATASETS = {
    "service": _NO_DATA.format("un service"),
    "software": _NO_DATA.format("un logiciel"),
    "application": _NO_DATA.format("une application"),
    "featureCatalogue": _NO_DATA.format("un catalogue d'attributs"),
    "FeatureCatalogue": _NO_DATA.format("un catalogue d'attributs"),
    "featureType": _NO_DATA.format("un type d'objet"),
    "attribute": _NO_DATA.format("un attribut"),
    "attributeType": _NO_DATA.format("un type d'attribut"),
    "propertyType": _NO_DATA.format("un type de propriété"),
    "collectionHardware": _NO_DATA.format("un matériel de collecte"),
    "collectionSession": _NO_DATA.format("une campagne de collecte"),
    "fieldSession": _NO_DATA.format("une campagne de terrain"),
}
"""By code of ISO's scope or by Dublin Core's type, why it is no dataset."""

_UUID = re.compile(r"\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$", re.IGNORECASE)


def record_id(value: object) -> str | None:
    """An identifier; a UUID without braces and in lower case, as servers change that."""
    identifier = clean_id(value)
    found = _UUID.match(identifier or "")
    return found[1].lower() if found else identifier
