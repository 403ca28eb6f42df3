"""Which datasets are one: the copies that several portals give of the same dataset.

Pure, and a function of the set of copies alone: neither the order in which they came nor
how often changes the answer. Certain evidence links two copies by itself; addresses of
files and contents must agree for half of the files of both. Then copies are joined along
the links, the strongest first, but never against a person's word, and never so that two
datasets to which one portal gives different titles become one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID

from services.catalogue.models.evidence import CERTAIN, Kind, kind_of

HOLDERS_LIMIT = 50
"""A key that more datasets share tells nothing: an index page, a template."""

_SHARE = 0.5
_STRENGTH = {kind: rank for rank, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Copy:
    """A dataset as one source has it, as far as it is compared. `title` is plain text.

    `claims` are the keys that it bears only because its portal names another portal.
    """

    id: UUID
    source_id: UUID | None
    title: str
    keys: frozenset[str]
    claims: frozenset[str] = frozenset()
    publishers: frozenset[str] = frozenset()

    def of_kind(self, kind: Kind) -> frozenset[str]:
        """Its keys of one kind."""
        return frozenset(key for key in self.keys if kind_of(key) is kind)


@dataclass(frozen=True)
class Decisions:
    """What persons decided about pairs of datasets: the same, or not. Pairs are ordered."""

    same: frozenset[tuple[UUID, UUID]] = frozenset()
    distinct: frozenset[tuple[UUID, UUID]] = frozenset()


@dataclass(frozen=True)
class Link:
    """Two copies with the strongest evidence that they are one."""

    kind: Kind
    one: UUID
    other: UUID


def pair(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """Two ids in their order."""
    return (one, other) if one < other else (other, one)


def clusters(
    copies: Iterable[Copy], decisions: Decisions, worthless: Collection[str] = ()
) -> list[tuple[frozenset[UUID], tuple[Link, ...]]]:
    """The partition of these copies, each part with the links that hold it together.

    `copies` must hold every dataset that shares a key with one of them; `worthless` are keys
    known to have too many holders elsewhere.
    """
    known = {copy.id: copy for copy in copies}
    group = {id_: frozenset({id_}) for id_ in known}
    used: dict[frozenset[UUID], tuple[Link, ...]] = {}
    for link in links(known, decisions, worthless):
        left, right = group[link.one], group[link.other]
        if left == right or _kept_apart(left, right, known, decisions):
            continue
        joined = left | right
        used[joined] = (*used.pop(left, ()), *used.pop(right, ()), link)
        group |= dict.fromkeys(joined, joined)
    return [(members, used.get(members, ())) for members in sorted(set(group.values()), key=min)]


def links(
    copies: Mapping[UUID, Copy], decisions: Decisions, worthless: Collection[str] = ()
) -> list[Link]:
    """Every link, the strongest first; of one pair only the strongest."""
    found: dict[tuple[UUID, UUID], Kind] = {}
    for one, other, kind in _candidates(copies, decisions, worthless):
        key = pair(one, other)
        if key not in found or _STRENGTH[kind] < _STRENGTH[found[key]]:
            found[key] = kind
    return [
        Link(kind, one, other)
        for (one, other), kind in sorted(
            found.items(), key=lambda item: (_STRENGTH[item[1]], item[0])
        )
    ]


def _candidates(
    copies: Mapping[UUID, Copy], decisions: Decisions, worthless: Collection[str]
) -> Iterator[tuple[UUID, UUID, Kind]]:
    for one, other in decisions.same:
        if one in copies and other in copies:
            yield one, other, Kind.OPERATOR
    weighed: set[tuple[UUID, UUID, Kind]] = set()
    for key, holders in _holders(copies, worthless).items():
        kind = kind_of(key)
        for left, right in combinations(holders, 2):
            if kind not in CERTAIN:
                weighed.add((*pair(left.id, right.id), kind))
            elif kind is not Kind.CHAIN or key in left.claims | right.claims:
                yield left.id, right.id, kind
    for one, other, kind in weighed:
        if _agree(copies[one], copies[other], kind):
            yield one, other, kind


def _holders(copies: Mapping[UUID, Copy], worthless: Collection[str]) -> dict[str, Sequence[Copy]]:
    """Copies by key, without the keys that do not tell datasets apart.

    Those are keys of too many, and keys that one portal gives to datasets with different
    titles: it says itself that they are two.
    """
    by_key: dict[str, list[Copy]] = defaultdict(list)
    for copy in copies.values():
        for key in copy.keys - frozenset(worthless):
            by_key[key].append(copy)
    return {
        key: holders
        for key, holders in by_key.items()
        if 1 < len(holders) <= HOLDERS_LIMIT and not _at_odds(holders)
    }


def _agree(one: Copy, other: Copy, kind: Kind) -> bool:
    if one.source_id == other.source_id:
        return False  # a portal that lists two means two, unless it names them alike
    mine, theirs = one.of_kind(kind), other.of_kind(kind)
    if len(mine & theirs) < _SHARE * len(mine | theirs):
        return False
    # Two towns may publish the same bytes: an empty form, a model that all were given.
    return kind is not Kind.CONTENT or bool(one.publishers & other.publishers)


def _kept_apart(
    left: Collection[UUID], right: Collection[UUID], copies: Mapping[UUID, Copy],
    decisions: Decisions,
) -> bool:  # fmt: skip
    if any(pair(one, other) in decisions.distinct for one in left for other in right):
        return True
    joined = [copies[id_] for id_ in (*left, *right)]
    told_same = any(pair(one, other) in decisions.same for one in left for other in right)
    return not told_same and _at_odds(joined)


def _at_odds(copies: Iterable[Copy]) -> bool:
    titles: dict[UUID | None, str] = {}
    return any(titles.setdefault(copy.source_id, copy.title) != copy.title for copy in copies)
