"""What the harvester is told by its operator (environment: `HARVESTER_…`)."""

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from services.harvester.models.budget import Window
from services.harvester.models.removal import Removal
from services.harvester.models.schedules import check_schedule
from shared.settings import ServiceSettings


class HarvesterSettings(ServiceSettings):
    """Settings of the harvester's API and of its worker."""

    model_config = SettingsConfigDict(env_prefix="HARVESTER_", frozen=True, extra="forbid")

    catalogue_url: str = Field(
        default="http://127.0.0.1:8000", description="Address of the catalogue"
    )
    validator_url: str = Field(
        default="http://127.0.0.1:8000", description="Address of the validator"
    )
    max_file_bytes: int = Field(
        default=200 * 1024 * 1024, gt=0, description="Largest file that is downloaded, in bytes"
    )
    fetch_seconds: float = Field(
        default=120.0, gt=0, description="Longest time to download one file or page"
    )
    host_concurrency: int = Field(
        default=2, ge=1, description="Requests at once to one host, per worker"
    )
    host_interval_seconds: float = Field(
        default=0.1,
        ge=0,
        description="Least time between two requests to one host, per worker; hosts of "
        "`allowed_hosts` need none",
    )
    host_rest_seconds: float = Field(
        default=60.0,
        gt=0,
        description="First pause of a host that fails or asks for one without saying how long; "
        "doubles each time",
    )
    host_patience_minutes: float = Field(
        default=60.0, ge=0, description="How long a run waits for a host that rests"
    )
    off_peak: str = Field(
        default="",
        description="Hours, in Paris time, for the full sweeps and the downloads of scheduled "
        "runs, such as `20-7`; empty: always",
    )
    run_requests: int = Field(
        default=0, ge=0, description="Requests of one run, after which the next one goes on; 0: any"
    )
    run_bytes: int = Field(
        default=0, ge=0, description="Bytes that one run receives, likewise; 0: any"
    )
    run_minutes: float = Field(
        default=0.0, ge=0, description="Minutes of one run, likewise; 0: any"
    )
    worker_concurrency: int = Field(
        default=64, ge=1, description="Jobs that a worker has under way; most wait for portals"
    )
    recheck_hours: str = Field(
        default="12,24,168,720",
        description="Hours until a file is asked for again, after it was found unchanged 0, 1, "
        "2 … times in a row",
    )
    full_schedule: str = Field(
        default="0 2 * * 0",
        description="When a source is read afresh, whatever its portal says is unchanged "
        "(cron, Paris time)",
    )
    changes_from_pages: int = Field(
        default=20,
        ge=1,
        description="Pages of a listing from which only changes are asked for, where the portal "
        "can select them",
    )
    archive_after_runs: int = Field(
        default=3, ge=1, description="Complete runs without a dataset before it is archived"
    )
    archive_after_days: float = Field(
        default=7.0, ge=0, description="Days without a dataset before it is archived"
    )
    archive_share: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="Share of a source beyond which (and beyond three datasets) an operator has "
        "to confirm that so many are archived at once",
    )
    listing_retry_seconds: float = Field(
        default=1.0,
        ge=0,
        description="Pause before a page of a listing is asked for again; doubles three times",
    )
    run_hours: float = Field(
        default=6.0, gt=0, description="Longest time to list one source, in hours"
    )
    schedule_poll_seconds: float = Field(
        default=15.0, gt=0, description="How often the schedules are looked at"
    )
    schedule_jitter_seconds: int = Field(
        default=600, ge=0, description="Spread of the sources that share one schedule"
    )
    database_pool_size: int = Field(
        default=10, ge=1, description="Connections kept open to PostgreSQL"
    )

    @field_validator("recheck_hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        if not all(hours >= 0 for hours in map(float, value.split(","))):
            raise ValueError("hours are numbers from 0, between commas")
        return value

    @field_validator("off_peak")
    @classmethod
    def _window(cls, value: str) -> str:
        Window.parse(value)
        return value

    @field_validator("full_schedule")
    @classmethod
    def _cron(cls, value: str) -> str:
        check_schedule(value)
        return value


def removal_of(settings: HarvesterSettings) -> Removal:
    """When what is no longer listed is archived."""
    return Removal(
        runs=settings.archive_after_runs,
        days=settings.archive_after_days,
        share=settings.archive_share,
    )
