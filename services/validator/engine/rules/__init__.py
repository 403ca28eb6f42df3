"""The French custom checks. To add one: its file, its line here, its cases and its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from services.validator.engine.cells import ABSENT, REMEMBERED, Cell
from services.validator.engine.findings import Finding
from services.validator.engine.header import Header
from services.validator.engine.rules import (
    canton,
    code_commune_insee,
    code_fantoir,
    code_pays_iso2,
    code_pays_iso3,
    code_postal,
    code_region,
    code_rna,
    cohesive_columns_value,
    commune,
    compare_columns_value,
    departement,
    french_gps_coordinates,
    french_siren_value,
    french_siret_value,
    id_rnb,
    latitude_l93,
    longitude_l93,
    nomenclature_actes_value,
    numero_departement,
    one_of_required,
    opening_hours_value,
    pays,
    phone_number_value,
    region,
    sum_columns_value,
    year_interval_value,
)
from services.validator.engine.rules.rule import Check, Fault, Parameters, Rule
from services.validator.engine.schema import TableSchema

RULES: tuple[Rule, ...] = (
    canton.RULE,
    code_commune_insee.RULE,
    code_fantoir.RULE,
    code_pays_iso2.RULE,
    code_pays_iso3.RULE,
    code_postal.RULE,
    code_region.RULE,
    code_rna.RULE,
    cohesive_columns_value.RULE,
    commune.RULE,
    compare_columns_value.RULE,
    departement.RULE,
    french_gps_coordinates.RULE,
    french_siren_value.RULE,
    french_siret_value.RULE,
    id_rnb.RULE,
    latitude_l93.RULE,
    longitude_l93.RULE,
    nomenclature_actes_value.RULE,
    numero_departement.RULE,
    one_of_required.RULE,
    opening_hours_value.RULE,
    pays.RULE,
    phone_number_value.RULE,
    region.RULE,
    sum_columns_value.RULE,
    year_interval_value.RULE,
)

ALIASES: Mapping[str, str] = {
    "siren": "french-siren-value",
    "siret": "french-siret-value",
    "nomenclature-acte": "nomenclature-actes-value",
    "nomenclature-actes": "nomenclature-actes-value",
    "code-departement": "numero-departement",
    "coordonnees-gps-francaises": "french-gps-coordinates",
}
"""Other names under which published schemas or Validata know a check."""


@dataclass
class BoundCheck:
    """A check placed on the columns of one file; it remembers texts while there is room."""

    rule: Rule
    check: Check
    positions: tuple[int | None, ...]
    _done: bool = False
    _memory: dict[str, Fault | None] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        """Whether it has said once what it says once, and says nothing more."""
        return self._done

    def row(self, row: int, line: int, cells: Sequence[Cell]) -> Finding | None:
        """The finding of one row, if any."""
        own = [ABSENT if position is None else cells[position] for position in self.positions]
        if self._done or (
            self.check.needs == "sound" and any(c.value is None or c.problems for c in own)
        ):
            return None
        fault = self._judge(own)
        if fault is None:
            return None
        self._done = self._said_once()
        index = next((i for i, p in enumerate(self.positions) if p is not None), None)
        position = None if index is None else self.positions[index]
        labels = self.check.columns
        params = {"columns": list(labels), "cells": [cell.text for cell in own]}
        return Finding(
            fault.code or self.rule.code, fault.reason, row, line,
            labels[index or 0],
            None if position is None else position + 1,
            None if index is None else own[index].text, fault.fix, {**params, **fault.params},
        )  # fmt: skip

    def _judge(self, own: Sequence[Cell]) -> Fault | None:
        if not self.check.by_text:
            return self.check.judge(own)
        text = own[0].text
        if text in self._memory:
            return self._memory[text]
        fault = self.check.judge(own)
        if len(self._memory) < REMEMBERED:
            self._memory[text] = fault
        return fault

    def _said_once(self) -> bool:
        absent = [position is None for position in self.positions]
        return all(absent) if self.check.once_without == "all" else any(absent)


def compile_rules(schema: TableSchema, header: Header) -> list[BoundCheck]:
    """The checks that this file's columns allow, in the schema's order.

    Raises `SchemaInvalidError` for a parameter that makes no sense.
    """
    return [BoundCheck(rule, check, positions) for rule, check, positions in _bound(schema, header)]


@lru_cache(maxsize=256)
def _bound(
    schema: TableSchema, header: Header
) -> tuple[tuple[Rule, Check, tuple[int | None, ...]], ...]:
    found = []
    for rule, check in _compiled(schema):
        positions = tuple(header.position(column) for column in check.columns)
        if check.needs == "nothing" or None not in positions:
            found.append((rule, check, positions))
    return tuple(found)


@lru_cache(maxsize=256)
def _compiled(schema: TableSchema) -> tuple[tuple[Rule, Check], ...]:
    """A name that no rule has is left aside: the schema's author may know a newer validator."""
    by_code = {rule.code: rule for rule in RULES}
    found = []
    for index, custom in enumerate(schema.custom_checks):
        name = custom.name.replace("_", "-")
        rule = by_code.get(ALIASES.get(name, name))
        if rule is not None:
            place = custom.place or f"custom_checks[{index}]"
            found.append((rule, rule.compile(Parameters(place, custom.params))))
    return tuple(found)
