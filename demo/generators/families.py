"""Life of families: first names of the newborn, school meals and their dishes."""

import datetime as dt
import json
from typing import Final

from demo.identifiers import invented_siret
from demo.tables import Assignment, Table, table, words

FIRST_NAMES: Final = (
    "COMMUNE_NOM", "COLL_INSEE", "ENFANT_SEXE", "ENFANT_PRENOM", "NOMBRE_OCCURRENCES", "ANNEE",
)  # fmt: skip

MENUS: Final = (
    "menuCollNom", "menuCollSiret", "menuEtablissementNom", "menuEtablissementSiret",
    "menuRestaurantNom", "menuRestaurantInsee", "menuRestaurantId", "menuRestaurantIdType",
    "menuRestaurantType", "menuRestaurantConvive", "menuDate", "menuRepasType",
    "menuPlatType", "menuPlatNom", "menuPlatCode", "menuPlatSiqo", "menuPlatLabel",
    "menuPlatPrecision", "menuPlatRegime", "menuPlatAllergene", "menuPlatTexture",
    "menuPlatNutriscore", "menuPlatPrix", "menuPublicationDate", "menuModificationDate",
    "menuModificationInfo",
)  # fmt: skip

DISHES: Final = (
    "platCollNom", "platCollSiret", "platEtablissementNom", "platEtablissementSiret",
    "platCode", "platNom", "platProduitNom", "platProduitFournisseurNom",
    "platProduitFournisseurSiret", "platProduitFournisseurInsee", "platProduitSiqo",
    "platProduitLabel", "platProduitDescription", "platProduitOGM", "platProduitIonisation",
    "platProduitAdditif", "platProduitAllergene", "platProduitNutriment",
    "platPublicationDate", "platModificationDate", "platModificationInfo",
)  # fmt: skip

_COURSES: Final = ("entrée", "plat principal", "garniture", "produit laitier", "dessert", "pain")


def first_names(assignment: Assignment) -> Table:
    """First names given at least three times a year, over five years, most frequent first."""
    rng, commune = assignment.rng, assignment.commune
    busiest = max(4, commune.population // 2500)
    records: list[dict[str, object]] = [
        {
            "COMMUNE_NOM": commune.name,
            "COLL_INSEE": commune.insee_code,
            "ENFANT_SEXE": sex,
            "ENFANT_PRENOM": name,
            "NOMBRE_OCCURRENCES": rng.randrange(3, busiest + 3),
            "ANNEE": year,
        }
        for year in range(assignment.year - 4, assignment.year + 1)
        for sex in ("F", "M")
        for name in words("first_names")[sex]
    ]
    records.sort(
        key=lambda record: (-int(str(record["ANNEE"])), -int(str(record["NOMBRE_OCCURRENCES"])))
    )
    return table(records, FIRST_NAMES)


def _texts(values: list[str]) -> str | None:
    return json.dumps(values, ensure_ascii=False) if values else None


def dish_code(name: str) -> str:
    """A dish's code in the town's kitchen: the same in the menus and in the dishes."""
    place = [dish[1] for dish in words("dishes")].index(name)
    return f"P{place + 1:03d}"


def menus(assignment: Assignment) -> Table:
    """Four weeks of lunches of the elementary schools: one dish of each course a day.

    The second of them is this week: who looks at the menus wants to know what is for lunch.
    """
    rng, commune = assignment.rng, assignment.commune
    today = dt.datetime.now(dt.UTC).date()
    start = today - dt.timedelta(days=today.weekday() + 7)
    days = [start + dt.timedelta(weeks=week, days=day) for week in range(4) for day in range(5)]
    records: list[dict[str, object]] = []
    for day in days:
        for course in _COURSES:
            options = [dish for dish in words("dishes") if dish[0] == course]
            _, name, allergens, diets, labels = rng.choice(options)
            records.append(
                {
                    "menuCollNom": commune.body,
                    "menuCollSiret": commune.siret,
                    "menuEtablissementNom": "Cuisine centrale",
                    "menuEtablissementSiret": commune.siret,
                    "menuRestaurantNom": "Écoles élémentaires",
                    "menuRestaurantInsee": commune.insee_code,
                    "menuRestaurantIdType": "sans",
                    "menuRestaurantType": "élémentaire",
                    "menuRestaurantConvive": "enfant",
                    "menuDate": day.isoformat(),
                    "menuRepasType": "déjeuner",
                    "menuPlatType": course,
                    "menuPlatNom": name,
                    "menuPlatCode": dish_code(name),
                    "menuPlatSiqo": _texts(labels),
                    "menuPlatRegime": _texts(diets),
                    "menuPlatAllergene": _texts(allergens),
                    "menuPlatTexture": _texts(["sans texture modifiée"]),
                    "menuPublicationDate": f"{start - dt.timedelta(days=10)}T08:00:00Z",
                }
            )
    return table(records, MENUS)


def dishes(assignment: Assignment) -> Table:
    """The dishes of the central kitchen, with three products each and where they come from."""
    rng, commune = assignment.rng, assignment.commune
    suppliers = {supplier: invented_siret(rng) for _, supplier, _ in words("products")}
    records: list[dict[str, object]] = []
    for _, name, _, _, labels in words("dishes"):
        for product, supplier, allergens in rng.sample(words("products"), 3):
            records.append(
                {
                    "platCollNom": commune.body,
                    "platCollSiret": commune.siret,
                    "platEtablissementNom": "Cuisine centrale",
                    "platEtablissementSiret": commune.siret,
                    "platCode": dish_code(name),
                    "platNom": name,
                    "platProduitNom": product,
                    "platProduitFournisseurNom": supplier,
                    "platProduitFournisseurSiret": suppliers[supplier],
                    "platProduitFournisseurInsee": commune.insee_code,
                    "platProduitSiqo": _texts(labels),
                    "platProduitOGM": "non",
                    "platProduitIonisation": "non",
                    "platProduitAllergene": _texts(allergens),
                    "platPublicationDate": f"{assignment.year}-08-20T08:00:00Z",
                    "platModificationDate": f"{assignment.year}-09-01T08:00:00Z",
                }
            )
    return table(records, DISHES)
