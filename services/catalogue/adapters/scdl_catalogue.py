"""A dataset as a line of the SCDL schema « catalogue » 0.1.3, whose every column is required.

What the source did not say is filled by a convention and named in the last column, `INCONNUS`:
a reader knows what is a fact, and the file is valid.
"""

from collections.abc import Mapping
from typing import Any

from stdnum import luhn

from services.catalogue.adapters.dcat.vocabularies import themes
from services.catalogue.models.publication import Place, PublishedDataset

COLUMNS = (
    "COLL_NOM", "COLL_SIRET", "ID", "TITRE", "DESCRIPTION", "THEME", "PRODUCTEUR_NOM",
    "PRODUCTEUR_SIRET", "COUV_SPAT_MAILLE", "COUV_SPAT_NOM", "COUV_TEMP_DEBUT", "COUV_TEMP_FIN",
    "DATE_PUBL", "FREQ_MAJ", "DATE_MAJ", "MOTS_CLES", "LICENCE", "NOMBRE_RESSOURCES",
    "FORMAT_RESSOURCES", "URL", "INCONNUS",
)  # fmt: skip
_UNSAID = "Non précisé"
_LEVELS = {
    "arrondissement": "Infracommunale",
    "commune": "Communale",
    "epci": "Intercommunale",
    "ept": "Intercommunale",
    "departement": "Départementale",
    "region": "Régionale",
}
_OFTEN = {
    "hourly": "Toutes les heures",
    "bimonthly": "Bimestrielle",
    "quarterly": "Trimestrielle",
    "semiannual": "Semestrielle",
    "annual": "Annuelle",
    "biennial": "Biennale",
    "triennial": "Triennale",
    "quinquennial": "Quinquennale",
    "irregular": "Irrégulière",
    "punctual": "Ponctuelle",
}
_SEVERAL = {
    "Continuelle": ("continuous", "oneMinute", "fiveMinutes", "tenMinutes", "fifteenMinutes",
                    "thirtyMinutes"),
    "Quotidienne ou plusieurs fois par jour": ("daily", "severalTimesADay", "bihourly",
                                               "trihourly", "twelveHours", "threeTimesADay",
                                               "semidaily"),
    "Hebdomadaire ou plusieurs fois par semaine": ("weekly", "semiweekly", "threeTimesAWeek",
                                                   "fiveTimesAWeek"),
    "Mensuelle ou plusieurs fois par mois": ("monthly", "biweekly", "semimonthly",
                                             "threeTimesAMonth"),
}  # fmt: skip
_FREQUENCIES = _OFTEN | {word: label for label, words in _SEVERAL.items() for word in words}
_LICENCES = {
    "lov2": "Licence Ouverte-LO",
    "fr-lo": "Licence Ouverte-LO",
    "odc-odbl": "Open Database License-ODBL",
    "cc-by": "Creative Commons-CC",
    "cc-by-sa": "Creative Commons-CC",
    "cc-zero": "Creative Commons-CC",
}


def line_of(base: str, published: PublishedDataset) -> list[Any] | None:
    """The cells in the order of `COLUMNS`; None for what the schema has no line for.

    That is a dataset without files, or of an organisation without a SIREN: no SIRET can be made.
    """
    dataset, owner = published.dataset, published.organization
    found = published.resources
    siren = owner.siren if owner else None
    number = dataset.publisher_siret or (head_office(siren) if siren else None)
    if not found or number is None or owner is None:
        return None
    place = next(iter(published.places.values()), None)
    issued = (dataset.issued or dataset.created_at).date()
    modified = (dataset.modified or dataset.issued or dataset.created_at).date()
    period = dataset.temporal
    topics = [label for _, label in themes((*dataset.themes, *dataset.keywords), dataset.schemas)]
    formats = sorted({each.format for each in found if each.format})
    known: Mapping[str, Any] = {
        "COLL_SIRET": head_office(siren) if siren else number,
        "DESCRIPTION": dataset.description,
        "THEME": ";".join(dataset.themes) or ";".join(topics),
        "PRODUCTEUR_SIRET": dataset.publisher_siret,
        "COUV_SPAT_NOM": place.territory.name if place else None,
        "COUV_TEMP_DEBUT": period.start if period else None,
        "COUV_TEMP_FIN": period.end if period else None,
        "DATE_PUBL": dataset.issued and issued,
        "DATE_MAJ": dataset.modified and modified,
        "MOTS_CLES": ";".join(dataset.keywords),
        "FORMAT_RESSOURCES": ";".join(formats),
    }
    conventions: Mapping[str, Any] = {
        "COLL_SIRET": number,
        "DESCRIPTION": dataset.title,
        "THEME": _UNSAID,
        "PRODUCTEUR_SIRET": number,
        "COUV_SPAT_NOM": _UNSAID,
        "COUV_TEMP_DEBUT": (period and period.end) or min(issued, modified),
        "COUV_TEMP_FIN": (period and period.start) or max(issued, modified),
        "DATE_PUBL": issued,
        "DATE_MAJ": modified,
        "MOTS_CLES": ";".join(topics) or _UNSAID,
        "FORMAT_RESSOURCES": _UNSAID,
    }
    said: Mapping[str, Any] = {
        "COLL_NOM": owner.name,
        "ID": dataset.id,
        "TITRE": dataset.title,
        "PRODUCTEUR_NOM": dataset.publisher_name or owner.name,
        "COUV_SPAT_MAILLE": _level(place),
        "FREQ_MAJ": _FREQUENCIES.get(dataset.frequency or "", "Inconnue"),
        "LICENCE": _LICENCES.get(dataset.license or "", "Spécifique ou autre"),
        "NOMBRE_RESSOURCES": len(found),
        "URL": f"{base}/jeux/{dataset.id}",
        "INCONNUS": " ".join(name for name in conventions if not known[name]),
    }
    filled = {name: known[name] or conventions[name] for name in conventions}
    return [{**filled, **said}[name] for name in COLUMNS]


def head_office(siren: str) -> str:
    """The SIRET of the first establishment (0001), which of a commune is its town hall.

    Insee numbers establishments from 0001 on and ends each SIRET with Luhn's key.
    """
    numbered = f"{siren}0001"
    return numbered + luhn.calc_check_digit(numbered)


def _level(place: Place | None) -> str:
    return _LEVELS.get(place.territory.kind, "Autre") if place else "Autre"
