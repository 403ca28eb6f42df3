"""Reading and writing organisations and keys inside the caller's transaction."""

import hashlib
import secrets
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import ColumnElement, Row, Uuid, any_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.access.models import (
    ApiKey,
    Organization,
    OrganizationKind,
    Principal,
    Role,
    Scope,
)
from shared.access.tables import api_keys, organizations
from shared.alphabet import place_in_index

KEY_PREFIX = "socle_"
_NAMESPACE = UUID("6d1f8b1a-4f6e-5c35-9d0b-50c1e094a001")
_LAST_USED_GRANULARITY = timedelta(minutes=1)


def organization_id(*, siren: str | None, name: str) -> UUID:
    """The stable id of an organisation: from its SIREN, else from its name."""
    return uuid5(_NAMESPACE, f"siren:{siren}" if siren else f"name:{name.casefold()}")


def hash_secret(secret: str) -> str:
    """SHA-256 in hexadecimal: enough for 256 random bits, and cheap at every request."""
    return hashlib.sha256(secret.encode()).hexdigest()


class AccessStore:
    """Organisations and API keys. Adds and executes; never commits."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def organizations(self, ids: Collection[UUID] | None = None) -> list[Organization]:
        """Every organisation, or those with these ids, as an index has them by name."""
        statement = select(organizations)
        if ids is not None:
            statement = statement.where(organizations.c.id == any_(literal(list(ids), ARRAY(Uuid))))
        found = [_organization(row) for row in await self._session.execute(statement)]
        return sorted(found, key=lambda one: (place_in_index(one.name), one.name))

    async def names(self, ids: Collection[UUID]) -> dict[UUID, str]:
        """The names of these organisations."""
        rows = await self._session.execute(
            select(organizations.c.id, organizations.c.name).where(
                organizations.c.id == any_(literal(list(ids), ARRAY(Uuid)))
            )
        )
        return {row.id: row.name for row in rows}

    async def organization(self, id_: UUID) -> Organization | None:
        """One organisation."""
        rows = await self._session.execute(select(organizations).where(organizations.c.id == id_))
        row = rows.first()
        return _organization(row) if row else None

    async def find_organization(self, text: str) -> Organization | None:
        """The organisation meant by an id, a SIREN, an INSEE code or an exact name."""
        columns = organizations.c
        rows = await self._session.execute(
            select(organizations)
            .where(
                or_(
                    func.cast(columns.id, columns.name.type) == text,
                    columns.siren == text,
                    columns.insee_code == text,
                    func.lower(columns.name) == text.lower(),
                )
            )
            .limit(1)
        )
        row = rows.first()
        return _organization(row) if row else None

    async def save_organization(self, organization: Organization) -> None:
        """Insert the organisation or bring the stored one up to date."""
        values = {
            "id": organization.id,
            "name": organization.name,
            "kind": organization.kind.value,
            "siren": organization.siren,
            "insee_code": organization.insee_code,
            "population": organization.population,
            "roles": [role.value for role in organization.roles],
            "parent_id": organization.parent_id,
        }
        statement = insert(organizations).values(values)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=[organizations.c.id],
                set_={name: statement.excluded[name] for name in values if name != "id"},
            )
        )

    async def create_key(
        self,
        *,
        label: str,
        scopes: Iterable[Scope],
        organization_id: UUID | None = None,
        expires_at: datetime | None = None,
        secret: str | None = None,
    ) -> tuple[ApiKey, str]:
        """A new key and its secret, which is stored nowhere and can be shown only now.

        `secret` is given only where the operator chose it (the services' own key in a
        deployment with separate containers).
        """
        secret = secret or KEY_PREFIX + secrets.token_urlsafe(32)
        key = ApiKey(
            id=uuid4(),
            label=label,
            prefix=secret[:12],
            scopes=frozenset(scopes),
            organization_id=organization_id,
            created_at=datetime.now(UTC),
            expires_at=expires_at,
        )
        await self._session.execute(
            insert(api_keys).values(
                id=key.id,
                label=key.label,
                prefix=key.prefix,
                secret_sha256=hash_secret(secret),
                scopes=sorted(key.scopes),
                organization_id=organization_id,
                created_at=key.created_at,
                expires_at=expires_at,
            )
        )
        return key, secret

    async def keys(self) -> list[ApiKey]:
        """Every key, revoked ones too, oldest first."""
        rows = await self._session.execute(select(api_keys).order_by(api_keys.c.created_at))
        return [_key(row) for row in rows]

    async def revoke_key(self, id_or_prefix: str) -> ApiKey | None:
        """Revoke the key of that id or prefix at once; None when there is none."""
        rows = await self._session.execute(
            update(api_keys)
            .where(
                or_(
                    func.cast(api_keys.c.id, api_keys.c.label.type) == id_or_prefix,
                    api_keys.c.prefix == id_or_prefix,
                )
            )
            .values(revoked_at=func.coalesce(api_keys.c.revoked_at, func.now()))
            .returning(*api_keys.c)
        )
        row = rows.first()
        return _key(row) if row else None

    async def authenticate(self, secret: str) -> Principal | None:
        """Whom the secret stands for; None when unknown, revoked or expired.

        One indexed look-up by digest: no secret is compared byte by byte. Notes the last
        use at most once a minute.
        """
        return await self._principal(api_keys.c.secret_sha256 == hash_secret(secret))

    async def principal(self, key_id: UUID) -> Principal | None:
        """Whom a key stands for that was authenticated before; None when revoked or expired."""
        return await self._principal(api_keys.c.id == key_id)

    async def _principal(self, which: ColumnElement[bool]) -> Principal | None:
        rows = await self._session.execute(
            select(api_keys).where(
                which,
                api_keys.c.revoked_at.is_(None),
                or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > func.now()),
            )
        )
        row = rows.first()
        if row is None:
            return None
        now = datetime.now(UTC)
        if row.last_used_at is None or now - row.last_used_at > _LAST_USED_GRANULARITY:
            await self._session.execute(
                update(api_keys).where(api_keys.c.id == row.id).values(last_used_at=now)
            )
        return Principal(
            key_id=row.id,
            label=row.label,
            organization_id=row.organization_id,
            scopes=frozenset(Scope(scope) for scope in row.scopes),
        )


def _organization(row: Row[Any]) -> Organization:
    return Organization(
        id=row.id,
        name=row.name,
        kind=OrganizationKind(row.kind),
        siren=row.siren,
        insee_code=row.insee_code,
        population=row.population,
        roles=tuple(Role(role) for role in row.roles),
        parent_id=row.parent_id,
    )


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        id=row.id,
        label=row.label,
        prefix=row.prefix,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        organization_id=row.organization_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )
