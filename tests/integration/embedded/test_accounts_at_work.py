"""The same platform under root, an ordinary user, and a user without a name."""

import os
import shutil
from pathlib import Path

import psutil
import pytest

from socle.embedded.programs import valkey_program, wheel_postgres_dir
from tests.integration.embedded.running import (
    interpreter_for,
    platform_running,
    refusal,
    unprivileged_uid,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change accounts")


def test_an_ordinary_user_has_a_platform_of_his_own(folder: Path) -> None:
    uid = unprivileged_uid()
    os.chown(folder, uid, uid) if os.geteuid() == 0 else None

    with (
        interpreter_for(uid) as arguments,
        platform_running(folder / "data", **arguments) as platform,
    ):
        assert platform.query("select 1") == 1
        owners = {process.uids().real for process in platform.family()}
        assert owners == {uid}
        assert (folder / "data").stat().st_mode & 0o777 == 0o700
        assert (folder / "data" / "secrets.json").stat().st_mode & 0o777 == 0o600

    # Root may serve the same folder later: the data stay their owner's.
    with platform_running(folder / "data") as platform:
        assert platform.query("select 1") == 1
        assert psutil.Process(platform.children["postgresql"]).uids().real == uid


@as_root
def test_a_user_without_a_name_is_told_what_to_do(folder: Path) -> None:
    os.chown(folder, 12345, 12345)

    with interpreter_for(12345) as arguments:
        sentence = refusal(folder / "data", **arguments)
        environ = {**arguments.pop("environ"), "DATABASE_URL": "postgresql://u@/d?host=/elsewhere"}
        with platform_running(folder / "data", environ=environ, **arguments) as platform:
            assert list(platform.children) == ["valkey"]

    assert "12345" in sentence
    assert "/etc/passwd" in sentence
    assert "DATABASE_URL" in sentence


@as_root
def test_under_root_no_server_runs_as_root_and_no_folder_above_changes(folder: Path) -> None:
    before = (folder.stat().st_mode, folder.parent.stat().st_mode)

    with platform_running(folder / "data") as platform:
        for name in ("postgresql", "valkey"):
            process = psutil.Process(platform.children[name])
            assert 0 not in {process.uids().real, process.gids().real}
            status = Path(f"/proc/{process.pid}/status")
            if status.exists():
                groups = status.read_text().split("Groups:")[1].splitlines()[0].split()
                assert "0" not in groups

    assert (folder.stat().st_mode, folder.parent.stat().st_mode) == before


@as_root
def test_data_under_a_folder_closed_to_the_account_are_put_elsewhere_and_found_again(
    folder: Path,
) -> None:
    closed = folder / "root"
    closed.mkdir(mode=0o700)
    data, system = closed / "data", folder / "system"

    with platform_running(data, system_dir=system) as platform:
        platform.query("create table t as select 1 as n")
        (told,) = platform.answer["told"]
        assert str(data) in told
        assert str(system) in told
    assert not (data / "postgres").exists()
    assert closed.stat().st_mode & 0o777 == 0o700

    with platform_running(data, system_dir=system) as platform:
        assert platform.query("select n from t") == 1
        assert platform.answer["told"] == []


@as_root
def test_without_any_folder_the_account_can_use_root_is_told_what_to_do(folder: Path) -> None:
    folder.chmod(0o700)

    sentence = refusal(folder / "data", system_dir=folder / "system")

    assert "--data-dir" in sentence
    assert "DATABASE_URL" in sentence


@as_root
def test_programs_in_an_environment_closed_to_the_account_are_copied_once(folder: Path) -> None:
    """The wheel, in a virtual environment under a closed folder, as under /root."""
    closed = folder / "venv"
    closed.mkdir(mode=0o700)
    _copy_wheels(closed)
    system = folder / "system"
    environ = {
        "SOCLE_POSTGRES": "wheel",
        "PYTHONPATH": os.pathsep.join([str(closed), str(Path(__file__).parents[3])]),
    }

    with platform_running(folder / "data", system_dir=system, environ=environ) as platform:
        assert platform.query("select lower('É')") == "é"
        assert len(platform.answer["told"]) == 2
        program = psutil.Process(platform.children["postgresql"]).cmdline()[0]
        assert program.startswith(str(system / "programs"))

    with platform_running(folder / "data", system_dir=system, environ=environ) as platform:
        assert platform.answer["told"] == []


def _copy_wheels(target: Path) -> None:
    postgres = wheel_postgres_dir()
    assert postgres is not None
    package = postgres.parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    for source in (package, libraries, valkey_program().parents[2]):
        if source.exists():
            shutil.copytree(source, target / source.name)
