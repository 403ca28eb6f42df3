"""Our own account of each sample of a portal, and the comparison with what is found in it.

Kept are the mapped facts, with a digest in place of each description.
`UPDATE_GOLDEN=1` rewrites an account: read the diff.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from services.harvester.connectors.contract import Rejected
from shared.contracts.records import DatasetRecord

_FOLDER = Path(__file__).parents[1] / "unit" / "harvester" / "connectors" / "golden"
_LONG = 120


def account(record: DatasetRecord) -> dict[str, Any]:
    """The record as JSON, a digest in place of what somebody else wrote at length."""
    facts = record.model_dump(mode="json", exclude_defaults=True)
    for part in (facts, *facts.get("resources", ())):
        for name in ("description", "license_raw"):
            text = part.get(name, "")
            if name == "description" or len(text) > _LONG:
                part.update({name: _digest(text)} if text else {})
    return facts


def _digest(text: str) -> str:
    return f"{len(text)} {hashlib.sha256(text.encode()).hexdigest()[:12]}"


def accounts(
    records: Iterable[DatasetRecord], rejected: Iterable[Rejected] = (), **facts: Any
) -> dict[str, Any]:
    """A whole sample: what was kept, what was refused and why."""
    return {
        **facts,
        "rejected": [f"{entry.remote_id}: {entry.reason}" for entry in rejected],
        "records": [account(record) for record in records],
    }


def check(name: str, found: dict[str, Any]) -> None:
    """Compare with `golden/<name>.golden.json`."""
    golden = _FOLDER / f"{name}.golden.json"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert found == json.loads(golden.read_text("utf-8"))
