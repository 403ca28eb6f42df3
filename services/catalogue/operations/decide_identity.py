"""What a person decides of two datasets: one, two, or as the evidence says."""

from dataclasses import replace
from typing import Literal
from uuid import UUID

from services.catalogue.models.dataset import DatasetCopy
from services.catalogue.operations.index_datasets import index_datasets
from services.catalogue.operations.resolve_duplicates import resolve_again
from services.catalogue.storage.datasets import DatasetStore
from services.catalogue.storage.identities import IdentityStore
from services.catalogue.storage.locks import lock_writers
from shared.access.models import Principal
from shared.access.store import AccessStore
from shared.db import Database
from shared.errors import InvalidInputError, NotFoundError

Decision = Literal["same", "distinct", "evidence"]
"""`evidence` takes a former decision back."""


async def decide_identity(
    database: Database,
    one: UUID,
    other: UUID,
    decision: Decision,
    *,
    principal: Principal,
    note: str | None = None,
) -> None:
    """Store the decision and apply it at once; it outlives every harvest.

    Raises `NotFoundError`, `InvalidInputError` for a dataset and itself, and
    `ForbiddenError` unless the caller acts for the owners of both.
    """
    if one == other:
        raise InvalidInputError(
            "Il faut deux jeux de données différents.",
            message_en="Two different datasets are needed.",
        )
    async with database.begin() as session:
        await lock_writers(session)
        known = await DatasetStore(session).stored([one, other])
        for id_ in (one, other):
            if id_ not in known:
                raise NotFoundError(
                    f"Aucun jeu de données ne porte l’identifiant {id_}.",
                    message_en=f"There is no dataset {id_}.",
                )
            principal.must_own(known[id_].organization_id)
        same = {"same": True, "distinct": False, "evidence": None}[decision]
        store = IdentityStore(session)
        # Both, with all that hangs together with them, before and after.
        related = {one, other} | await store.reachable(await store.keys([one, other]))
        await store.decide(one, other, same=same, by=principal.label, note=note)
        await index_datasets(session, await resolve_again(session, related))


async def list_duplicates(
    database: Database, *, after: UUID | None = None, limit: int = 50
) -> list[tuple[DatasetCopy, ...]]:
    """Clusters of more than one copy, the shown one first in each; by its id."""
    async with database.begin() as session:
        store = IdentityStore(session)
        shown = await store.with_copies(after or UUID(int=0), limit)
        copies = await store.copies_of(shown)
        names = {one.id: one.name for one in await AccessStore(session).organizations()}
    return [
        tuple(
            replace(copy, organization_name=names.get(copy.organization_id, ""))
            for copy in copies[id_]
        )
        for id_ in shown
    ]
