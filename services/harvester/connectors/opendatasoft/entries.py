"""A dataset as v2.1, v2.0, v1 or an export writes it, brought to one form. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.harvester.connectors.values.members import listed, mapping
from services.harvester.connectors.values.texts import clean_id

_NO = frozenset({"false", "0", "no"})
_GROUPS = ("dcat", "inspire", "custom", "dcat_ap", "dcat_ap_fr")


@dataclass(frozen=True)
class Entry:
    """`metas` are the default ones, `groups` the other templates by name."""

    dataset_id: str
    metas: Mapping[str, Any]
    groups: Mapping[str, Mapping[str, Any]]
    has_records: bool
    data_visible: bool
    features: frozenset[str]
    field_types: frozenset[str]
    attachments: list[Any]
    alternative_exports: list[Any]

    def group(self, name: str) -> Mapping[str, Any]:
        """A template of metas, empty when the dataset has none."""
        return self.groups.get(name, {})


def entry_of(item: object) -> Entry | None:
    """`None` when it is no object or has no identifier."""
    dataset = mapping(item)
    # v2.0 wraps each dataset together with its links.
    dataset = mapping(dataset.get("dataset")) or dataset
    identifier = clean_id(dataset.get("dataset_id")) or clean_id(dataset.get("datasetid"))
    if identifier is None:
        return None
    metas, groups = _metas(dataset)
    return Entry(
        dataset_id=identifier,
        metas=metas,
        groups=groups,
        has_records=_flag(dataset.get("has_records")),
        data_visible=_flag(dataset.get("data_visible")),
        features=frozenset(map(str, listed(dataset.get("features")))),
        field_types=frozenset(str(mapping(f).get("type")) for f in listed(dataset.get("fields"))),
        attachments=listed(dataset.get("attachments")),
        alternative_exports=listed(dataset.get("alternative_exports")),
    )


def _metas(dataset: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Mapping[str, Any]]]:
    metas = mapping(dataset.get("metas"))
    if isinstance(metas.get("default"), dict):
        return metas["default"], {name: mapping(group) for name, group in metas.items()}
    if metas:  # v1: flat, the other templates aside
        return metas, {n: mapping(g) for n, g in mapping(dataset.get("interop_metas")).items()}
    flat: dict[str, dict[str, Any]] = {}
    for key, value in dataset.items():  # an export with a column per meta
        *_, group, name = ["", "", *str(key).split(".")]
        if group == "default" or group in _GROUPS:
            flat.setdefault(group, {})[name] = value
    return flat.pop("default", {}), flat


def _flag(value: object) -> bool:
    """True unless told otherwise."""
    return value is None or str(value).lower() not in _NO
