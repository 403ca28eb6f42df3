"""A dataset with all that an export says of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from services.catalogue.models.contours import Contour
from services.catalogue.models.dataset import Dataset, Resource
from services.catalogue.models.territory import Territory
from shared.access.models import Organization
from shared.contracts.records import Checksum, Spatial


@dataclass(frozen=True)
class Place:
    """A territory of the reference list, and where it lies if that is known."""

    territory: Territory
    contour: Contour | None = None


@dataclass(frozen=True)
class PublishedDataset:
    """`places` are those of its zones, else its own territory, keyed by zone or code.

    `spatial` is what the source said. `checksums` by resource.
    """

    dataset: Dataset
    organization: Organization | None = None
    spatial: Spatial | None = None
    places: Mapping[str, Place] = field(default_factory=dict)
    checksums: Mapping[UUID, Checksum] = field(default_factory=dict)

    @property
    def resources(self) -> tuple[Resource, ...]:
        """What the source still lists."""
        return tuple(each for each in self.dataset.resources if each.removed_at is None)
