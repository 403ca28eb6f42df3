"""Most memory held, each file in a fresh process."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.data import SUBVENTIONS, csv_file, huge_file, keys_file, schema_file
from bench.engines import Engine
from bench.measure import count, score, seconds, show

_MB = 1_000_000


@dataclass(frozen=True)
class Case:
    """One file and the bound asked of us, in megabytes."""

    title: str
    path: Path
    schema: Path
    bound: int
    peers: tuple[str, ...]


def cases(rows: int, huge_bytes: int) -> list[Case]:
    """`huge_bytes` 0: no huge file."""
    keys, key_schema = keys_file(rows)
    grants = schema_file(SUBVENTIONS)
    found = [
        Case(f"{count(rows)} rows, good", csv_file(SUBVENTIONS, rows, 0), grants, 200,
             ("frictionless",)),
        Case(f"{count(rows)} rows, 1 % bad", csv_file(SUBVENTIONS, rows, 0.01), grants, 200, ()),
        Case(f"{count(rows)} distinct primary keys", keys, key_schema, 400, ("frictionless",)),
    ]  # fmt: skip
    if huge_bytes:
        path = huge_file(huge_bytes)
        found.append(Case(f"{path.stat().st_size / 1e9:.1f} GB", path, grants, 250, ()))
    return found


def memory(rows: int, huge_bytes: int, force: str | None) -> None:
    """Ours lists the first 1,000 errors and counts all, as a worker does."""
    lines = []
    for case in cases(rows, huge_bytes):
        own = _alone("socle", case, force)
        peers = ", ".join(
            f"{name} {_alone(name, case, None)['peak'] / _MB:.0f} MB" for name in case.peers
        )
        score(f"Memory, {case.title}", own["peak"] / _MB, most=case.bound, unit="MB")
        lines.append([
            case.title, f"{own['peak'] / _MB:.0f} MB", f"≤ {case.bound} MB", peers or "–",
            seconds(own["cpu"]), str(own["verdict"]),
        ])  # fmt: skip
    show(
        "Peak resident memory of the process that validates (interpreter and register included)",
        ["file", "socle", "asked", "peers", "CPU", "verdict"],
        lines,
    )


def _alone(name: str, case: Case, force: str | None) -> dict[str, Any]:
    with Engine(name, force=force) as engine:
        return engine.ask(path=case.path, schema=case.schema, max_errors=1_000)
