"""Conditions that SQLAlchemy does not have ready."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, all_, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY

from services.catalogue.storage.tables import datasets


def among(column: ColumnElement[Any], ids: Collection[UUID | str]) -> ColumnElement[bool]:
    """Whether the id or code is one of these: one parameter for all of them.

    `in_` takes one for each, and PostgreSQL's protocol ends at 32,767; a batch may name
    more resources than that.
    """
    return column == any_(literal(list(ids), ARRAY(column.type)))


def not_among(column: ColumnElement[Any], ids: Collection[UUID | str]) -> ColumnElement[bool]:
    """Whether the id or code is none of these."""
    return column != all_(literal(list(ids), ARRAY(column.type)))


def shown() -> ColumnElement[bool]:
    """Datasets that are shown and counted: one of each cluster of duplicates."""
    return datasets.c.duplicate_of.is_(None)
