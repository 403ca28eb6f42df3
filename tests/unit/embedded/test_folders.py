"""Where data, secrets and sockets lie, and who may use them."""

import json
import os
import pwd
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from socle.embedded.accounts import require_name, server_account
from socle.embedded.datafolder import DataFolder, Secrets, default_path
from socle.embedded.errors import DataFolderBusyError, EmbeddedError
from socle.embedded.postgres import locale_arguments
from socle.embedded.sockets import LONGEST_PATH, socket_folder


def test_the_default_folder_follows_the_setting_then_the_account() -> None:
    assert default_path({"SOCLE_DATA_DIR": "/srv/socle"}) == Path("/srv/socle")
    default = default_path({"XDG_DATA_HOME": "/home/x/data"})
    assert default == Path("/var/lib/socle" if os.geteuid() == 0 else "/home/x/data/socle")


def test_a_folder_is_served_by_one_process_until_that_one_ends(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    hold = (
        "import sys, pathlib; from socle.embedded.datafolder import DataFolder\n"
        "with DataFolder(pathlib.Path(sys.argv[1])).locked(): print('held'); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(folder.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()

        with pytest.raises(DataFolderBusyError) as refused, folder.locked():
            pass
        assert refused.value.details["pid"] == other.pid
        assert folder.served_by() == other.pid

        other.kill()
        other.wait()
    with folder.locked():
        assert folder.served_by() == os.getpid()
    assert folder.served_by() is None


def test_secrets_are_made_once_kept_private_and_hidden(tmp_path: Path) -> None:
    secrets = Secrets(tmp_path / "secrets.json")

    made = secrets.get_or_create("postgres-role")
    secrets.put("service-key", "abc")

    assert Secrets(secrets.path).get_or_create("postgres-role") == made
    assert len(made) >= 43
    assert json.loads(secrets.path.read_text()) == {"postgres-role": made, "service-key": "abc"}
    assert secrets.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["{", "[]", "\x00"])
def test_damaged_secrets_are_never_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(content)

    with pytest.raises(EmbeddedError, match="sauvegarde"):
        Secrets(path).get_or_create("postgres-role")
    assert path.read_text() == content


def test_each_data_folder_has_its_own_short_private_sockets(tmp_path: Path) -> None:
    base = Path("/tmp")
    one = socket_folder(tmp_path / ("x" * 200), None, base=base)
    other = socket_folder(tmp_path / "other", None, base=base)
    try:
        assert one != other
        assert socket_folder(tmp_path / ("x" * 200), None, base=base) == one
        assert len(os.fsencode(one / ".s.PGSQL.5432.lock")) <= LONGEST_PATH
        assert one.stat().st_mode & 0o777 == 0o700
    finally:
        one.rmdir()
        other.rmdir()


@pytest.fixture
def short_base() -> Iterator[Path]:
    """A base for sockets whose path is short, as pytest's own may not be."""
    with tempfile.TemporaryDirectory(prefix="s-", dir="/tmp") as base:
        yield Path(base)


def test_a_socket_folder_prepared_by_someone_else_is_left_alone(
    tmp_path: Path, short_base: Path
) -> None:
    data, base, trap = tmp_path / "data", short_base, tmp_path / "trap"
    trap.mkdir()
    expected = socket_folder(data, None, base=base)
    expected.rmdir()
    expected.symlink_to(trap)

    second = socket_folder(data, None, base=base)

    assert second != expected
    assert not second.is_symlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_socket_folder_of_another_owner_is_left_alone(tmp_path: Path, short_base: Path) -> None:
    expected = socket_folder(tmp_path / "data", None, base=short_base)
    os.chown(expected, 12345, 12345)

    assert socket_folder(tmp_path / "data", None, base=short_base) != expected


def test_a_base_too_long_for_the_kernel_is_refused(tmp_path: Path) -> None:
    base = tmp_path / ("y" * 100)
    base.mkdir()

    with pytest.raises(EmbeddedError, match="court"):
        socket_folder(tmp_path / "data", None, base=base)


def test_a_user_without_a_name_is_refused_and_one_with_a_name_is_not() -> None:
    nameless = next(uid for uid in range(40000, 60000) if not _known(uid))

    with pytest.raises(EmbeddedError, match=f"{nameless}.*passwd.*DATABASE_URL"):
        require_name(nameless)
    require_name(0)


def _known(uid: int) -> bool:
    return any(entry.pw_uid == uid for entry in pwd.getpwall())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its servers")
def test_root_without_an_account_to_lend_to_is_told_what_to_do() -> None:
    with pytest.raises(EmbeddedError, match="DATABASE_URL"):
        server_account(candidates=("no-such-account",))
    assert server_account(candidates=("no-such-account",), for_postgres=False) is None
    account = server_account(candidates=("no-such-account", "nobody"))
    assert account is not None
    assert account.name == "nobody"


def test_every_locale_sorts_by_code_point_and_from_17_on_needs_nothing_of_the_machine() -> None:
    assert locale_arguments(18)[0][0] == "--locale-provider=builtin"
    assert "--builtin-locale=C.UTF-8" in locale_arguments(17)[-1]
    assert locale_arguments(15)[0] == ["--locale=C.UTF-8"]
    assert locale_arguments(15)[-1] == ["--locale=C"]
