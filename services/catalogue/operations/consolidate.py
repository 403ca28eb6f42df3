"""The consolidated file of a schema: what there is, what is current, and its making.

Derived from tables in the store and kept by the key of its contents: built when somebody asks
for the first time, then kept up to date by the worker. Losing it costs the time to build it.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import structlog

from services.catalogue.adapters.consolidate import Written, consolidate
from services.catalogue.models.consolidation import Available, Consolidation, Plan, Scope, plan
from services.catalogue.models.verdict import HistoryLine
from services.catalogue.storage.consolidations import ConsolidationStore
from services.catalogue.storage.verdicts import VerdictStore
from shared.clients.validator import ValidatorClient
from shared.contracts.records import SchemaReference
from shared.contracts.validation import ResourceValidationRequest
from shared.db import Database
from shared.errors import NotFoundError, ServiceError
from shared.store import ContentStore

_NOBODY = UUID(int=0)
_CHUNK = 1 << 20
_LARGEST = 1 << 36

log = structlog.get_logger()


@dataclass(frozen=True)
class Current:
    """`built` is the file of the present rows; None while it has to be made. `former` is the
    one of earlier rows.
    """

    plan: Plan
    built: Consolidation | None
    former: Consolidation | None = None


async def available(
    database: Database, *, schema: str | None = None, territory: str | None = None
) -> list[Available]:
    """What can be had, by schema and licence."""
    async with database.begin() as session:
        return await ConsolidationStore(session).available(schema=schema, territory=territory)


async def choose_scope(
    database: Database, schema: str, *, license_: str | None, territory: str
) -> tuple[Scope, list[Available]]:
    """The scope asked for: without a licence the one with most rows. Its alternatives.

    Raises `NotFoundError` when there is no valid row, with the licences that have some.
    """
    found = await available(database, schema=schema, territory=territory or None)
    fitting = [each for each in found if license_ in {None, each.license}]
    if not fitting:
        licenses = ", ".join(each.license for each in found)
        hint = f" Licences disponibles : {licenses}." if licenses else ""
        raise NotFoundError(
            f"Aucune ligne valide du schéma « {schema} » ici sous cette licence.{hint}",
            message_en=f"No valid row of `{schema}` here under this licence. {licenses}",
        )
    return Scope(schema, fitting[0].license, territory), found


async def current(database: Database, scope: Scope) -> Current:
    """Whether the file of the scope is up to date; costs one query, whatever the rows."""
    async with database.begin() as session:
        store = ConsolidationStore(session)
        planned = plan(scope, await store.parts(scope))
        built = await store.built(scope)
    fresh = built is not None and built.content_key == planned.content_key
    return Current(planned, built if fresh else None, built)


async def want(database: Database, scope: Scope) -> None:
    """Have the worker make it, and keep it up to date."""
    async with database.begin() as session:
        await ConsolidationStore(session).want(scope)


async def build(
    database: Database, store: ContentStore, validator: ValidatorClient, scope: Scope
) -> Consolidation | None:
    """Make the file, unless it is current; None when no row is left.

    One builder at a time for each scope, in all processes. Its report is asked for; while the
    validator is away the file has none.
    """
    async with database.begin() as session:
        keeper = ConsolidationStore(session)
        await keeper.lock(scope)
        planned = plan(scope, await keeper.parts(scope))
        former = await keeper.built(scope)
        if not planned.parts:
            return None
        if former is not None and former.content_key == planned.content_key:
            return former
        made = await _make(planned, store)
        await keeper.put(made)
    await _ask_for_report(made, validator)
    log.info("Consolidated", schema=scope.schema, rows=made.rows, resources=made.resources)
    return made


async def build_wanted(database: Database, store: ContentStore, validator: ValidatorClient) -> int:
    """Bring up to date what somebody asked for once; how many files were made."""
    async with database.begin() as session:
        wanted = await ConsolidationStore(session).wanted()
    made = 0
    for scope, key in wanted:
        built = await build(database, store, validator, scope)
        made += built is not None and built.content_key != key
    return made


async def last_verdict(database: Database, built: Consolidation) -> HistoryLine | None:
    """The validator's verdict on the file, once it has come."""
    async with database.begin() as session:
        return await VerdictStore(session).newest(built.scope.id, built.csv_sha256)


async def _make(planned: Plan, store: ContentStore) -> Consolidation:
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp, prefix="socle-consolidation-"))
    try:
        # A table that the store has lost leaves its rows out rather than all of them.
        paths = {
            part.table_sha256: store.path(part.table_sha256)
            for part in planned.parts
            if store.exists(part.table_sha256)
        }
        kept = replace(planned, parts=tuple(p for p in planned.parts if p.table_sha256 in paths))
        written: Written = await asyncio.to_thread(consolidate, kept, paths, folder)
        csv = await store.put(_chunks(written.csv), limit=_LARGEST)
        parquet = await store.put(_chunks(written.parquet), limit=_LARGEST)
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    return Consolidation(
        scope=planned.scope,
        content_key=planned.content_key,
        csv_sha256=csv.sha256,
        parquet_sha256=parquet.sha256,
        rows=written.rows,
        duplicates=written.duplicates,
        resources=len(kept.parts),
        built_at=datetime.now(UTC),
    )


async def _ask_for_report(made: Consolidation, validator: ValidatorClient) -> None:
    request = ResourceValidationRequest(
        organization_id=_NOBODY,
        resource_id=made.scope.id,
        content_sha256=made.csv_sha256,
        file_name=f"{made.scope.schema.replace('/', '-')}.csv",
        declared_schema=SchemaReference(name=made.scope.schema),
    )
    try:
        await validator.validate_resource(request)
    except ServiceError as error:
        log.warning("No report for a consolidation", schema=made.scope.schema, error=str(error))


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
    finally:
        file.close()
