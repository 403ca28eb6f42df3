"""Canteen menus as a week: dishes by day, their labels, allergens, products and suppliers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.catalogue.operations.views.source import Record, ViewSource, listed

SCHEMA = "scdl/menus-collectifs"
DISHES = "scdl/plats-menus-collectifs"

# The order in which a meal is eaten, and a day's meals.
_COURSES = ("entrée", "plat principal", "garniture", "produit laitier", "dessert", "pain")
_MEALS = ("petit-déjeuner", "collation", "déjeuner", "pique-nique", "goûter", "dîner")


@dataclass(frozen=True)
class Product:
    """What a dish is made of, and where it comes from."""

    name: str
    supplier: str | None
    supplier_insee: str | None
    origin_signs: tuple[str, ...]
    label: str | None


@dataclass(frozen=True)
class Dish:
    """One dish of a meal. `refused`: it holds an allergen that the reader avoids."""

    course: str
    name: str
    origin_signs: tuple[str, ...]
    label: str | None
    precision: str | None
    diets: tuple[str, ...]
    allergens: tuple[str, ...]
    nutriscore: str | None
    products: tuple[Product, ...]
    refused: bool


@dataclass(frozen=True)
class Meal:
    """A meal of a day, for a kind of guest."""

    kind: str
    guest: str | None
    dishes: tuple[Dish, ...]


@dataclass(frozen=True)
class Day:
    """A day of the week with its meals; none: nothing is served."""

    date: date
    meals: tuple[Meal, ...]


@dataclass(frozen=True)
class Week:
    """A week of a restaurant. Mondays of the weeks before and after that have menus."""

    monday: date
    days: tuple[Day, ...]
    previous: date | None
    following: date | None
    restaurant: str | None
    restaurants: tuple[str, ...]
    allergens: tuple[str, ...]
    with_products: bool


async def read_week(
    source: ViewSource,
    dishes: Sequence[ViewSource],
    *,
    today: date,
    asked: date | None = None,
    restaurant: str | None = None,
    avoided: Iterable[str] = (),
) -> Week | None:
    """The week of a day (`asked`), else this week's, else the next one served, else the last.

    None when the table has no menu at all. `dishes`: tables of the dishes' products.
    """
    restaurants = tuple(
        row["name"]
        for row in await source.summary(
            "select distinct menuRestaurantNom as name from valid"
            " where menuRestaurantNom is not null order by name"
        )
    )
    chosen = restaurant if restaurant in restaurants else None
    served = sorted(
        {
            _monday(date.fromisoformat(row["day"]))
            for row in await source.summary(
                "select distinct menuDate as day from valid"
                " where menuDate is not null and (? is null or menuRestaurantNom = ?)",
                chosen,
                chosen,
            )
        }
    )
    if not served:
        return None
    monday = _monday(asked) if asked else _nearest(served, _monday(today))
    rows = await source.summary(
        "select * from valid where menuDate between ? and ?"
        " and (? is null or menuRestaurantNom = ?) order by menuDate, _row",
        monday.isoformat(),
        (monday + timedelta(days=6)).isoformat(),
        chosen,
        chosen,
    )
    products = await _products(dishes, [row["menuPlatCode"] for row in rows])
    every = await source.summary(
        "select distinct menuPlatAllergene as cell from valid where menuPlatAllergene is not null"
    )
    return Week(
        monday=monday,
        days=_days(monday, rows, products, frozenset(avoided)),
        previous=max((week for week in served if week < monday), default=None),
        following=min((week for week in served if week > monday), default=None),
        restaurant=chosen,
        restaurants=restaurants,
        allergens=tuple(sorted({name for row in every for name in listed(row["cell"])})),
        with_products=bool(products),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _nearest(served: Sequence[date], now: date) -> date:
    """This week if something is served, else the next one that is, else the last."""
    return next((week for week in served if week >= now), served[-1])


async def _products(
    dishes: Sequence[ViewSource], codes: Iterable[str | None]
) -> dict[str, list[Product]]:
    """Products by code of dish, from the newest table that knows the dish."""
    wanted = sorted({code for code in codes if code})
    found: dict[str, list[Product]] = {}
    for source in dishes if wanted else ():
        rows = await source.summary(
            "select * from valid where list_contains(?, platCode)"
            " and platProduitNom is not null order by _row",
            wanted,
        )
        known = set(found)
        for row in rows:
            if row["platCode"] not in known:
                found.setdefault(row["platCode"], []).append(_product(row))
    return found


def _product(row: Record) -> Product:
    return Product(
        name=row["platProduitNom"],
        supplier=row["platProduitFournisseurNom"],
        supplier_insee=row["platProduitFournisseurInsee"],
        origin_signs=listed(row["platProduitSiqo"]),
        label=row["platProduitLabel"],
    )


def _days(
    monday: date,
    rows: Sequence[Record],
    products: Mapping[str, list[Product]],
    avoided: frozenset[str],
) -> tuple[Day, ...]:
    """Monday to Friday, and the week-end when something is served then."""
    by_day: dict[str, dict[tuple[str, str | None], list[Record]]] = {}
    for row in rows:
        meal = (row["menuRepasType"] or "", row["menuRestaurantConvive"])
        by_day.setdefault(row["menuDate"], {}).setdefault(meal, []).append(row)
    days = [monday + timedelta(days=n) for n in range(7)]
    return tuple(
        Day(
            day,
            tuple(
                Meal(kind, guest, _dishes(meals[kind, guest], products, avoided))
                for kind, guest in sorted(
                    meals, key=lambda meal: (_rank(_MEALS, meal[0]), meal[1] or "")
                )
            ),
        )
        for n, day in enumerate(days)
        if (meals := by_day.get(day.isoformat(), {})) or n < 5
    )


def _dishes(
    rows: Sequence[Record], products: Mapping[str, list[Product]], avoided: frozenset[str]
) -> tuple[Dish, ...]:
    dishes = []
    for row in sorted(rows, key=lambda row: _rank(_COURSES, row["menuPlatType"] or "")):
        allergens = listed(row["menuPlatAllergene"])
        dishes.append(
            Dish(
                course=row["menuPlatType"] or "",
                name=row["menuPlatNom"] or "",
                origin_signs=listed(row["menuPlatSiqo"]),
                label=row["menuPlatLabel"],
                precision=row["menuPlatPrecision"],
                diets=listed(row["menuPlatRegime"]),
                allergens=allergens,
                nutriscore=row["menuPlatNutriscore"],
                products=tuple(products.get(row["menuPlatCode"] or "", ())),
                refused=bool(avoided.intersection(allergens)),
            )
        )
    return tuple(dishes)


def _rank(order: Sequence[str], word: str) -> tuple[int, str]:
    """Place in an order; what is not in it comes last, by name."""
    return (order.index(word) if word in order else len(order), word)
