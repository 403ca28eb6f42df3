"""The method of OpenDataLocale: who is obliged, how far each has come, what could be shared."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.catalogue.api.dependencies import (
    FileLanguage,
    GivenDatabase,
    ReaderLanguage,
    Writer,
)
from services.catalogue.api.method_views import (
    DeclarationChange,
    InitiativeView,
    MutualisationView,
    NewInitiative,
    Roles,
    StandingView,
    initiative_view,
    mutualisation_view,
    obligation_row,
    standing_view,
)
from services.catalogue.api.tables import csv_response, named_columns
from services.catalogue.operations.declare import (
    declare,
    forget_initiative,
    give_roles,
    note_initiative,
)
from services.catalogue.operations.read_method import (
    Standing,
    read_obligations,
    read_standing,
    read_standings,
)
from services.catalogue.operations.read_mutualisation import read_mutualisation
from shared.access.models import Principal, Scope
from shared.http.auth import require

router = APIRouter()

Administrator = Annotated[Principal, Depends(require(Scope.ADMIN))]
Territory = Annotated[str, Query(description="Code d’un territoire")]
OptionalTerritory = Annotated[
    str | None,
    Query(description="Code d’un territoire : toutes ses communes. Sans lui : les membres."),
]

_HEADER = (
    "code",
    "nom",
    "population",
    "agents_etp",
    "agents_etp_le",
    "obligation",
    "explication",
    "depuis",
    "references",
    "jeux",
    "phase",
    "prochaine_etape",
)


@router.get("/territories/{code}/method", summary="Où en est un territoire")
async def get_standing(
    code: str, database: GivenDatabase, language: ReaderLanguage
) -> StandingView:
    """Obligation, phase with its evidence, next step, roles, what the operator noted."""
    return standing_view(await read_standing(database, code), language)


@router.get("/obligations", summary="Qui doit ouvrir ses données")
async def get_obligations(
    database: GivenDatabase, language: ReaderLanguage, territory: OptionalTerritory = None
) -> dict[str, list[StandingView]]:
    """Every commune of a territory, or every member."""
    standings = await _standings(database, territory)
    return {"items": [standing_view(one, language) for one in standings]}


@router.get("/obligations.csv", summary="Qui doit ouvrir ses données, en CSV")
async def get_obligations_csv(
    database: GivenDatabase, language: FileLanguage, territory: OptionalTerritory = None
) -> Response:
    """Every commune of a territory, or every member."""
    return csv_response(
        "obligations",
        named_columns(_HEADER, language),
        [obligation_row(one, language) for one in await _standings(database, territory)],
    )


@router.get("/mutualisation", summary="Ce qu’un territoire pourrait partager")
async def get_mutualisation(
    request: Request, database: GivenDatabase, territory: Territory, language: ReaderLanguage
) -> MutualisationView:
    """What two bodies publish for one place; what neighbours of similar size publish and this
    territory does not, with a valid file as an example and its schema.
    """
    found = await read_mutualisation(database, territory)
    public_url = request.app.state.settings.public_url.rstrip("/")
    return mutualisation_view(found, public_url, language)


@router.patch("/organizations/{key}/declaration", summary="Noter ce que l’on sait d’un membre")
async def patch_declaration(
    key: str, change: DeclarationChange, database: GivenDatabase, principal: Writer
) -> dict[str, str]:
    """Agents in full-time equivalents, commitment, contact. Fields not sent stay; `null` clears."""
    owner = await declare(database, key, change.model_dump(exclude_unset=True), principal)
    return {"organization": str(owner.id)}


@router.put("/organizations/{key}/roles", summary="Donner ses rôles à un membre")
async def put_roles(
    key: str, given: Roles, database: GivenDatabase, principal: Administrator
) -> dict[str, list[str]]:
    """`animator`, `experimenter`, both or none. Takes an administrator's key."""
    del principal
    owner = await give_roles(database, key, given.roles)
    return {"roles": [role.value for role in owner.roles]}


@router.post("/organizations/{key}/initiatives", status_code=201, summary="Noter une action")
async def post_initiative(
    key: str, new: NewInitiative, database: GivenDatabase, principal: Writer
) -> InitiativeView:
    """What a member did for one of the six phases, where no file shows it.

    The same action sent again is the same action.
    """
    noted = await note_initiative(database, key, new.model_dump(), principal)
    return initiative_view(noted)


@router.delete(
    "/organizations/{key}/initiatives/{initiative_id}",
    status_code=204,
    summary="Retirer une action",
)
async def delete_initiative(
    key: str, initiative_id: UUID, database: GivenDatabase, principal: Writer
) -> None:
    """Take back what was noted."""
    await forget_initiative(database, key, initiative_id, principal)


async def _standings(database: GivenDatabase, territory: str | None) -> list[Standing]:
    return (
        await read_obligations(database, territory) if territory else await read_standings(database)
    )
