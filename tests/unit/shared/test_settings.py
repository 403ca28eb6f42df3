"""Settings: prefix, frozen, misspelt names refused with the nearest one."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsConfigDict

from shared.settings import ServiceSettings, SettingsError, load


class ProbeSettings(ServiceSettings):
    model_config = SettingsConfigDict(frozen=True, extra="forbid", env_prefix="PROBE_")

    max_file_size: int = 10


GOOD = {
    "PROBE_DATABASE_URL": "postgresql://localhost/x",
    "PROBE_REDIS_URL": "redis://localhost",
    "PROBE_STORE_DIR": "/tmp/store",
}


def test_values_come_from_the_environment_with_the_prefix() -> None:
    settings = load(ProbeSettings, {**GOOD, "PROBE_MAX_FILE_SIZE": "12", "OTHER": "x"})

    assert settings.max_file_size == 12
    assert settings.store_dir == Path("/tmp/store")
    assert "localhost" not in repr(settings.database_url)


def test_a_misspelt_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SettingsError, match="PROBE_MAX_FILE_SIZE"):
        load(ProbeSettings, {**GOOD, "PROBE_MAX_FILE_SZIE": "12"})


def test_a_missing_or_malformed_value_is_named() -> None:
    with pytest.raises(SettingsError, match="PROBE_REDIS_URL"):
        load(ProbeSettings, {k: v for k, v in GOOD.items() if "REDIS" not in k})
    with pytest.raises(SettingsError, match="PROBE_MAX_FILE_SIZE"):
        load(ProbeSettings, {**GOOD, "PROBE_MAX_FILE_SIZE": "beaucoup"})


def test_settings_cannot_change_after_the_start() -> None:
    settings = load(ProbeSettings, GOOD)
    with pytest.raises(ValidationError):
        settings.max_file_size = 3  # type: ignore[misc]


def test_a_missing_setting_is_named_in_french() -> None:
    with pytest.raises(SettingsError, match="PROBE_STORE_DIR : à indiquer"):
        load(ProbeSettings, {})


@pytest.mark.parametrize(
    "contact", ["", "https://infocom.example/ecrire", "a@b.example", "mailto:a@b.example"]
)
def test_a_contact_is_a_page_or_an_address(contact: str) -> None:
    assert load(ProbeSettings, {**GOOD, "PROBE_CONTACT": contact}).contact == contact


@pytest.mark.parametrize("contact", ["01 48 00 00 00", "javascript:alert(1)", "le syndicat"])
def test_what_is_no_contact_is_refused_in_french(contact: str) -> None:
    with pytest.raises(SettingsError, match=r"PROBE_CONTACT : une page \(https"):
        load(ProbeSettings, {**GOOD, "PROBE_CONTACT": contact})
