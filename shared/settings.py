"""How a service reads its settings: prefix, frozen, misspelt names refused.

Pydantic ignores an environment variable it does not know even with `extra="forbid"`,
so `VALIDATOR_MAX_FILE_SZIE` would be a silent default. `load` compares the environment
with the fields and refuses what is left over, with the nearest name as a suggestion.
"""

import difflib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.errors import ServiceError

_CONTACT = re.compile(r"https?://\S+|(mailto:)?[^@\s:]+@[^@\s]+")


class SettingsError(ServiceError):
    """A setting is unknown, missing or malformed; the process must not start."""

    code = "settings"
    title = "Réglage incorrect"


class ServiceSettings(BaseSettings):
    """What every service is told. `database_url` is a libpq URL (`postgresql://…`)."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    database_url: SecretStr = Field(description="PostgreSQL, as a libpq URL")
    redis_url: SecretStr = Field(description="Valkey or Redis: redis://… or unix://…")
    service_key: SecretStr | None = Field(
        default=None, description="API key by which this service calls the two others"
    )
    store_dir: Path = Field(description="Folder of the content-addressed file store")
    public_url: str = Field(
        default="http://127.0.0.1:8000", description="Address under which users see the platform"
    )
    contact: str = Field(
        default="",
        description="Page (`https://…`) or e-mail address of a person: told to the portals that "
        "are asked (without it, the public address) and to the visitors of this one",
    )
    allowed_hosts: str = Field(
        default="",
        description="Hosts (host or host:port, comma separated) that may have a private address",
    )
    log_format: str = Field(default="json", description="`json` or `text`")
    log_level: str = Field(default="INFO", description="Least level that is written")

    @field_validator("contact")
    @classmethod
    def _reachable(cls, value: str) -> str:
        if value and not _CONTACT.fullmatch(value):
            raise ValueError("une page (https://…) ou une adresse de courriel est attendue")
        return value


S = TypeVar("S", bound=ServiceSettings)


def load(settings_class: type[S], environ: Mapping[str, str] | None = None, **values: Any) -> S:
    """Settings from `values`, then the environment, then defaults.

    Raises `SettingsError` with one sentence that names the variable: unknown (with the
    nearest known name), missing or malformed.
    """
    environ = os.environ if environ is None else environ
    prefix = settings_class.model_config.get("env_prefix") or ""
    known = {f"{prefix}{name}".upper() for name in settings_class.model_fields}
    for name in environ:
        upper = name.upper()
        if upper.startswith(prefix.upper()) and upper not in known:
            near = difflib.get_close_matches(upper, known, n=1)
            hint = f" Vouliez-vous dire {near[0]} ?" if near else ""
            raise SettingsError(f"Réglage inconnu : {name}.{hint}")
    given = {
        field: environ[key]
        for key in environ
        if key.upper().startswith(prefix.upper())
        and (field := key.upper().removeprefix(prefix.upper()).lower())
    }
    try:
        return settings_class(**{**given, **values})
    except ValidationError as error:
        faults = "; ".join(
            f"{prefix}{'_'.join(map(str, fault['loc']))}".upper()
            + (" : à indiquer" if fault["type"] == "missing" else f" : {_reason(fault)}")
            for fault in error.errors()
        )
        raise SettingsError(f"Réglages incorrects : {faults}") from error


def _reason(fault: ErrorDetails) -> str:
    """What is wrong: our own words without what Pydantic puts before them."""
    return str(fault["ctx"]["error"]) if fault["type"] == "value_error" else fault["msg"]
