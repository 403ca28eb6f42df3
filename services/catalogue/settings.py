"""What the catalogue is told by its operator (environment: `CATALOGUE_…`)."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class CatalogueSettings(ServiceSettings):
    """Settings of the catalogue and its portal."""

    model_config = SettingsConfigDict(env_prefix="CATALOGUE_", frozen=True, extra="forbid")

    validator_url: str = Field(
        default="http://127.0.0.1:8000", description="Address of the validator, for its reports"
    )
    harvester_url: str = Field(
        default="http://127.0.0.1:8000",
        description="Address of the harvester, for the syndicate's dashboard",
    )
    index_dir: Path | None = Field(
        default=None,
        description="Folder of the search indexes, one of its own for each process; "
        "without it the index is in memory and built at each start",
    )
    database_pool_size: int = Field(
        default=5, ge=1, description="Connections kept open to PostgreSQL"
    )
    max_file_bytes: int = Field(
        default=100_000_000,
        gt=0,
        description="Largest file that the page « Vérifier un fichier » takes, in bytes; "
        "the validator has its own limit",
    )
    upkeep_seconds: float = Field(
        default=300.0,
        gt=0,
        description="How often the worker looks for scores, links and days to bring up to date",
    )
    link_recheck_hours: float = Field(
        default=24.0, gt=0, description="Age beyond which an address is followed again"
    )
    link_seconds: float = Field(
        default=20.0, gt=0, description="Longest time to wait for an address that is followed"
    )
    link_pause_seconds: float = Field(
        default=1.0, ge=0, description="Pause between two addresses of one host that are followed"
    )
    consolidation_direct_rows: int = Field(
        default=100_000,
        ge=0,
        description="Rows up to which a consolidated file is made while the caller waits",
    )
    open_checks_per_minute: int = Field(
        default=60,
        ge=0,
        description="Checks a minute on the page « Vérifier un fichier » for an address "
        "(not this machine); 0: no limit",
    )
    portal_title: str = Field(
        default="Socle", description="Name of the site, at the top of every page"
    )
    portal_owner: str = Field(
        default="", description="Body that offers the site, named in the footer and the about page"
    )
