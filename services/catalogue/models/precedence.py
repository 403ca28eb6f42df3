"""Which copy of a dataset is shown, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.catalogue.models.evidence import CopyFacts, bare_name, host_of

_SHARED_DOMAINS = frozenset({"gouv.fr", "opendatasoft.com", "arcgis.com", "europa.eu"})


class Rule(StrEnum):
    """Rules of precedence, the first that tells two copies apart decides."""

    ONLY = "only"  # there is no other copy
    NOT_OURS = "not-ours"  # before what a portal has from our own catalogue: no sign of life
    LIVING = "living"  # still on its portal, before archived
    OWN_ORGANIZATION = "own-organization"  # from the source of the organisation that publishes
    ORIGINAL = "original"  # the portal has it from nowhere else
    HOLDS_FILES = "holds-files"  # the portal that holds the files
    COMPLETE = "complete"  # with more files
    STABLE = "stable"  # all alike: the smallest id, so that the choice never moves


@dataclass(frozen=True)
class Standing:
    """What the rules look at, in their order: the smaller, the better."""

    id: UUID
    ours: bool
    archived: bool
    foreign_owner: bool
    links_before: int
    share_elsewhere: float
    fewer_files: int

    @property
    def key(self) -> tuple[object, ...]:
        """One value for each rule from `NOT_OURS` on."""
        return (
            self.ours,
            self.archived,
            self.foreign_owner,
            self.links_before,
            self.share_elsewhere,
            self.fewer_files,
            self.id,
        )


def standing(
    facts: CopyFacts, *, owner: str | None, owner_siren: str | None, ours: bool
) -> Standing:
    """`owner` is the member whose source it is; `ours`: the portal names our own page of it."""
    home = _site(host_of(facts.source_url) or host_of(facts.remote_url))
    sites = [_site(host) for file in facts.files if (host := host_of(file.url))]
    elsewhere = sum(site != home for site in sites)
    return Standing(
        id=facts.id,
        archived=facts.archived,
        ours=ours,
        foreign_owner=not _publishes(facts, owner, owner_siren),
        links_before=sum(link.kind != "identifier" for link in facts.provenance),
        share_elsewhere=round(elsewhere / len(sites), 3) if sites else 1.0,
        fewer_files=-len(facts.files),
    )


def choose(candidates: Iterable[Standing]) -> tuple[UUID, Rule]:
    """The copy to show, and the rule that put it before the next best one."""
    first, *others = sorted(candidates, key=lambda one: one.key)
    if not others:
        return first.id, Rule.ONLY
    rules = list(Rule)[1:]
    decided = next(
        rule
        for rule, mine, theirs in zip(rules, first.key, others[0].key, strict=True)
        if mine != theirs
    )
    return first.id, decided


def _site(host: str | None) -> str:
    """Files of `data.ville.fr` on `fichiers.ville.fr` are at home."""
    labels = (host or "").split(".")
    return ".".join(labels[-3:] if ".".join(labels[-2:]) in _SHARED_DOMAINS else labels[-2:])


def _publishes(facts: CopyFacts, owner: str | None, owner_siren: str | None) -> bool:
    if facts.publisher_siret and owner_siren:
        return facts.publisher_siret.startswith(owner_siren)
    return bool(owner) and bare_name(facts.publisher_name) == bare_name(owner)
