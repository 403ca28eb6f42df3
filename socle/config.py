"""The file of `socle up --config`: the syndicate, its members, and what to harvest for each.

TOML, checked whole before anything starts: an unknown key is refused with the nearest known
one, and every fault names its line. All faults are told at once.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError, to_jsonable_python
from stdnum import luhn

from shared.errors import ClientError
from socle.config_faults import explain

EVERY_MEMBER = "*"
DECLARED = (
    "staff_fte",
    "staff_on",
    "committed_on",
    "commitment_url",
    "contact_name",
    "contact_email",
)

SourceKind = Literal[
    "udata", "ckan", "opendatasoft", "dcat", "arcgis-hub", "csw", "scdl-catalogue",
    "schema-org", "listing",
]  # fmt: skip


class ConfigError(ClientError):
    """The configuration file cannot be read or does not say what it must."""

    code = "configuration"
    title = "Configuration incorrecte"


def _refusal(code: str, sentence: str, value: str) -> PydanticCustomError:
    return PydanticCustomError(
        code, "« {value} » {sentence}", {"value": value, "sentence": sentence}
    )


def siren_code(value: str) -> str:
    """The value when it is a SIREN. Raises `PydanticCustomError`."""
    if not re.fullmatch(r"[0-9]{9}", value) or not luhn.is_valid(value):
        raise _refusal("siren", "n'est pas un SIREN (9 chiffres et leur clé)", value)
    return value


def insee_code(value: str) -> str:
    """The value when it has the form of a commune's code. Raises `PydanticCustomError`."""
    if not re.fullmatch(r"([0-9]{2}|2[AB])[0-9]{3}", value):
        raise _refusal("insee", "n'est pas un code INSEE de commune (5 caractères)", value)
    return value


def web_address(value: str) -> str:
    """The value when it is an http(s) address. Raises `PydanticCustomError`."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise _refusal("address", "n'est pas une adresse http:// ou https://", value)
    return value


def _cron(value: str) -> str:
    try:
        CronSim(value, dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    except CronSimError:
        fields = "minute heure jour mois jour-de-semaine"
        raise _refusal("cron", f"n'est pas un horaire cron ({fields})", value) from None
    return value


Siren = Annotated[str, AfterValidator(siren_code)]
InseeCode = Annotated[str, AfterValidator(insee_code)]
WebAddress = Annotated[str, AfterValidator(web_address)]
Cron = Annotated[str, AfterValidator(_cron)]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
Text = Annotated[str, Field(min_length=1, max_length=300)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class SyndicateConfig(_Section):
    """The body that runs the platform."""

    name: Text
    siren: Siren | None = None
    department: Annotated[str, Field(pattern=r"^([0-9]{2,3}|2[AB])$")] | None = None


class PortalConfig(_Section):
    """What the portal says of itself; `public_url` is the address that users type."""

    title: Text = "Données ouvertes"
    public_url: WebAddress | None = None
    contact_email: Email | None = None


class HarvestConfig(_Section):
    """When sources are harvested that do not say it themselves.

    `schedule` is a cron expression in Paris time; each source starts up to `jitter_minutes`
    later, always by the same delay, so that a portal shared by all members is not asked by
    all at once.
    """

    schedule: Cron = "0 2 * * *"
    jitter_minutes: Annotated[int, Field(ge=0, le=720)] = 90


class MemberConfig(_Section):
    """A member of the syndicate.

    `staff_fte` are its agents in full-time equivalents, counted on `staff_on`; `committed_on`
    is the day on which it decided to open its data.
    """

    name: Text
    insee_code: InseeCode | None = None
    siren: Siren
    kind: Literal["commune", "epci", "departement", "region", "other"] = "commune"
    population: Annotated[int, Field(ge=0)] | None = None
    roles: tuple[Literal["animator", "experimenter"], ...] = ()
    staff_fte: Annotated[int, Field(ge=0)] | None = None
    staff_on: dt.date | None = None
    committed_on: dt.date | None = None
    commitment_url: WebAddress | None = None
    contact_name: Text | None = None
    contact_email: Email | None = None

    @property
    def declared(self) -> dict[str, object]:
        """What the file says of the member beyond its identity; nothing that it leaves out."""
        said = {name: getattr(self, name) for name in DECLARED}
        return {
            name: value.isoformat() if isinstance(value, dt.date) else value
            for name, value in said.items()
            if value is not None
        }

    @model_validator(mode="after")
    def _commune_has_its_code(self) -> Self:
        if self.kind == "commune" and self.insee_code is None:
            raise PydanticCustomError("insee", "une commune doit avoir son code « insee_code »")
        return self


class SourceConfig(_Section):
    """A portal to harvest for one member (named by its SIREN), or for each: `member = "*"`.

    In `name`, `url`, `organization` and the texts of `config`, `{name}`, `{siren}` and
    `{insee_code}` stand for the member's. `organization` is the publisher's id, slug, SIREN
    or SIRET on a portal that several share; `config` holds what else its kind understands.
    """

    member: str
    name: Text | None = None
    kind: SourceKind
    url: WebAddress
    organization: Text | None = None
    config: dict[str, Any] = Field(default={})
    fictitious: bool = False
    schedule: Cron | None = None


@dataclass(frozen=True)
class PlannedSource:
    """One source of one member, with nothing left to fill in; `config` is the connector's."""

    member: MemberConfig
    name: str
    kind: str
    url: str
    config: Mapping[str, Any]
    schedule: str
    fictitious: bool


class PlatformConfig(_Section):
    """The whole file."""

    syndicate: SyndicateConfig
    portal: PortalConfig = PortalConfig()
    harvest: HarvestConfig = HarvestConfig()
    members: Annotated[tuple[MemberConfig, ...], Field(min_length=1)]
    sources: tuple[SourceConfig, ...] = ()

    @model_validator(mode="after")
    def _names_add_up(self) -> Self:
        sirens = [member.siren for member in self.members]
        if repeated := {siren for siren in sirens if sirens.count(siren) > 1}:
            raise _refusal("repeated", "est le SIREN de plusieurs membres", min(repeated))
        for source in self.sources:
            if source.member not in {EVERY_MEMBER, *sirens}:
                raise _refusal("member", "n'est le SIREN d'aucun membre de [[members]]",
                               source.member)  # fmt: skip
        planned = [(one.member.siren, one.url, one.config) for one in self.planned_sources()]
        if repeated_urls := {one[1] for one in planned if planned.count(one) > 1}:
            raise _refusal("repeated", "est moissonné deux fois pour un membre",
                           min(repeated_urls))  # fmt: skip
        return self

    def planned_sources(self, *, redirect: Mapping[str, str] | None = None) -> list[PlannedSource]:
        """Every source of every member.

        `redirect` sends addresses elsewhere (start of an address → what replaces it), for
        a mirror, or for a test that must not touch the real portal.
        """
        return [
            self._planned(source, member, redirect or {})
            for source in self.sources
            for member in self.members
            if source.member in {EVERY_MEMBER, member.siren}
        ]

    def _planned(
        self, source: SourceConfig, member: MemberConfig, redirect: Mapping[str, str]
    ) -> PlannedSource:
        url = _filled(source.url, member)
        for start, replacement in redirect.items():
            if url.startswith(start):
                url = replacement + url.removeprefix(start)
                break
        config = {
            name: _filled(value, member) if isinstance(value, str) else value
            for name, value in source.config.items()
        }
        if source.organization:
            config["organization"] = _filled(source.organization, member)
        return PlannedSource(
            member=member,
            name=_filled(source.name or f"{urlsplit(url).hostname} – {{name}}", member),
            kind=source.kind,
            url=url,
            # A date of TOML is a text to the harvester, as it is to whoever reads it there.
            config=to_jsonable_python(config),
            schedule=source.schedule or self.harvest.schedule,
            fictitious=source.fictitious,
        )


def _filled(text: str, member: MemberConfig) -> str:
    """Only the three known names are replaced: other braces belong to the address."""
    for name, value in (
        ("{name}", member.name),
        ("{siren}", member.siren),
        ("{insee_code}", member.insee_code or ""),
    ):
        text = text.replace(name, value)
    return text


def load_config(path: Path) -> PlatformConfig:
    """Read and check a configuration file.

    Raises `ConfigError`: the file is missing, is not TOML, or has faults, each told on a
    line of the message with its place.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{path} : fichier illisible ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path} : le fichier doit être enregistré en UTF-8.") from error
    try:
        return PlatformConfig.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+), column (\d+)", str(error))
        where = f"ligne {place[1]}, colonne {place[2]}" if place else "à la fin"
        raise ConfigError(f"{path}, {where} : ce n'est pas du TOML ({error}).") from error
    except ValidationError as error:
        faults = "\n".join(f"- {fault}" for fault in explain(error, text, PlatformConfig))
        raise ConfigError(f"{path} :\n{faults}") from error
