"""Options of the kinds of portal: those that a kind reads, no others, and all in the manual."""

import re
from pathlib import Path

import pytest

from services.harvester.connectors.contract import Connector
from services.harvester.connectors.registry import check_config, connectors
from shared.errors import InvalidInputError

ROOT = Path(__file__).parents[4]
KINDS = [pytest.param(connector, id=connector.kind) for connector in connectors()]
READ = re.compile(r"config(?:\.get\(|\[)\"(\w+)\"")


@pytest.mark.parametrize("connector", KINDS)
def test_an_option_of_another_kind_is_refused_with_those_that_there_are(
    connector: Connector,
) -> None:
    check_config(connector, dict.fromkeys(connector.options, "x"))

    with pytest.raises(InvalidInputError, match=f"type {connector.kind} .*« sirett »") as refused:
        check_config(connector, {"sirett": "1", **dict.fromkeys(connector.options, "x")})

    assert all(option in refused.value.message for option in connector.options)


@pytest.mark.parametrize("connector", KINDS)
def test_every_option_that_is_read_may_be_given(connector: Connector) -> None:
    folder = ROOT / "services/harvester/connectors" / connector.kind.replace("-", "_")
    read = {name for path in folder.glob("*.py") for name in READ.findall(path.read_text("utf-8"))}

    assert read <= connector.options


@pytest.mark.parametrize("connector", KINDS)
def test_the_manual_names_every_option(connector: Connector) -> None:
    manual = (ROOT / "docs/harvesting.md").read_text("utf-8")
    [row] = re.findall(rf"^\| `{connector.kind}` \|.*\| (.*) \|$", manual, re.MULTILINE)
    named = set(re.findall(r"`(\w+)[`:]", row))

    assert connector.options <= named
    assert (row == "–") is (not connector.options)
