"""Where the listing of a CKAN site stands; as JSON, its cursor. Pure."""

import json
from dataclasses import asdict, dataclass, field, replace

from services.harvester.connectors.offsets import Position


@dataclass(frozen=True)
class Place:
    """`api` and `sort` are what the site was found to answer.

    `after` is the last name of a listing name by name; empty before the first, `None`
    for a listing by pages. `skipped` counts places given up in the middle.
    """

    api: str
    sort: int = 0
    size: int = 0
    skipped: int = 0
    at: Position = field(default_factory=Position)
    after: str | None = None

    @property
    def cursor(self) -> str:
        """To go on from here in another process."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """The place of a cursor."""
        members = json.loads(cursor)
        return replace(cls(**members), at=Position(**members["at"]))
