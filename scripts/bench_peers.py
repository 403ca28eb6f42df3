"""Our engine against frictionless on nasty files, and against Validata on official ones.

The peers run in `build/peers`, an environment of their own that the first run creates. Prints
how often they agree and of which class each disagreement is; exits 1 when one is of no class
of docs/engine/differences.md.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from bench.engines import PINS, Engine, install_peers
from bench.measure import count, show
from tests.differential.judge import judge
from tests.differential.nasty import nasty_case
from tests.differential.official import official_files
from tests.differential.validata import judge_official
from tests.differential.validata_cases import validata_cases

AGREED = ("same", "same-told")


def generated(files: int, first: int) -> bool:
    """Whether every disagreement of `files` nasty files has its class."""
    outcomes: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    strangers: list[str] = []
    common = 0
    with (
        tempfile.TemporaryDirectory() as name,
        Engine("socle") as socle,
        Engine("frictionless") as peer,
    ):
        folder = Path(name)
        nasty, plain = folder / "nasty.csv", folder / "plain.csv"
        for seed in range(first, first + files):
            case = nasty_case(seed)
            nasty.write_bytes(case.content)
            plain.write_bytes(case.plain)
            schema = folder / f"{seed}.json"
            schema.write_text(json.dumps(case.descriptor), encoding="utf-8")
            judged = judge(
                case,
                socle.ask(path=nasty, schema=schema, list=True),
                peer.ask(path=nasty, schema=schema, list=True),
                peer.ask(
                    path=plain, schema=schema, list=True, encoding="utf-8", delimiter=","
                ),
            )  # fmt: skip
            schema.unlink()
            outcomes[judged.outcome] += 1
            classes.update(judged.classes)
            common += judged.common
            strangers += [f"seed {seed}: {one.said}" for one in judged.unexplained[:2]]
    _shown(f"{count(files)} nasty files, frictionless 5.21", outcomes, classes, strangers)
    print(f"\nerrors that both say: {count(common)}")
    return not strangers


def recorded() -> bool:
    """Whether Validata still says what the tests keep of it."""
    changed = []
    cases = validata_cases()
    with tempfile.TemporaryDirectory() as name, Engine("validata") as peer:
        for case in cases:
            path, schema = Path(name) / f"fichier{case.suffix}", Path(name) / f"{case.name}.json"
            case.write(path)
            schema.write_text(json.dumps(case.descriptor), encoding="utf-8")
            answer = peer.ask(path=path, schema=schema, list=True)
            found = (
                frozenset((row, field, code) for row, field, code, *_ in answer["found"])
                if "found" in answer
                else None
            )
            if found != case.theirs:
                changed.append(case.name)
    same = len(cases) - len(changed)
    print(f"\nrecorded answers of Validata: {same} of {len(cases)} unchanged {changed or ''}")
    return not changed


def official() -> bool:
    """Whether every disagreement on the official and real files has its class."""
    outcomes: Counter[str] = Counter()
    classes: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    strangers = []
    with (
        tempfile.TemporaryDirectory() as name,
        Engine("socle") as socle,
        Engine("validata") as peer,
    ):
        for number, file in enumerate(official_files()):
            schema = Path(name) / f"{number}.json"
            schema.write_text(json.dumps(file.descriptor), encoding="utf-8")
            ours = socle.ask(path=file.path, schema=schema, list=True)
            theirs = peer.ask(path=file.path, schema=schema, list=True, all=True)
            judged = judge_official(file.name, ours, theirs)
            outcomes[judged.outcome] += 1
            classes.update(judged.classes)
            verdicts[f"{ours['verdict']} / {theirs.get('verdict', 'crash')}"] += 1
            if judged.outcome == "unexplained":
                strangers.append(file.name)
    total = sum(outcomes.values())
    _shown(f"{total} official and real files, Validata 0.12.5", outcomes, classes, strangers)
    show("Verdicts, ours / theirs", ["verdicts", "files"],
         [[pair, str(number)] for pair, number in verdicts.most_common()])  # fmt: skip
    return not strangers


def _shown(title: str, outcomes: Counter[str], classes: Counter[str], strangers: list[str]) -> None:
    total = sum(outcomes.values())
    agreed = sum(outcomes[name] for name in AGREED)
    lines = [["agreed to the last error", count(agreed), f"{agreed / total:.1%}"]]
    lines += [
        [f"`{name}`", count(number), f"{number / total:.1%}"]
        for name, number in outcomes.most_common()
        if name not in AGREED
    ]
    show(title, ["outcome", "files", "share"], lines)
    show("Classes of disagreement", ["class", "errors or files"],
         [[f"`{name}`", count(number)] for name, number in classes.most_common()])  # fmt: skip
    for line in strangers[:20]:
        print(f"of no class: {line}")


def main() -> int:
    """Exit code 0 when all is explained."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2_000, help="nasty files to generate")
    parser.add_argument("--first-seed", type=int, default=0)
    asked = parser.parse_args()
    install_peers()
    print(f"peers: {', '.join(PINS)}")
    explained = generated(asked.files, asked.first_seed)
    explained &= recorded()
    try:
        explained &= official()
    except pytest.skip.Exception as absent:
        print(f"official files not compared: {absent}")
    return 0 if explained else 1


if __name__ == "__main__":
    sys.exit(main())
