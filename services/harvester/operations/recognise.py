"""Which schemas the first tables of a preview follow, by their columns."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from itertools import islice

from services.harvester.connectors.contract import Getter
from services.harvester.models.datasets import schema_of
from services.harvester.models.files import named_with_extension, promises_a_table
from shared.contracts.records import DatasetRecord, ResourceRecord
from shared.contracts.validation import MATCHED_MAX_BYTES
from shared.errors import ServiceError
from shared.fetch import file_name
from shared.typography import counted

Recogniser = Callable[[bytes, str], Awaitable[str | None]]
"""The schema that a file of this content and name follows by its columns, if any. Raises
`ServiceError` when it cannot tell now, of this file or another.
"""

_TABLES_LOOKED_AT = 20
_SECONDS = 60.0
_NOT_ALL = (
    "Tous les schémas n'ont pas été cherchés d'après les colonnes ({done} sur {wanted}) : "
    "{reason} Le moissonnage les cherchera."
)
_TOO_SLOW = "les fichiers ont mis plus d'une minute à venir."


async def recognise_tables(
    records: Iterable[DatasetRecord],
    *,
    getter: Getter,
    recogniser: Recogniser,
    seconds: float = _SECONDS,
) -> tuple[dict[str, int], str | None]:
    """Schemas that the first twenty undeclared tables follow, by how many; and the warning, in
    French, when not all could be looked at within `seconds`.

    A table that cannot be had, or is larger than 5 MiB, is left to the harvest.
    """
    tables = list(islice(_undeclared(records), _TABLES_LOOKED_AT))
    found: Counter[str] = Counter()
    done, reason = 0, None
    try:
        async with asyncio.timeout(seconds):
            for table in tables:
                file = await _file_of(table, getter)
                if file and (schema := await recogniser(*file)):
                    found[schema] += 1
                done += 1
    except ServiceError as error:
        reason = error.message
    except TimeoutError:
        reason = _TOO_SLOW
    read, wanted = counted(done, "table lue", "tables lues"), len(tables)
    warning = reason and _NOT_ALL.format(done=read, wanted=wanted, reason=reason)
    return by_how_many(found), warning


def by_how_many(found: Counter[str]) -> dict[str, int]:
    """The schema of most tables first, then by name."""
    return dict(sorted(found.items(), key=lambda each: (-each[1], each[0])))


def _undeclared(records: Iterable[DatasetRecord]) -> Iterator[ResourceRecord]:
    for record in records:
        for resource in record.resources:
            undeclared = schema_of(record, resource) is None
            if undeclared and resource.url and promises_a_table(resource) is not False:
                yield resource


async def _file_of(table: ResourceRecord, getter: Getter) -> tuple[bytes, str] | None:
    """Content and name; None when it cannot be had."""
    try:
        answer = await getter.get(table.url or "", limit=MATCHED_MAX_BYTES)
    except ServiceError:
        return None
    if answer.status != 200:
        return None
    name = file_name(answer.url, answer.headers.get("content-disposition"))
    return answer.body, named_with_extension(name, table)
