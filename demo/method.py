"""What the operator of the demonstration says of its members. Invented, like all the rest."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class Action:
    """Something a member did for one of the six phases."""

    phase: int
    title: str
    on_day: str


@dataclass(frozen=True)
class Declared:
    """`staff` None: nobody has entered it yet."""

    staff: int | None = None
    committed_on: str | None = None
    contact: str | None = None
    roles: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()

    @property
    def facts(self) -> dict[str, object]:
        """As the catalogue's API takes them; nothing that is not said."""
        said = {
            "staff_fte": self.staff,
            "staff_on": "2026-01-01" if self.staff is not None else None,
            "committed_on": self.committed_on,
            "contact_name": self.contact,
        }
        return {name: value for name, value in said.items() if value is not None}


DECLARED: Final[Mapping[str, Declared]] = MappingProxyType({
    "creteil": Declared(
        2150, "2024-06-24", "Mission données (fictif)", ("animator",),
        (Action(3, "Un après-midi avec les agents de trois communes voisines (fictif)",
                "2026-02-10"),),
    ),
    "maisons-alfort": Declared(
        980, "2025-03-31", "Direction du numérique (fictif)", ("experimenter",),
        (Action(5, "La carte des équipements sur le site de la ville (fictif)", "2026-04-14"),
         Action(6, "Café des données à la médiathèque (fictif)", "2026-05-30")),
    ),
    "nogent-sur-marne": Declared(610, "2025-09-15", "Secrétariat général (fictif)",
                                 ("experimenter",)),
    "limeil-brevannes": Declared(540, "2025-12-01"),
    "joinville-le-pont": Declared(420, None, "Service communication (fictif)"),
    "boissy-saint-leger": Declared(380),
    "chennevieres-sur-marne": Declared(360),
    "la-queue-en-brie": Declared(240),
    "ormesson-sur-marne": Declared(160),
    "marolles-en-brie": Declared(46),
    "grand-paris-sud-est-avenir": Declared(
        1100, "2025-01-20", "Direction de l'innovation (fictif)", (),
        (Action(4, "Une réunion avec les communes : qui publie quoi ? (fictif)", "2026-06-18"),),
    ),
    # Mandres-les-Roses has not answered yet; Périgny has fewer than 3,500 inhabitants.
})  # fmt: skip
