"""Write docs/engine/rules.md from the rules themselves: `python scripts/write_rule_docs.py`."""

import importlib
from pathlib import Path

from services.validator.engine import rules
from services.validator.engine.rules import RULES
from services.validator.engine.rules.rule import Rule

PAGE = Path(__file__).parents[1] / "docs" / "engine" / "rules.md"
HEADING = """# Custom checks

Written by `scripts/write_rule_docs.py` from the rules; a test fails when it is stale.
A check is skipped when its column is not in the file or when a cell that it reads is empty or
already in error, unless it says otherwise.
"""


def page() -> str:
    """The whole document."""
    return HEADING + "".join(f"\n{section(rule)}" for rule in RULES)


def section(rule: Rule) -> str:
    """One rule: its docstring, its parameters, its words."""
    module = importlib.import_module(f"{rules.__name__}.{rule.code.replace('-', '_')}")
    parameters = "\n".join(f"- `{name}`: {said}" for name, said in rule.parameters.items())
    messages = "\n".join(
        f"- {by_language['fr'].message}\n  {by_language['fr'].hint}"
        for by_language in rule.wording.values()
    )
    docstring = (module.__doc__ or "").strip()
    return (
        f"## `{rule.code}`\n\n{docstring}\n\nParameters:\n\n{parameters}\n\n"
        f"Messages:\n\n{messages}\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
