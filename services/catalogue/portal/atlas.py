"""The map of the territories, drawn on the server, and the table that says the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from fastapi import APIRouter, Request, Response

from services.catalogue.api.dependencies import GivenDatabase
from services.catalogue.models.schema_names import SOCLE
from services.catalogue.operations.read_map import COUNTRY, TerritoryMap, Unit, read_map
from services.catalogue.operations.shipped import shipped_about
from services.catalogue.portal.language import Language, language_of
from services.catalogue.portal.rendering import render
from services.catalogue.storage.openness import Openness
from shared.access.models import Role
from shared.db import Database

router = APIRouter()

PAGE = "/carte"
_SHARES = (0.0, 0.2, 0.4, 0.6, 0.8)


class View(StrEnum):
    """What the colour says. The values stand in the address."""

    OPENING = "ouverture"
    VALIDITY = "validite"
    FRESHNESS = "fraicheur"
    SOCLE = "socle"


@dataclass(frozen=True)
class Scale:
    """Five steps of one colour; `steps` are their lower bounds, `value` what is compared."""

    steps: Sequence[float]
    value: Callable[[Openness], float | None]
    share: bool = False

    def step(self, openness: Openness) -> int:
        """0: nothing to show; else 1 (palest) to 5."""
        value = self.value(openness)
        if value is None:
            return 0
        return sum(value >= bound for bound in self.steps)

    def words(self, openness: Openness, language: Language) -> str:
        """The value as a reader of that language writes it."""
        value = self.value(openness)
        if value is None:
            return language.text("map.no_value")
        return language.percent(value) if self.share else language.number(value)

    def legend(self, language: Language) -> list[tuple[int, str]]:
        """Steps with their words, palest first."""
        uppers = [*self.steps[1:], None]
        return [
            (step, self._between(low, high, language))
            for step, (low, high) in enumerate(zip(self.steps, uppers, strict=True), start=1)
        ]

    def _between(self, low: float, high: float | None, language: Language) -> str:
        if self.share:
            return f"{language.percent(low)} – {language.percent(high or 1)}"
        if high is None:
            return language.text("map.and_more", n=language.number(low))
        last = high - 1
        return language.number(low) if last == low else f"{low:g}–{last:g}"


_SCALES = {
    View.OPENING: Scale((1, 3, 6, 10, 20), lambda o: o.datasets or None),
    View.VALIDITY: Scale(_SHARES, lambda o: o.valid_share, share=True),
    View.FRESHNESS: Scale(_SHARES, lambda o: o.fresh_share, share=True),
    View.SOCLE: Scale((1, 2, 4, 6, 9), lambda o: o.socle or None),
}


@dataclass(frozen=True)
class Cell:
    """A unit as it is shown: its class, its words, where it leads."""

    unit: Unit
    css: str
    words: str
    address: str


@router.get(PAGE)
async def map_page(
    request: Request,
    database: GivenDatabase,
    territoire: str | None = None,
    vue: View = View.OPENING,
) -> Response:
    """Who opens what, as a map and as a table."""
    language = language_of(request)
    shown, values = await map_values(database, language, territoire or None, vue)
    scale = _SCALES[vue]
    return render(
        request,
        "map.html",
        {
            **values,
            "ranked": _ranked(shown),
            "views": list(View),
            "legend": scale.legend(language),
            "roles": [role for role in Role if any(role in unit.roles for unit in shown.units)],
            "socle": len(SOCLE),
            "here": shown.focus.code if shown.focus else COUNTRY,
            "country": COUNTRY,
            "data": shipped_about("contours"),
            "fictitious": shown.fictitious,
        },
    )


async def map_values(
    database: Database, language: Language, territory: str | None = None, view: View = View.OPENING
) -> tuple[TerritoryMap, dict[str, Any]]:
    """The map of a territory, and what its drawing is made from."""
    shown = await read_map(database, territory, as_of=datetime.now(UTC))
    cells = {u.territory.code: _cell(u, view, _SCALES[view], language) for u in shown.units}
    return shown, {"map": shown, "cells": cells, "view": view}


def _cell(unit: Unit, view: View, scale: Scale, language: Language) -> Cell:
    css = f"m{scale.step(unit.openness)}"
    if view is View.OPENING and unit.roles:
        css = Role.ANIMATOR.value if Role.ANIMATOR in unit.roles else unit.roles[0].value
    words = language.text(
        f"map.says.{view.value}",
        name=unit.territory.name,
        value=scale.words(unit.openness, language),
        datasets=language.count("map.datasets", unit.openness.datasets),
    )
    roles = ", ".join(language.text(f"organizations.role.{role.value}") for role in unit.roles)
    below = unit.territory.kind in {"departement", "region"}
    address = (
        f"{PAGE}?territoire={unit.territory.code}"
        if below
        else (f"/territoires/{unit.territory.code}")
    )
    return Cell(unit, css, f"{words} – {roles}" if roles else words, address)


def _ranked(shown: TerritoryMap) -> list[Unit]:
    """Units for the table: those that opened most first, then by name; empty ones last."""
    return sorted(
        shown.units,
        key=lambda unit: (-unit.openness.datasets, not unit.roles, unit.territory.name),
    )
