"""A portal as a command line names it."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from shared.access.models import Organization
from shared.contracts.harvest import NewSource
from shared.errors import InvalidInputError
from socle.config import web_address

PublisherThere = Annotated[
    str | None, typer.Option(help="Sur le portail : nom, identifiant, SIREN ou SIRET du producteur")
]
Options = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="nom=valeur",
        help="Option propre au type de portail, par exemple publisher=Créteil (répétable)",
    ),
]


def portal_config(organization: str | None, options: Sequence[str] | None) -> dict[str, Any]:
    """What a source's `config` is after `--organization` and each `--set name=value`.

    A value is text, unless it is `true`, `false`, a list or an object of JSON: a SIRET is no
    number. Raises `InvalidInputError`.
    """
    config: dict[str, Any] = {"organization": organization} if organization else {}
    for option in options or ():
        name, equals, value = option.partition("=")
        if not equals or not name.strip():
            raise InvalidInputError(f"« {option} » : écrivez une option --set nom=valeur.")
        config[name.strip()] = _value(value.strip())
    return config


def _value(text: str) -> object:
    if text not in {"true", "false"} and not text.startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except ValueError as error:
        raise InvalidInputError(f"« {text} » n'est pas du JSON : {error}.") from error


def asked_source(
    owner: Organization, url: str, *, kind: str | None, config: dict[str, Any], **more: Any
) -> NewSource:
    """The source that a command asks for. Raises `InvalidInputError`."""
    try:
        return NewSource(
            organization_id=owner.id,
            url=web_address(url),
            kind=kind,
            config=config,
            **more,
        )
    except PydanticCustomError as error:
        raise InvalidInputError(f"{error.message()}.") from error
    except ValidationError as error:
        given = ", ".join(str(fault["input"])[:100] for fault in error.errors())
        raise InvalidInputError(f"Valeur refusée pour cette source : {given}.") from error
