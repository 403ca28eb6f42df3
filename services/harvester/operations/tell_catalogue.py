"""Give datasets to the catalogue, of which one that it refuses holds up no other."""

from collections.abc import Sequence
from uuid import UUID

from shared.clients.catalogue import CatalogueClient
from shared.contracts.catalogue import DatasetBatch, DatasetUpsert
from shared.errors import ClientError


async def tell_catalogue(
    catalogue: CatalogueClient, messages: Sequence[DatasetUpsert]
) -> dict[UUID, str]:
    """Those that are refused and its words, by halving: one bad dataset of `n` costs some
    2 · log₂ n calls more. Raises `Transient` while the catalogue is away.
    """
    if not messages:
        return {}
    try:
        await catalogue.upsert_datasets(DatasetBatch(datasets=list(messages)))
    except ClientError as error:
        if len(messages) == 1:
            return {messages[0].id: error.message}
        half = len(messages) // 2
        return await tell_catalogue(catalogue, messages[:half]) | await tell_catalogue(
            catalogue, messages[half:]
        )
    return {}
