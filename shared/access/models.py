"""Organisations, scopes, and the principal that a checked key stands for."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.errors import ForbiddenError


class Scope(StrEnum):
    """What a key allows. `admin` includes the others and the management of keys."""

    ADMIN = "admin"
    HARVEST = "harvest"
    VALIDATE = "validate"
    CATALOGUE = "catalogue"


class OrganizationKind(StrEnum):
    """Territorial level of an organisation."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"
    SYNDICATE = "syndicate"
    OTHER = "other"


class Role(StrEnum):
    """Part an organisation plays in the OpenDataLocale method."""

    ANIMATOR = "animator"
    EXPERIMENTER = "experimenter"


@dataclass(frozen=True)
class Organization:
    """A member of the platform (or the syndicate itself).

    `siren` has 9 digits, `insee_code` 5 characters for a commune; `population` is the
    legal population, when known.
    """

    id: UUID
    name: str
    kind: OrganizationKind = OrganizationKind.COMMUNE
    siren: str | None = None
    insee_code: str | None = None
    population: int | None = None
    roles: tuple[Role, ...] = ()
    parent_id: UUID | None = None


@dataclass(frozen=True)
class ApiKey:
    """A key as it may be shown after its creation: never the secret itself."""

    id: UUID
    label: str
    prefix: str
    scopes: frozenset[Scope]
    organization_id: UUID | None
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


@dataclass(frozen=True)
class Principal:
    """Who is calling. `organization_id` None: the whole syndicate."""

    key_id: UUID
    label: str
    organization_id: UUID | None
    scopes: frozenset[Scope] = field(default_factory=frozenset)

    def may(self, scope: Scope) -> bool:
        """Whether the key carries the scope, or `admin`."""
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def owns(self, organization_id: UUID | None) -> bool:
        """Whether rows of that organisation are this caller's to change."""
        return self.organization_id is None or self.organization_id == organization_id

    def must_own(self, organization_id: UUID | None) -> None:
        """Raise `ForbiddenError` unless rows of that organisation are this caller's."""
        if not self.owns(organization_id):
            raise ForbiddenError(
                "Cette clé d'API n'agit que pour sa propre organisation.",
                message_en="This API key acts for its own organisation only.",
            )
