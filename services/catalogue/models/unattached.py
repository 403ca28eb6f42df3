"""A dataset that could be attached to no territory, with what is known and what to do."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class UnattachedDataset:
    """What the portal says of where it belongs: not enough."""

    id: UUID
    title: str
    organization_id: UUID
    publisher_name: str | None
    publisher_siret: str | None
    portal_name: str | None
    zones: tuple[str, ...]
    place_name: str | None
    has_geometry: bool
    organization_name: str = ""

    @property
    def advice(self) -> str:
        """What an operator can do, in French."""
        if self.zones:
            return f"Les zones « {', '.join(self.zones)} » ne désignent aucun territoire connu."
        if self.has_geometry:
            return (
                "L’emprise n’est celle d’aucune commune connue : importez des contours "
                "(socle territories import-contours)."
            )
        if self.place_name:
            return (
                f"« {self.place_name} » ne désigne pas un seul territoire : demandez au producteur "
                "d’indiquer la zone, ou donnez un code INSEE à l’organisation."
            )
        return (
            "Le portail n’indique aucun lieu : donnez un code INSEE ou un SIREN à l’organisation "
            "(socle members add), ou demandez au producteur d’indiquer la zone."
        )
