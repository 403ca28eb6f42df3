"""What an operator writes over a harvested description. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.catalogue.models.text import plain
from shared.access.models import Principal

TITLE_KEY_LIMIT = 200


class Changes(BaseModel):
    """The fields that may be edited; only those that are given are. Null empties a field."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(default="", min_length=1, max_length=500)
    description: str | None = Field(default=None, max_length=20_000)
    license: str | None = Field(default=None, max_length=100, description="lov2, odc-odbl …")
    frequency: str | None = Field(default=None, max_length=100)
    keywords: list[str] = Field(default=[], max_length=100)
    themes: list[str] = Field(default=[], max_length=100)
    language: str | None = Field(default=None, max_length=20)
    contact_name: str | None = Field(default=None, max_length=200)
    contact_email: str | None = Field(default=None, max_length=200)

    def given(self) -> dict[str, Any]:
        """Field → value, of the fields that were given."""
        return self.model_dump(exclude_unset=True)


FIELDS = frozenset(Changes.model_fields)


class Editor(StrEnum):
    """On whose behalf a field was edited. The label of the key that did it may name a person or
    a machine, and is nobody else's business.
    """

    PUBLISHER = "publisher"
    OPERATOR = "operator"

    @classmethod
    def of(cls, principal: Principal) -> "Editor":
        """Who may edit is the dataset's own organisation, or acts for all of them."""
        return cls.OPERATOR if principal.organization_id is None else cls.PUBLISHER


@dataclass(frozen=True)
class Edit:
    """One field of a dataset: what it was given, and what the portal says of it."""

    dataset_id: UUID
    field: str
    value: Any
    harvested: Any
    edited_by: Editor
    edited_at: datetime


def overlaid(row: Mapping[str, Any], edits: Iterable[Edit]) -> dict[str, Any]:
    """The row of a dataset with its edited fields in place of the harvested ones."""
    return with_values(row, {edit.field: edit.value for edit in edits})


def with_values(row: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The row with these values, and what follows from them."""
    changed = {**row, **values}
    if "title" in values:
        changed["plain_title"] = plain(values["title"])[:TITLE_KEY_LIMIT]
    return changed
