"""Seek bytes for which the kernel and the exact checks differ, or that lead it out of its memory.

`make fuzz` runs it for a minute under atheris, which follows the kernel's own branches: its source
is run by Python with every address checked. A disagreement ends the run and is kept in
`build/fuzz` to be tried again: `python -m scripts.fuzz_kernel FILE`.
"""

import json
import random
import sys
from pathlib import Path

import atheris

from services.validator.engine.kernel.run import Kernel
from tests.support.both_paths import report
from tests.support.guarded_memory import guarded_machine
from tests.support.nasty_tables import CHECKS, FIELDS, nasty

FOLDER = Path(__file__).parents[1] / "build" / "fuzz"
_HEAD = 2
_SEEDS = 200
_KEYS = (None, "requis", ["date", "entier"], "siret")


def descriptor(choice: int) -> dict[str, object]:
    """A schema with each kind of program, chosen by a byte."""
    dice = random.Random(choice // len(_KEYS))
    fields = dice.sample(FIELDS, 6)
    names = {str(field["name"]) for field in fields}
    key = _KEYS[choice % len(_KEYS)]
    wanted = {key} if isinstance(key, str) else set(key or ())
    checks = [c for c in CHECKS if {v for v in c["params"].values() if isinstance(v, str)} & names]
    made: dict[str, object] = {"fields": fields, "custom_checks": checks}
    return {**made, "primaryKey": key} if key and wanted <= names else made


def main() -> None:
    """Run atheris on a corpus of nasty tables."""
    corpus = FOLDER / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in range(_SEEDS):
        (corpus / f"nasty-{seed}").write_bytes(bytes((seed, 61)) + nasty(seed, rows=3).content)
    with guarded_machine(wrap=atheris.instrument_func) as machine:

        def one(data: bytes) -> None:
            if len(data) <= _HEAD:
                return
            schema, content = descriptor(data[0]), data[_HEAD:]
            header = ",".join(str(field["name"]) for field in schema["fields"])  # type: ignore[attr-defined]
            table = f"{header}\n".encode() + content
            kernel = Kernel(machine, block=8 + data[1], room=1)
            for whole in (table, content):
                fast, exact = (report(whole, schema, path) for path in (kernel, None))
                if json.dumps(fast) != json.dumps(exact):
                    raise AssertionError("the two paths differ")

        options = [f"-artifact_prefix={FOLDER}/", "-max_len=400", "-timeout=60"]
        atheris.Setup([sys.argv[0], *options, *(sys.argv[1:] or [str(corpus)])], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
