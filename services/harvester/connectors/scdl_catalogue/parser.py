"""One line of a catalogue as a target record. Pure."""

import re
from datetime import datetime

from services.harvester.connectors.contract import Rejected
from services.harvester.connectors.scdl_catalogue.table import Row
from services.harvester.connectors.values.addresses import clean_url
from services.harvester.connectors.values.dates import parse_moment, parse_period, past_moment
from services.harvester.connectors.values.formats import resolve_format
from services.harvester.connectors.values.frequencies import resolve_frequency
from services.harvester.connectors.values.identifiers import clean_siret, made_id
from services.harvester.connectors.values.licences import resolve_licence
from services.harvester.connectors.values.places import spatial_of
from services.harvester.connectors.values.texts import (
    clean_id,
    clean_keywords,
    clean_line,
    clean_text,
)
from shared.contracts.records import DatasetRecord, Publisher, ResourceRecord

_PAGES = frozenset({"html", "php", "aspx", "jsp"})


def parse_row(
    row: Row, *, url: str, now: datetime, shared_address: bool = False
) -> DatasetRecord | Rejected:
    """The dataset without the files that have to be looked for, or why it is refused.

    `url` is the catalogue's; `shared_address`: other lines name the same address, which
    can then not tell this dataset from others.
    """
    cells = row.cells
    remote_id, title = clean_id(cells.get("ID")), clean_line(cells.get("TITRE"))
    if refusal := _refusal(row, remote_id, title):
        return Rejected(
            f"Ligne {row.number} : {refusal}",
            remote_id=remote_id,
            title=title,
            # The cells of a line with too many may be anybody's.
            publisher=None if row.surplus else _publisher(row),
        )
    warnings: list[str] = []
    licence = resolve_licence([cells.get("LICENCE", "")])
    page = clean_url(cells.get("URL"), url)
    return DatasetRecord(
        remote_id=remote_id or "",
        uri=None if shared_address else page,
        remote_url=page,
        title=title or "",
        description=clean_text(cells.get("DESCRIPTION")),
        publisher=_publisher(row),
        license=licence.id,
        license_raw=clean_line(licence.raw),
        frequency=_frequency(cells.get("FREQ_MAJ"), warnings),
        temporal=parse_period(cells.get("COUV_TEMP_DEBUT"), cells.get("COUV_TEMP_FIN")),
        spatial=spatial_of([], None, clean_line(cells.get("COUV_SPAT_NOM"))),
        keywords=clean_keywords([cells.get("MOTS_CLES")]),
        themes=clean_keywords(_split(cells.get("THEME"))),
        issued=past_moment(cells.get("DATE_PUBL"), now),
        modified=_modified(cells.get("DATE_MAJ"), now, warnings),
        resources=tuple(filter(None, [_file_at(page)])),
        warnings=tuple(warnings),
    )


def formats_of(row: Row) -> frozenset[str]:
    """The formats that a line announces, as they are called here."""
    words = re.split(r"[;,/|]", row.cells.get("FORMAT_RESSOURCES", ""))
    return frozenset(filter(None, (resolve_format(word.strip()) for word in words)))


def address_of(row: Row, url: str) -> str | None:
    """The address that a line gives, absolute."""
    return clean_url(row.cells.get("URL"), url)


def _refusal(row: Row, remote_id: str | None, title: str | None) -> str | None:
    if row.surplus:
        return (
            "elle a plus de cellules que l'en-tête n'a de colonnes. Mettez entre guillemets les "
            "textes qui contiennent le séparateur."
        )
    if remote_id is None:
        return (
            "la colonne ID est vide, le jeu de données ne peut pas être suivi. Donnez-lui un "
            "identifiant qui ne change pas."
        )
    if title is None:
        return "la colonne TITRE est vide. Donnez un titre au jeu de données."
    return None


def _publisher(row: Row) -> Publisher:
    """The producer; else who publishes the catalogue."""
    for prefix in ("PRODUCTEUR", "COLL"):
        name = clean_line(row.cells.get(f"{prefix}_NOM"))
        siret = clean_siret(row.cells.get(f"{prefix}_SIRET"))
        if name or siret:
            return Publisher(name=name, siret=siret)
    return Publisher()


def _frequency(value: str | None, warnings: list[str]) -> str | None:
    word = clean_line(value)
    frequency = resolve_frequency(word)
    if frequency == "unknown" and word and word.lower() != "inconnue":
        warnings.append(f"Fréquence de mise à jour non reconnue : « {word} ».")
    return frequency


def _modified(value: str | None, now: datetime, warnings: list[str]) -> datetime | None:
    moment = past_moment(value, now)
    if moment is None and parse_moment(value):
        warnings.append("Date de modification dans le futur : elle est laissée de côté.")
    return moment


def _file_at(url: str | None) -> ResourceRecord | None:
    """The address itself when its name says that it is a file."""
    name = resolve_format(None, None, url)
    if url is None or name is None or name in _PAGES:
        return None
    return ResourceRecord(remote_id=made_id(url), url=url, format=name, title=_name_of(url))


def _name_of(url: str) -> str | None:
    return clean_line(url.split("?", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1])


def _split(text: str | None) -> list[object]:
    return list(re.split(r"\s*;\s*", text)) if text else []
