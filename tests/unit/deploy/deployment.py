"""Reads the deployment files as the tools that use them do."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer
import yaml
from typer.main import get_command

from socle.cli.application import app

ROOT = Path(__file__).parents[3]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
CADDYFILE = (ROOT / "deploy" / "Caddyfile").read_text(encoding="utf-8")
ENV_SAMPLE = (ROOT / "deploy" / "env.sample").read_text(encoding="utf-8")

_VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?:(?P<kind>:[-?])(?P<rest>[^}]*))?\}")


class MissingVariable(Exception):
    """A variable that the compose file requires has no value."""


def variables(text: str) -> set[str]:
    """Names that the text takes from the environment."""
    return {found["name"] for found in _VARIABLE.finditer(text) if found["name"]}


def interpolated(text: str, environment: Mapping[str, str]) -> str:
    """The text with its variables replaced by the rules of the compose specification."""

    def value(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        given = environment.get(found["name"], "")
        if given or found["kind"] is None:
            return given
        if found["kind"] == ":?":
            raise MissingVariable(found["rest"])
        return found["rest"]

    return _VARIABLE.sub(value, text)


def sample() -> dict[str, str]:
    """What `deploy/env.sample` sets."""
    lines = [line for line in ENV_SAMPLE.splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def filled_sample() -> dict[str, str]:
    """The sample after an operator filled the empty values in."""
    return {name: value or "0123456789abcdef" for name, value in sample().items()}


def compose() -> dict[str, Any]:
    """The compose file as Docker sees it: variables replaced, anchors resolved."""
    content = yaml.safe_load(as_docker_sees(COMPOSE))
    assert isinstance(content, dict)
    return content


def as_docker_sees(text: str) -> str:
    """The YAML with its variables replaced and its anchors and merges resolved."""
    return yaml.safe_dump(yaml.safe_load(interpolated(text, filled_sample())))


def our_services() -> dict[str, dict[str, Any]]:
    """The compose services that run our image."""
    services: dict[str, dict[str, Any]] = compose()["services"]
    return {name: one for name, one in services.items() if one["image"].startswith("socle:")}


def parse_command(arguments: list[str]) -> typer.Context:
    """Parse `socle <arguments>` as the command line does, without running it.

    Raises `TyperException` for an unknown command, option or value.
    """
    group = get_command(app)
    context = group.make_context("socle", list(arguments), resilient_parsing=False)
    name, command, rest = group.resolve_command(context, list(arguments))  # type: ignore[attr-defined]
    assert command is not None
    return command.make_context(name, rest, parent=context)


def dockerfile_instructions() -> Iterator[tuple[str, str]]:
    """Instructions of the Dockerfile with their arguments, continued lines joined."""
    text = re.sub(r"^\s*#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _, rest = line.partition(" ")
        yield name.upper(), rest.strip()


def json_form(text: str) -> list[str]:
    """The list in an exec-form instruction (`CMD ["a", "b"]`)."""
    return list(json.loads(text[text.index("[") :]))


@dataclass(frozen=True)
class Block:
    """A Caddyfile block or directive: its words, and what its braces hold."""

    words: tuple[str, ...]
    inner: tuple["Block", ...] = ()

    def named(self, name: str) -> list["Block"]:
        """The directives of that name directly inside."""
        return [one for one in self.inner if one.words[0] == name]


def caddy_sites() -> list[Block]:
    """The blocks of the Caddyfile; raises `ValueError` on unbalanced braces."""
    lines = [line.strip() for line in CADDYFILE.splitlines()]
    waiting = iter([line for line in lines if line and not line.startswith("#")])
    blocks = list(_blocks(waiting, nested=False))
    if next(waiting, None) is not None:
        raise ValueError("a brace closes nothing")
    return blocks


def _blocks(lines: Iterator[str], *, nested: bool) -> Iterator[Block]:
    for line in lines:
        if line == "}":
            if not nested:
                raise ValueError("a brace closes nothing")
            return
        words = tuple(re.findall(r'"[^"]*"|\S+', line))
        if words[-1] == "{":
            yield Block(words[:-1] or ("",), tuple(_blocks(lines, nested=True)))
        else:
            yield Block(words)
    if nested:
        raise ValueError("a brace is not closed")
