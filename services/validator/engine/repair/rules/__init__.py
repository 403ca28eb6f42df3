"""The rules of correction. To add one: its file, its line here, its cases and its line in
docs/engine/repair.md.
"""

from services.validator.engine.repair.rules import (
    blank_columns,
    blank_rows,
    booleans,
    choices,
    column_order,
    date_ranges,
    dates,
    encoding,
    file_format,
    header_names,
    identifiers,
    letter_case,
    numbers,
    preamble,
    spaces,
    suggestion,
    unicode_form,
    years,
)
from services.validator.engine.repair.rules.rule import CellRule, TableRule

CELL_RULES: tuple[CellRule, ...] = (
    unicode_form.RULE,
    spaces.RULE,
    dates.RULE,
    date_ranges.RULE,
    years.RULE,
    numbers.RULE,
    booleans.RULE,
    choices.RULE,
    letter_case.RULE,
    identifiers.RULE,
    suggestion.RULE,
)

TABLE_RULES: tuple[TableRule, ...] = (
    file_format.RULE,
    encoding.RULE,
    preamble.RULE,
    header_names.RULE,
    column_order.RULE,
    blank_columns.RULE,
    blank_rows.RULE,
)
