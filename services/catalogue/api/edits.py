"""What an operator corrects in a description, beside what the portal says."""

from uuid import UUID

from fastapi import APIRouter, Response

from services.catalogue.api.dependencies import GivenDatabase, Writer
from services.catalogue.api.schemas import EditView
from services.catalogue.models.edits import Changes
from services.catalogue.operations.edit_dataset import edit_dataset, list_edits, undo_edit

router = APIRouter()


@router.patch("/datasets/{dataset_id}", summary="Corriger la description d’un jeu de données")
async def patch_dataset(
    dataset_id: UUID, changes: Changes, database: GivenDatabase, principal: Writer
) -> list[EditView]:
    """Only the given fields; they outlive every harvest. All edits of the dataset."""
    edits = await edit_dataset(database, dataset_id, changes, principal)
    return [EditView.model_validate(edit) for edit in edits]


@router.get("/datasets/{dataset_id}/edits", summary="Les corrections d’un jeu de données")
async def get_edits(dataset_id: UUID, database: GivenDatabase) -> list[EditView]:
    """Each beside what the portal says, with when it was made, and on whose behalf."""
    return [EditView.model_validate(edit) for edit in await list_edits(database, dataset_id)]


@router.delete(
    "/datasets/{dataset_id}/edits/{field}", status_code=204, summary="Annuler une correction"
)
async def delete_edit(
    dataset_id: UUID, field: str, database: GivenDatabase, principal: Writer
) -> Response:
    """The field shows again what the portal says."""
    await undo_edit(database, dataset_id, field, principal)
    return Response(status_code=204)
