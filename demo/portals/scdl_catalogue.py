"""A town's site with nothing but a catalogue of the SCDL, linked to from its first page."""

import csv
import io
from html import escape
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from demo.catalogue import Dataset
from demo.plan import Portal
from demo.portals.addresses import site_of
from demo.portals.holdings import Library, members_of
from demo.portals.pages import page

_HEADER: Final = (
    "COLL_NOM", "COLL_SIRET", "ID", "TITRE", "DESCRIPTION", "THEME", "PRODUCTEUR_NOM",
    "PRODUCTEUR_SIRET", "COUV_SPAT_MAILLE", "COUV_SPAT_NOM", "COUV_TEMP_DEBUT", "COUV_TEMP_FIN",
    "DATE_PUBL", "FREQ_MAJ", "DATE_MAJ", "MOTS_CLES", "LICENCE", "NOMBRE_RESSOURCES",
    "FORMAT_RESSOURCES", "URL",
)  # fmt: skip
_FREQUENCIES: Final = {
    "annual": "Annuelle", "semiannual": "Semestrielle", "quarterly": "Trimestrielle",
    "monthly": "Mensuelle", "weekly": "Hebdomadaire", "irregular": "Sans régularité",
    "punctual": "Ponctuelle",
}  # fmt: skip


def scdl_catalogue_router(library: Library, portal: Portal) -> APIRouter:
    """`/<portal>/` and `/<portal>/catalogue.csv`."""
    router = APIRouter(prefix=f"/{portal.slug}")

    @router.get("/")
    async def home() -> HTMLResponse:
        (member,) = members_of(portal.slug)
        return page(
            f"Site {member.of_name}",
            f"<p>Données ouvertes {member.of_name} : "
            f'<a href="/{portal.slug}/catalogue.csv">catalogue des jeux de données (CSV, SCDL)</a>'
            f"</p><p>{escape(member.name)} compte {member.population} habitants.</p>",
        )

    @router.get("/catalogue.csv")
    async def catalogue(request: Request) -> Response:
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
        writer.writerow(_HEADER)
        for dataset in library.datasets(portal.slug):
            writer.writerow(_line(site_of(request, portal), dataset))
        return Response(text.getvalue().encode("utf-8-sig"), media_type="text/csv")

    return router


def _line(site: str, dataset: Dataset) -> tuple[str, ...]:
    name, siret = dataset.member.body, dataset.member.siret
    first, last = dataset.years
    return (
        name, siret, dataset.id, dataset.title, dataset.description, dataset.subject.theme,
        name, siret, dataset.member.form, dataset.member.name, f"{first}-01-01", f"{last}-12-31",
        f"{dataset.created:%Y-%m-%d}", _FREQUENCIES[dataset.subject.frequency],
        f"{dataset.modified:%Y-%m-%d}", ",".join(dataset.keywords),
        {"lov2": "Licence Ouverte v2.0"}.get(dataset.publication.license, ""),
        str(len(dataset.resources)),
        ",".join(dict.fromkeys(one.extension.upper() for one in dataset.resources)),
        f"{site}/datasets/{dataset.slug}/",
    )  # fmt: skip
