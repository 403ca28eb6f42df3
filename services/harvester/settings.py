"""What the harvester is told by its operator (environment: `HARVESTER_…`)."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

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
    contact: str = Field(
        default="https://socle.invalid/contact",
        description="Page or address in our User-Agent, for the administrators of portals",
    )
    max_file_bytes: int = Field(
        default=200 * 1024 * 1024, gt=0, description="Largest file that is downloaded, in bytes"
    )
    fetch_seconds: float = Field(
        default=120.0, gt=0, description="Longest time to download one file or page"
    )
    host_concurrency: int = Field(
        default=2, ge=1, description="Files downloaded at once from one host, per worker"
    )
    worker_concurrency: int = Field(default=8, ge=1, description="Jobs that a worker does at once")
    recheck_hours: float = Field(
        default=24.0,
        ge=0,
        description="Age beyond which the files of an unchanged dataset are asked for again",
    )
    archive_after_runs: int = Field(
        default=3, ge=1, description="Complete runs without a dataset before it is archived"
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
        default=5, ge=1, description="Connections kept open to PostgreSQL"
    )
