"""Find which datasets are one, and which copy of each is shown.

Runs in the transaction that writes datasets, under the writers' lock. Everything that hangs
together with a changed dataset, or did until now, is looked at again as a whole; so the
outcome depends on what is stored and on nothing else.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.duplicates import Copy, Link, clusters
from services.catalogue.models.evidence import CopyFacts, Kind, claims_of, publishers_of
from services.catalogue.models.precedence import choose, standing
from services.catalogue.models.text import plain
from services.catalogue.storage.identities import IdentityStore, Shown
from shared.access.models import Organization
from shared.access.store import AccessStore

_ORDER = {kind: rank for rank, kind in enumerate(Kind)}


async def resolve_again(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """As `resolve_duplicates`, for stored datasets: from what is stored of them."""
    store = IdentityStore(session)
    facts = await store.facts(ids)
    held = await store.keys(facts)
    await store.add_keys({id_: each.evidence - held[id_] for id_, each in facts.items()})
    return await resolve_duplicates(session, facts, held)


async def resolve_duplicates(
    session: AsyncSession, facts: Mapping[UUID, CopyFacts], held: Mapping[UUID, frozenset[str]]
) -> dict[UUID, UUID | None]:
    """The datasets that are shown from now on (None), or are no longer: by which one.

    `facts` are those of the datasets that changed, whose keys were added to the stored ones;
    `held` are the keys that those of them had which are not new.
    """
    if not facts:
        return {}
    store = IdentityStore(session)
    keys = {id_: each.evidence | held.get(id_, frozenset()) for id_, each in facts.items()}
    related = await store.reachable(keys)
    await store.drop_keys({id_: had - facts[id_].evidence for id_, had in held.items()})
    found = dict.fromkeys(facts.keys() - related, Shown())
    if related:
        others = await store.facts(related - facts.keys())
        copies = others | {id_: facts[id_] for id_ in related & facts.keys()}
        found |= await _compared(session, copies)
    stored = found.keys() - (facts.keys() - held.keys())
    known = await store.shown(stored) if stored else {}
    moved = {id_: place for id_, place in found.items() if known.get(id_, Shown()) != place}
    await store.write_shown(moved)
    return {
        id_: place.duplicate_of
        for id_, place in moved.items()
        if known.get(id_, Shown()).duplicate_of != place.duplicate_of
    }


async def _compared(session: AsyncSession, facts: Mapping[UUID, CopyFacts]) -> dict[UUID, Shown]:
    store = IdentityStore(session)
    named = {each.organization_id for each in facts.values()}
    owners = {owner.id: owner for owner in await AccessStore(session).organizations(named)}
    copies = [_copy(each, owners.get(each.organization_id)) for each in facts.values()]
    parts = clusters(copies, await store.decisions(facts), await store.worthless(facts))
    return _places(facts, parts, owners)


def _copy(facts: CopyFacts, owner: Organization | None) -> Copy:
    return Copy(
        id=facts.id,
        source_id=facts.source_id,
        title=plain(facts.title),
        keys=facts.evidence,
        claims=claims_of(facts),
        publishers=publishers_of(
            facts, owner.name if owner else None, owner.siren if owner else None
        ),
    )


def _places(
    facts: Mapping[UUID, CopyFacts],
    parts: Iterable[tuple[frozenset[UUID], Sequence[Link]]],
    owners: Mapping[UUID, Organization],
) -> dict[UUID, Shown]:
    places = {}
    for members, links in parts:
        shown, rule = choose(
            standing(
                facts[id_],
                owner=owner.name if (owner := owners.get(facts[id_].organization_id)) else None,
                owner_siren=owner.siren if owner else None,
                ours=_names_one_of_ours(id_, facts[id_].evidence, members),
            )
            for id_ in members
        )
        for id_ in members:
            duplicate = id_ != shown
            places[id_] = Shown(
                duplicate_of=shown if duplicate else None,
                recognised_by=_strongest(id_, links) if duplicate else None,
                shown_because=None if duplicate or len(members) == 1 else rule.value,
            )
    return places


def _names_one_of_ours(own: UUID, keys: frozenset[str], members: Iterable[UUID]) -> bool:
    return any(f"{Kind.IDENTIFIER.value}:{id_}" in keys for id_ in members if id_ != own)


def _strongest(id_: UUID, links: Iterable[Link]) -> str:
    kinds = (link.kind for link in links if id_ in {link.one, link.other})
    return min(kinds, key=_ORDER.__getitem__).value
