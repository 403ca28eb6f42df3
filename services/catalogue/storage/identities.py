"""Keys of datasets, decisions about pairs of them, and which one is shown."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    delete,
    func,
    or_,
    select,
    true,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.dataset import DatasetCopy
from services.catalogue.models.described import Row
from services.catalogue.models.duplicates import HOLDERS_LIMIT, Decisions, pair
from services.catalogue.models.evidence import COPY_COLUMNS, CopyFacts, FileFacts, copy_facts
from services.catalogue.storage.conditions import among
from services.catalogue.storage.tables import (
    dataset_keys,
    datasets,
    identity_decisions,
    resources,
)
from shared.contracts.records import Provenance
from shared.given import Given, Insertion

_BATCH = 500
"""Datasets of one message: so many may join a key before it is found to tell nothing."""

_TELLING = HOLDERS_LIMIT + _BATCH
"""Holders of a key beyond which nobody follows it."""

_FACTS = [datasets.c[name] for name in COPY_COLUMNS]
_FILE = [resources.c[name] for name in ("dataset_id", *FileFacts._fields)]
_COPY = [
    datasets.c[name]
    for name in DatasetCopy.__dataclass_fields__
    if name not in {"chain", "organization_name", "shown"}
]


@dataclass(frozen=True)
class Shown:
    """What is stored of one dataset's place among its copies; nothing where there are none."""

    duplicate_of: UUID | None = None
    recognised_by: str | None = None
    shown_because: str | None = None


class IdentityStore:
    """Executes; never commits. Who writes holds the writers' lock."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def facts(self, ids: Collection[UUID]) -> dict[UUID, CopyFacts]:
        """These datasets with their present files, as they are compared."""
        files: dict[UUID, list[Row]] = defaultdict(list)
        present = among(resources.c.dataset_id, ids), resources.c.removed_at.is_(None)
        for file in (await self._session.execute(select(*_FILE).where(*present))).mappings():
            files[file["dataset_id"]].append(dict(file))
        rows = await self._session.execute(select(*_FACTS).where(among(datasets.c.id, ids)))
        return {row["id"]: copy_facts(dict(row), files[row["id"]]) for row in rows.mappings()}

    async def keys(self, ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
        """The keys that are stored of each of these datasets."""
        found: dict[UUID, set[str]] = {id_: set() for id_ in ids}
        if found:
            rows = await self._session.execute(
                select(dataset_keys).where(among(dataset_keys.c.dataset_id, found))
            )
            for key, id_ in rows:
                found[id_].add(key)
        return {id_: frozenset(keys) for id_, keys in found.items()}

    async def add_keys(self, keys: Mapping[UUID, Collection[str]]) -> None:
        """Give these datasets these keys, which they do not have."""
        await self._session.execute(*added_keys(keys))

    async def drop_keys(self, keys: Mapping[UUID, Collection[str]]) -> None:
        """Take these keys from these datasets."""
        if rows := _rows(keys):
            connection = await self._session.connection()
            await connection.execute(_DROP_KEYS, _KEYS.values(rows))

    async def reachable(self, keys: Mapping[UUID, Collection[str]]) -> set[UUID]:
        """All datasets that hang together with one of these, which hold these keys or did until
        now; of these themselves only those that do: most share nothing with any other.
        """
        found: set[UUID] = set()
        edge = keys
        while edge:
            near = {"ids": list(edge), "keys": sorted(set().union(*edge.values()))}
            rows = set(await self._session.scalars(_NEIGHBOURS, near))
            edge = await self.keys(rows - found - keys.keys())
            found |= rows
        return found

    async def worthless(self, ids: Collection[UUID]) -> set[str]:
        """Keys of these datasets that too many hold."""
        mine = select(dataset_keys.c.key).where(among(dataset_keys.c.dataset_id, ids))
        rows = await self._session.scalars(
            select(dataset_keys.c.key)
            .where(dataset_keys.c.key.in_(mine))
            .group_by(dataset_keys.c.key)
            .having(func.count() > HOLDERS_LIMIT)
        )
        return set(rows)

    async def decisions(self, ids: Collection[UUID]) -> Decisions:
        """What was decided of pairs among these datasets."""
        columns = identity_decisions.c
        rows = list(
            await self._session.execute(
                select(columns.one, columns.other, columns.same).where(
                    among(columns.one, ids), among(columns.other, ids)
                )
            )
        )
        return Decisions(
            same=frozenset((row.one, row.other) for row in rows if row.same),
            distinct=frozenset((row.one, row.other) for row in rows if not row.same),
        )

    async def decide(
        self, one: UUID, other: UUID, *, same: bool | None, by: str, note: str | None = None
    ) -> None:
        """Store a decision on a pair, or take it back (`same` None)."""
        first, second = pair(one, other)
        columns = identity_decisions.c
        await self._session.execute(
            delete(identity_decisions).where(columns.one == first, columns.other == second)
        )
        if same is not None:
            await self._session.execute(
                insert(identity_decisions).values(
                    one=first, other=second, same=same, note=note, decided_by=by
                )
            )

    async def shown(self, ids: Collection[UUID]) -> dict[UUID, Shown]:
        """What is stored of these datasets."""
        columns = datasets.c
        rows = await self._session.execute(
            select(
                columns.id, columns.duplicate_of, columns.recognised_by, columns.shown_because
            ).where(among(columns.id, ids))
        )
        return {row.id: Shown(*row[1:]) for row in rows}

    async def write_shown(self, values: Mapping[UUID, Shown]) -> None:
        """Store which dataset is shown in place of each of these."""
        if values:
            connection = await self._session.connection()
            rows = [{"id": id_, **vars(value)} for id_, value in values.items()]
            await connection.execute(_WRITE_SHOWN, _PLACES.values(rows))

    async def copies_of(self, shown: Collection[UUID]) -> dict[UUID, list[DatasetCopy]]:
        """The copies of these shown datasets, the shown one first, by the shown one's id."""
        columns = datasets.c
        rows = await self._session.execute(
            select(*_COPY, columns.provenance, columns.duplicate_of)
            .where(or_(among(columns.id, shown), among(columns.duplicate_of, shown)))
            .order_by(columns.duplicate_of.nulls_first(), columns.portal_name, columns.id)
        )
        found: dict[UUID, list[DatasetCopy]] = defaultdict(list)
        for row in rows:
            found[row.duplicate_of or row.id].append(
                DatasetCopy(
                    **{column.name: getattr(row, column.name) for column in _COPY},
                    chain=_chain(row.provenance),
                    shown=row.duplicate_of is None,
                )
            )
        return found

    async def with_copies(self, after: UUID, limit: int) -> list[UUID]:
        """The next datasets, in order of their ids, that are shown in place of others."""
        rows = await self._session.scalars(
            select(datasets.c.duplicate_of)
            .where(datasets.c.duplicate_of > after)
            .distinct()
            .order_by(datasets.c.duplicate_of)
            .limit(limit)
        )
        return [id_ for id_ in rows if id_]


_KEYS = Given(dataset_keys, dataset_keys.c.keys())
_ADD_KEYS = _KEYS.plain_insert()
_DROP_KEYS = delete(dataset_keys).where(
    dataset_keys.c.dataset_id == _KEYS.rows.c.dataset_id, dataset_keys.c.key == _KEYS.rows.c.key
)

_PLACES = Given(datasets, ["id", *Shown.__dataclass_fields__])
_WRITE_SHOWN = (
    update(datasets)
    .where(datasets.c.id == _PLACES.rows.c.id)
    .values({name: _PLACES.rows.c[name] for name in Shown.__dataclass_fields__})
)


def added_keys(keys: Mapping[UUID, Collection[str]]) -> Insertion:
    """Give these datasets these keys, which they do not have."""
    return _ADD_KEYS, _KEYS.values(_rows(keys))


def _rows(keys: Mapping[UUID, Collection[str]]) -> list[Row]:
    return [{"dataset_id": id_, "key": key} for id_, held in keys.items() for key in sorted(held)]


def _neighbours() -> Select[Any]:
    """Datasets one step from `ids`: by one of `keys`, a decision, or as copies of one another."""
    # Each key is looked up in the index, not all keys read, and no further than it could tell.
    given = func.unnest(bindparam("keys", type_=ARRAY(Text))).table_valued("key", name="held")
    held = given.render_derived()
    sharing = (
        select(dataset_keys.c.dataset_id)
        .where(dataset_keys.c.key == held.c.key)
        .limit(_TELLING + 1)
        .lateral("sharing")
    )
    gathered = (
        select(func.array_agg(sharing.c.dataset_id).label("ids"))
        .join_from(held, sharing, true())
        .group_by(held.c.key)
        .having(func.count().between(2, _TELLING))
        .subquery()
    )
    ids = any_(bindparam("ids", type_=ARRAY(Uuid)))
    one, other = identity_decisions.c.one, identity_decisions.c.other
    decided = or_(one == ids, other == ids)
    copies = (
        select(datasets.c.id, datasets.c.duplicate_of)
        .where(or_(datasets.c.id == ids, datasets.c.duplicate_of == ids))
        .where(datasets.c.duplicate_of.is_not(None))
        .cte("copies")
    )
    steps = union(
        select(func.unnest(gathered.c.ids).label("id")),
        select(one).where(decided),
        select(other).where(decided),
        select(copies.c.id),
        select(copies.c.duplicate_of),
    ).subquery()
    return select(steps.c.id)


_NEIGHBOURS = _neighbours()


def _chain(stored: Sequence[object]) -> tuple[Provenance, ...]:
    return tuple(Provenance.model_validate(link) for link in stored)
