"""The table of what operators write over harvested descriptions."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB

from services.catalogue.storage.tables import catalogue_metadata

dataset_edits = Table(
    "dataset_edits",
    catalogue_metadata,
    Column("dataset_id", Uuid, ForeignKey("catalogue.datasets.id"), primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", JSONB),
    # What the portal says now, for comparison and to go back to.
    Column("harvested", JSONB),
    Column("edited_by", Text, nullable=False),  # `models.edits.Editor`: what everybody may know
    Column("key_label", Text, nullable=False),  # for whoever looks after the platform; never shown
    Column("edited_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    CheckConstraint("edited_by in ('publisher', 'operator')", name="editor_is_known"),
)
