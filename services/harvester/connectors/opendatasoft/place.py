"""Where the listing of an Opendatasoft site stands; as JSON, its cursor. Pure."""

import json
from dataclasses import asdict, dataclass, field, replace

from services.harvester.connectors.offsets import Position
from services.harvester.connectors.opendatasoft.versions import ORDERS, VERSIONS, Version


@dataclass(frozen=True)
class Place:
    """`generation` and `order` are indices of what the site was found to answer.

    `after` is the last id of a listing by exports, empty before the first and `None` for
    one by pages; `whole` takes the export as one document. `narrow`: exports were refused,
    so that nothing lies beyond the window. `total` is what the site claims to hold.
    """

    generation: int
    order: int = 0
    at: Position = field(default_factory=Position)
    after: str | None = None
    whole: bool = False
    narrow: bool = False
    total: int | None = None

    @property
    def version(self) -> Version:
        """The generation of the API."""
        return VERSIONS[self.generation]

    @property
    def order_by(self) -> str:
        """The order that is asked for."""
        return ORDERS[self.order]

    @property
    def cursor(self) -> str:
        """To go on from here in another process."""
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, cursor: str) -> "Place":
        """The place of a cursor."""
        members = json.loads(cursor)
        return replace(cls(**members), at=Position(**members["at"]))
