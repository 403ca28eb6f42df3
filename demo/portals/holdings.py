"""The datasets that the portals show now, and the bytes of their files."""

from functools import lru_cache

from demo.catalogue import Dataset, Resource, build
from demo.members import MEMBERS, Member
from demo.plan import PORTALS, REGIONAL, REPUBLISHED, STATES, Portal


class Library:
    """State of one running demonstration: the only thing in it that changes."""

    def __init__(self, *, seed: int) -> None:
        self.seed = seed
        self.state = STATES[0]
        self._build = lru_cache(maxsize=len(STATES))(lambda state: build(seed, state))
        self._content = lru_cache(maxsize=256)(Resource.content)

    def advance(self) -> int:
        """Go to the next state (datasets changed, gone, back); stays at the last one."""
        self.state = min(self.state + 1, STATES[-1])
        return self.state

    def reset(self) -> int:
        """Go back to the first state."""
        self.state = STATES[0]
        return self.state

    def datasets(self, portal: str, *, member: Member | None = None) -> list[Dataset]:
        """What a portal lists, the oldest first."""
        listed = [
            dataset
            for dataset in self._build(self.state)
            if portal in {dataset.portal.slug, *also_on(dataset)}
            and member in {None, dataset.member}
        ]
        return sorted(listed, key=lambda dataset: (dataset.created, dataset.id))

    def resource(self, path: str) -> Resource | None:
        """The file at this path, if a dataset of the present state has it."""
        for dataset in self._build(self.state):
            for resource in dataset.resources:
                if resource.path == path:
                    return resource
        return None

    def content(self, resource: Resource) -> bytes | None:
        """The bytes of a file, made once."""
        return self._content(resource)


def also_on(dataset: Dataset) -> frozenset[str]:
    """Slugs of the portals that show a dataset which they have from the member's own."""
    subjects = REPUBLISHED.get(dataset.member.slug, frozenset())
    return frozenset({REGIONAL.slug} if dataset.subject.slug in subjects else ())


def portals() -> dict[str, Portal]:
    """Every portal by its slug, in the order of the plan."""
    return {portal.slug: portal for portal in (*PORTALS.values(), REGIONAL)}


def organizations_of(portal: Portal) -> list[Member]:
    """The members that have an organisation on a portal: on a shared one all have, and
    those with a portal of their own publish nothing there.
    """
    return list(MEMBERS) if portal.shared else members_of(portal.slug)


def members_of(portal: str) -> list[Member]:
    """The members that publish on a portal."""
    return [one for one in MEMBERS if PORTALS[one.slug].slug == portal]
