"""Views made for the schemas of the socle: what a reader finds in them."""

import csv
import io
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from services.validator.adapters.parquet import write_table
from services.validator.engine.schema import compile_schema
from services.validator.engine.tabulation import tabulate
from shared.store import DiskStore, one_chunk
from shared.zone import PARIS
from tests.integration.catalogue.builders import CRETEIL, NOW, checked, content, dataset, key

API = "/api/catalogue/v1"
TODAY = datetime.now(PARIS).date()  # towns have another Monday than UTC for an hour or two
MONDAY = TODAY - timedelta(days=TODAY.weekday())

MENUS = [
    "menuRestaurantNom",
    "menuDate",
    "menuRepasType",
    "menuRestaurantConvive",
    "menuPlatType",
    "menuPlatNom",
    "menuPlatCode",
    "menuPlatSiqo",
    "menuPlatLabel",
    "menuPlatPrecision",
    "menuPlatRegime",
    "menuPlatAllergene",
    "menuPlatNutriscore",
]
DISHES = [
    "platCode",
    "platProduitNom",
    "platProduitFournisseurNom",
    "platProduitFournisseurInsee",
    "platProduitSiqo",
    "platProduitLabel",
]
GRANTS = [
    "dateConvention",
    "referenceDecision",
    "nomBeneficiaire",
    "idBeneficiaire",
    "rnaBeneficiaire",
    "objet",
    "montant",
    "nature",
]
BUDGET = [
    "BGT_NATDEC",
    "BGT_ANNEE",
    "BGT_CONTNAT",
    "BGT_CONTNAT_LABEL",
    "BGT_FONCTION",
    "BGT_SECTION",
    "BGT_OPBUDG",
    "BGT_CODRD",
    "BGT_MTREAL",
    "BGT_MTPREV",
    "BGT_MTPROPNOUV",
]
DEFIBRILLATORS = [
    "nom",
    "lat_coor1",
    "long_coor1",
    "adr_num",
    "adr_voie",
    "com_cp",
    "com_nom",
    "acc",
    "acc_complt",
    "disp_j",
    "disp_h",
    "etat_fonct",
]
NAMES = ["ENFANT_SEXE", "ENFANT_PRENOM", "NOMBRE_OCCURRENCES", "ANNEE"]
DECISIONS = [
    "DELIB_ID",
    "DELIB_DATE",
    "DELIB_MATIERE_CODE",
    "DELIB_MATIERE_NOM",
    "DELIB_OBJET",
    "VOTE_REEL",
    "VOTE_POUR",
    "VOTE_CONTRE",
    "VOTE_ABSTENTION",
    "DELIB_URL",
]

Show = Callable[..., Awaitable[str]]


@pytest.fixture
def show(
    app: FastAPI, client: httpx2.AsyncClient, keys: dict[str, dict[str, str]], tmp_path: Path
) -> Show:
    """Publish a table and give the page of its view."""

    async def publish(schema: str, columns: list[str], rows: list[dict[str, Any]]) -> None:
        text = io.StringIO()
        writer = csv.DictWriter(text, columns)
        writer.writeheader()
        writer.writerows(rows)
        fields = [
            {"name": name, "constraints": {"pattern": "[^!]*"}, "type": "string"}
            for name in columns
        ]
        stream = io.BytesIO(text.getvalue().encode())
        path = tmp_path / "table.parquet"
        compiled = compile_schema({"fields": fields})
        facts = write_table(tabulate(stream, "a.csv", compiled, max_rows=99_999), path, max_rows=99)
        stored = await DiskStore(tmp_path).put(one_chunk(path.read_bytes()), limit=10**8)
        batch = {"datasets": [dataset(schema, resources=[checked(schema)]).model_dump(mode="json")]}
        answer = await client.post(f"{API}/datasets/batch", json=batch, headers=keys["syndicate"])
        assert answer.status_code == 200, answer.text
        message = {
            "resource_id": str(key(schema, "a")),
            "organization_id": str(CRETEIL.id),
            "report_id": str(key("report")),
            "content_sha256": content("v1"),
            "table_sha256": stored.sha256,
            "schema_name": schema,
            "schema_version": "1.0",
            "checked_at": NOW.isoformat(),
            **facts.to_json(),
        }
        answer = await client.post(
            f"{API}/tables", json={"tables": [message]}, headers=keys["syndicate"]
        )
        assert answer.status_code == 200, answer.text

    async def show(
        schema: str,
        columns: list[str],
        rows: list[dict[str, Any]],
        query: str = "",
        beside: tuple[str, list[str], list[dict[str, Any]]] | None = None,
    ) -> str:
        if beside:
            await publish(*beside)
        await publish(schema, columns, rows)
        answer = await client.get(f"/vues/{key(schema, 'a')}{query}")
        assert answer.status_code == 200, answer.text
        return answer.text.replace("\u202f", " ").replace("\xa0", " ")

    return show


def dish(name: str, day: int = 0, **cells: str) -> dict[str, str]:
    return {
        "menuRestaurantNom": "École du Lac",
        "menuDate": str(MONDAY + timedelta(days=day)),
        "menuRepasType": "déjeuner",
        "menuPlatType": "plat principal",
        "menuPlatNom": name,
        **cells,
    }


async def test_menus_are_a_week_with_labels_allergens_and_where_products_come_from(
    show: Show,
) -> None:
    rows = [
        dish("Tarte", 0, menuPlatType="dessert"),
        dish(
            "Poisson",
            0,
            menuPlatCode="P1",
            menuPlatSiqo='["agriculture biologique"]',
            menuPlatAllergene="poissons|lait",
        ),
        dish("Soupe", 7),
        dish("Erreur !", 1),
    ]
    dishes = [
        {
            "platCode": "P1",
            "platProduitNom": "Colin",
            "platProduitFournisseurNom": "Marée SARL",
            "platProduitFournisseurInsee": "94028",
        }
    ]
    page = await show(
        "scdl/menus-collectifs",
        MENUS,
        rows,
        "?sans=lait",
        beside=("scdl/plats-menus-collectifs", DISHES, dishes),
    )
    assert page.index("Poisson") < page.index("Tarte")  # in the order of a meal
    assert "agriculture biologique" in page
    assert page.count('class="dish refused"') == 1
    assert "fourni par Marée SARL" in page
    assert "Soupe" not in page  # next week's
    assert "Semaine suivante" in page
    assert "Semaine précédente" not in page
    assert "Seules les 3 lignes sans erreur sont montrées ; 1 ligne est laissée de côté" in page
    following = await show(
        "scdl/menus-collectifs", MENUS, rows, f"?semaine={MONDAY + timedelta(days=7)}"
    )
    assert "Soupe" in following


async def test_a_holiday_shows_the_next_week_that_is_served(show: Show) -> None:
    page = await show("scdl/menus-collectifs", MENUS, [dish("Soupe", 21), dish("Riz", -14)])
    assert "Soupe" in page
    assert "Riz" not in page


async def test_grants_add_up_by_year_and_beneficiary(show: Show) -> None:
    def grant(day: str, who: str, amount: str, **cells: str) -> dict[str, str]:
        return {"dateConvention": day, "nomBeneficiaire": who, "montant": amount, **cells}

    rows = [
        grant("2023-05-02", "Judo", "1000"),
        grant("2024-05-02", "Judo", "250.50", objet="tatamis"),
        grant("2024-06-02", "Chorale", "4000"),
        grant("2024-06-03", "Échecs", "", nature="aide en nature"),
    ]
    page = await show("scdl/subventions", GRANTS, rows)
    assert "5 251 €" in page or "5 250 €" in page  # the total, to the euro
    assert "1 250,50 €" in page
    assert page.index("Chorale") < page.index("Judo")
    of_year = await show("scdl/subventions", GRANTS, rows, "?annee=2023")
    assert "<dd>1 000 €</dd>" in of_year
    by_word = await show("scdl/subventions", GRANTS, rows, "?q=TATAMI")
    assert "Chorale" not in by_word


async def test_a_budget_is_read_by_function_and_by_chapter_without_one(show: Show) -> None:
    def line(side: str, amount: str, function: str = "", **cells: str) -> dict[str, str]:
        return {
            "BGT_NATDEC": "budget primitif",
            "BGT_ANNEE": "2025",
            "BGT_CONTNAT": "011",
            "BGT_CONTNAT_LABEL": "Charges à caractère général",
            "BGT_FONCTION": function,
            "BGT_SECTION": "fonctionnement",
            "BGT_OPBUDG": "réel",
            "BGT_CODRD": side,
            "BGT_MTPREV": amount,
            **cells,
        }

    page = await show(
        "scdl/budget",
        BUDGET,
        [
            line("dépense", "600", "213"),
            line("dépense", "300", "20"),
            line("recette", "100", "3"),
            line("dépense", "9000", "2", BGT_OPBUDG="ordre"),
            line("dépense", "50", "2", BGT_SECTION="investissement"),
        ],
        "?section=fonctionnement",
    )
    assert "Enseignement, formation professionnelle et apprentissage" in page
    assert "900 €" in page
    assert "9 900 €" not in page
    plain = await show("scdl/budget", BUDGET, [line("dépense", "600")])
    assert "Charges à caractère général" in plain
    assert "réunies par chapitre" in plain


async def test_places_are_points_and_a_list(show: Show) -> None:
    rows = [
        {"nom": "Mairie", "lat_coor1": "48.79", "long_coor1": "2.46", "acc": "Intérieur"},
        {"nom": "Gymnase", "lat_coor1": "48.80", "long_coor1": "2.45", "acc": "Extérieur"},
        {"nom": "Perdu", "lat_coor1": "0", "long_coor1": "0", "acc": "Extérieur"},
    ]
    page = await show("atlasante/schema-dae", DEFIBRILLATORS, rows)
    assert page.count('class="point"') == 2
    assert page.count('<li id="lieu-') == 2
    assert "1 ligne n’a pas de coordonnées" in page
    outside = await show("atlasante/schema-dae", DEFIBRILLATORS, rows, "?type=Extérieur")
    assert "Mairie" not in outside


async def test_a_table_with_coordinates_has_a_map_whatever_its_schema(show: Show) -> None:
    rows = [{"Nom": "Banc", "Latitude": "48.7", "Longitude": "2.4"}]
    page = await show("essai/bancs", ["Nom", "Latitude", "Longitude"], rows)
    assert "Banc" in page


async def test_first_names_follow_the_years_whatever_the_accents(show: Show) -> None:
    rows = [
        {"ENFANT_SEXE": sex, "ENFANT_PRENOM": name, "NOMBRE_OCCURRENCES": n, "ANNEE": year}
        for sex, name, n, year in (
            ("F", "Zoé", "5", "2023"),
            ("F", "Zoé", "9", "2024"),
            ("F", "Ana", "12", "2024"),
            ("M", "Léo", "7", "2024"),
        )
    ]
    page = await show("scdl/prenoms", NAMES, rows, "?prenom=zoe,inconnu")
    assert "Zoé, 1er janvier 2024 : 9" in page
    assert "Absents de ce fichier : INCONNU" in page
    assert "Filles" in page
    assert "Garçons" in page


async def test_decisions_are_searched_and_show_their_votes(show: Show) -> None:
    rows = [
        {
            "DELIB_ID": f"2024-{n:03}",
            "DELIB_DATE": f"2024-01-{n:02}",
            "DELIB_MATIERE_NOM": "Finances",
            "DELIB_OBJET": "Budget de l'école" if n == 1 else "Marché",
            "VOTE_POUR": "20",
            "VOTE_CONTRE": "3",
            "VOTE_ABSTENTION": "1",
            "DELIB_URL": "javascript:alert(1)" if n == 1 else "https://exemple.fr/acte.pdf",
        }
        for n in range(1, 29)
    ]
    page = await show("scdl/deliberations", DECISIONS, rows)
    assert "28 délibérations" in page
    assert page.index("2024-028") < page.index("2024-027")
    assert "Page 1 sur 2" in page
    assert "20 pour" in page
    found = await show("scdl/deliberations", DECISIONS, rows, "?q=ecole")
    assert "1 délibération" in found
    assert "javascript:" not in found
    last = await show("scdl/deliberations", DECISIONS, rows, "?page=99")
    assert "Page 2 sur 2" in last


async def test_a_file_without_table_or_view_is_said(client: httpx2.AsyncClient, show: Show) -> None:
    assert (await client.get(f"/vues/{key('rien', 'a')}")).status_code == 404
    with pytest.raises(AssertionError, match="404"):
        await show("essai/plat", ["a"], [{"a": "1"}])
