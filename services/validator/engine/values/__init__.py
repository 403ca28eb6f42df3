"""From the text of a cell to its value, one closure per field.

A reader returns None for what it cannot read. The lexical forms are those of the Table
Schema specification, ASCII digits only; docs/engine/differences.md lists where frictionless
is laxer.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from services.validator.engine.schema import FieldSpec
from services.validator.engine.values.dates import (
    date_reader,
    datetime_reader,
    duration_reader,
    time_reader,
    year_reader,
    yearmonth_reader,
)
from services.validator.engine.values.geo import geojson_reader, geopoint_reader
from services.validator.engine.values.numbers import integer_reader, number_reader
from services.validator.engine.values.structures import array_reader, list_reader, object_reader
from services.validator.engine.values.texts import any_reader, boolean_reader, string_reader

Reader: TypeAlias = Callable[[str], Any]

_READERS: Mapping[str, Callable[[FieldSpec], Reader]] = {
    "any": any_reader,
    "array": array_reader,
    "boolean": boolean_reader,
    "date": date_reader,
    "datetime": datetime_reader,
    "duration": duration_reader,
    "geojson": geojson_reader,
    "geopoint": geopoint_reader,
    "integer": integer_reader,
    "number": number_reader,
    "object": object_reader,
    "string": string_reader,
    "time": time_reader,
    "year": year_reader,
    "yearmonth": yearmonth_reader,
}


def compile_reader(spec: FieldSpec) -> Reader:
    """The reader of a field's type and format."""
    if spec.type == "list":
        item_type = str(spec.options.get("itemType", "string"))
        item = FieldSpec(name=spec.name, type=item_type if item_type in _READERS else "string")
        return list_reader(spec, _READERS[item.type](item))
    return _READERS[spec.type](spec)
