"""What the validator is told by its operator (environment: `VALIDATOR_…`)."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings


class ValidatorSettings(ServiceSettings):
    """Settings of the validator's API and of its worker."""

    model_config = SettingsConfigDict(env_prefix="VALIDATOR_", frozen=True, extra="forbid")

    catalogue_url: str = Field(
        default="http://127.0.0.1:8000", description="Address of the catalogue, for the verdicts"
    )
    synced_schemas_dir: Path | None = Field(
        default=None, description="Folder that `socle schemas sync` fills; none: built-in only"
    )
    max_file_bytes: int = Field(
        default=100 * 1024 * 1024, gt=0, description="Largest file that is accepted, in bytes"
    )
    direct_max_bytes: int = Field(
        default=2 * 1024 * 1024,
        ge=0,
        description="Largest file checked while the caller waits; larger ones become a job",
    )
    direct_checks: int = Field(
        default=2, ge=1, description="Files checked at once while callers wait"
    )
    worker_checks: int = Field(default=2, ge=1, description="Files that a worker checks at once")
    fetch_seconds: float = Field(
        default=60.0, gt=0, description="Longest time to download one file or schema"
    )
    max_errors: int = Field(
        default=1000, ge=1, le=100_000, description="Errors listed in a report; all are counted"
    )
    table_max_rows: int = Field(
        default=1_000_000, ge=1, description="Rows kept of a file for previews and consolidation"
    )
    job_retention_days: int = Field(
        default=90, ge=1, description="Days during which ended jobs can still be asked after"
    )
    upload_retention_days: int = Field(
        default=30,
        ge=1,
        description="Days during which a file that came to be checked is kept; its report stays",
    )
    open_checks_per_minute: int = Field(
        default=60,
        ge=0,
        description="Checks a minute for an address without a key (not this machine); 0: no limit",
    )
    keyed_checks_per_minute: int = Field(
        default=600, ge=0, description="Checks a minute for a key; 0: no limit"
    )
    database_pool_size: int = Field(
        default=5, ge=1, description="Connections kept open to PostgreSQL"
    )
