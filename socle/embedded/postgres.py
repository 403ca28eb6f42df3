"""A PostgreSQL cluster of our own: created once, served as a direct child, reached by socket.

Never through pg_ctl, which detaches the server: a supervisor that is not its parent can
neither see it die nor reap it.
"""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import asyncpg
import psutil

from socle.embedded.accounts import Account
from socle.embedded.errors import EmbeddedError
from socle.embedded.process import ProcessSpec
from socle.embedded.programs import Installation

SUPERUSER = "postgres"
ROLE = "socle"
DATABASE = "socle"
_MEBIBYTE = 1 << 20
# Crash recovery replays what the last checkpoint left: minutes, at worst, on a slow disk.
_RECOVERY = timedelta(minutes=10)


@dataclass(frozen=True)
class Passwords:
    """Of the superuser, and of the role `socle` that owns the database and serves requests."""

    superuser: str = field(repr=False)
    role: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The data of one PostgreSQL and how to serve it.

    With `durable=False` nothing is flushed to disk: faster, lost with the machine yet not
    with the process (commits still wait until the kernel has them); for tests only.
    """

    installation: Installation
    data_dir: Path
    socket_dir: Path
    passwords: Passwords
    account: Account | None = None
    durable: bool = True
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def exists(self) -> bool:
        """Whether the cluster was created, wholly."""
        return (self.data_dir / "PG_VERSION").is_file()

    def url(self, database: str = DATABASE) -> str:
        """URL (libpq) of the role `socle`; the password is URL-safe by construction."""
        return f"postgresql://{ROLE}:{self.passwords.role}@/{database}?host={self.socket_dir}"

    def superuser_url(self, database: str = "postgres") -> str:
        """URL (libpq) of the superuser: to create databases, to dump."""
        password = self.passwords.superuser
        return f"postgresql://{SUPERUSER}:{password}@/{database}?host={self.socket_dir}"

    def create(self) -> None:
        """Run initdb unless the cluster exists; about half a second.

        It works in a folder beside the final one, renamed at the end: an interrupted
        creation leaves nothing that looks like a cluster.
        """
        if self.exists:
            return
        draft = self.data_dir.with_name(f"{self.data_dir.name}.nouveau")
        password_file = self.socket_dir / "mot-de-passe"
        _write_private(password_file, self.passwords.superuser, self.account)
        try:
            for locale in locale_arguments(self.installation.major):
                complaint = self._initdb(draft, password_file, locale)
                if complaint is None:
                    break
            else:
                raise EmbeddedError(
                    f"PostgreSQL n’a pas pu créer sa base dans {self.data_dir} :\n{complaint}"
                )
        finally:
            password_file.unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            self.data_dir.rmdir()
        draft.rename(self.data_dir)

    def _initdb(self, draft: Path, password_file: Path, locale: list[str]) -> str | None:
        """None, or what initdb complained about."""
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self.account:
            os.chown(draft, self.account.uid, self.account.gid)
        argv = [
            str(self.installation.program("initdb")),
            f"--pgdata={draft}",
            f"--username={SUPERUSER}",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--data-checksums",
            *locale,
            *([] if self.durable else ["--no-sync"]),
        ]
        identity = self.account.popen_arguments() if self.account else {}
        try:
            done = subprocess.run(
                argv,
                cwd="/",
                env=_environment(),
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=300,
                **identity,
            )
        except (OSError, subprocess.SubprocessError) as error:
            return str(error)
        return None if done.returncode == 0 else done.stdout.strip()

    def process(self) -> ProcessSpec:
        """The server as a child of the supervisor. SIGINT is PostgreSQL's fast shutdown:
        SIGTERM would wait for every open connection.
        """
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            # Others are lost when the user logs out: systemd then removes his POSIX segments.
            "dynamic_shared_memory_type": "mmap",
            "logging_collector": "off",
            "log_destination": "stderr",
            "shared_buffers": f"{buffers(psutil.virtual_memory().total) >> 20}MB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            **({} if self.durable else {"fsync": "off", "full_page_writes": "off"}),
            **self.settings,
        }
        argv = [str(self.installation.program("postgres")), "-D", str(self.data_dir)]
        for name, value in settings.items():
            argv += ["-c", f"{name}={value}"]
        return ProcessSpec(
            name="postgresql",
            argv=tuple(argv),
            env=_environment(),
            account=self.account,
            ready=self.answers,
            ready_within=_RECOVERY,
            before_start=self.clear_stale_locks,
            stop_signal=signal.SIGINT,
            last_resort=signal.SIGQUIT,
            orphan_signal=signal.SIGINT,
            foundation=True,
        )

    async def answers(self) -> bool:
        """Whether the server accepts our password and answers a query.

        Raises `EmbeddedError` when it answers that the password is wrong: waiting is vain.
        """
        try:
            connection = await asyncpg.connect(self.superuser_url(), timeout=5)
        except asyncpg.InvalidPasswordError as error:
            raise EmbeddedError(
                f"PostgreSQL refuse le mot de passe enregistré pour {self.data_dir} : le fichier "
                "secrets.json n’est pas celui de cette base. Remettez-le depuis une sauvegarde."
            ) from error
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        await connection.close()
        return True

    async def provision(self) -> None:
        """Make sure of the role, its password and its database; repeatable, server running.

        The role is no superuser, for row-level security does not bind one; it owns the
        database, which lets it create the trusted extensions unaccent and pg_trgm. Raises
        `EmbeddedError` with the server's own words when it refuses (disk full).
        """
        try:
            await self._provision()
        except asyncpg.PostgresError as error:
            raise EmbeddedError(
                f"PostgreSQL n’a pas pu préparer la base {DATABASE} dans {self.data_dir} : {error}."
            ) from error

    async def _provision(self) -> None:
        connection = await asyncpg.connect(self.superuser_url(), timeout=30)
        try:
            known = await connection.fetchval("select 1 from pg_roles where rolname = $1", ROLE)
            verb = "alter" if known else "create"
            # Neither statement takes parameters; the password holds only URL-safe characters.
            await connection.execute(f"{verb} role {ROLE} login password '{self.passwords.role}'")
            if not await connection.fetchval(
                "select 1 from pg_database where datname = $1", DATABASE
            ):
                await connection.execute(f"create database {DATABASE} owner {ROLE}")
        finally:
            await connection.close()

    def clear_stale_locks(self) -> None:
        """Remove the lock files of a server that is gone, before a start.

        PostgreSQL does it itself unless its old process number now belongs to another
        process, as it often does after a container restarts. The caller holds the lock of
        the data folder, so no second server can be there.
        """
        socket = self.socket_dir / ".s.PGSQL.5432"
        for lock in (self.data_dir / "postmaster.pid", Path(f"{socket}.lock")):
            pid = _first_number(lock)
            if pid is not None and not self.is_server(pid):
                lock.unlink(missing_ok=True)

    def server_pid(self) -> int | None:
        """Process number of a server that is serving these data now, whoever started it."""
        pid = _first_number(self.data_dir / "postmaster.pid")
        return pid if pid is not None and self.is_server(pid) else None

    def is_server(self, pid: int) -> bool:
        """Whether that process is a live PostgreSQL on these very data."""
        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            return str(self.data_dir) in process.cmdline()
        except psutil.NoSuchProcess:
            return False
        except psutil.AccessDenied:
            return True


def existing_major(data_dir: Path) -> int | None:
    """Major version that created these data, None when there are none.

    Raises `EmbeddedError` when the file that says so is damaged.
    """
    version = data_dir / "PG_VERSION"
    try:
        return int(version.read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except ValueError:
        raise EmbeddedError(
            f"Le fichier {version} est abîmé : la version de la base est inconnue. Remettez le "
            f"dossier {data_dir} depuis une sauvegarde."
        ) from None


def _environment() -> dict[str, str]:
    """Nothing of the user's: PGDATA, PGOPTIONS or LD_LIBRARY_PATH would change our server."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def buffers(memory: int) -> int:
    """Bytes that PostgreSQL keeps of its tables, on a machine with so much memory.

    An eighth of it, from PostgreSQL's own 128 MiB up to 1 GiB: what batches and statistics of a
    national catalogue read and write again and again (`python -m bench.upsert`: batches of
    changed datasets a third faster). Taken as it is used.
    """
    return max(128 * _MEBIBYTE, min(memory // 8, 1024 * _MEBIBYTE))


def locale_arguments(major: int) -> list[list[str]]:
    """Locales to try in order: all sort by code point, all but the last know É from é."""
    if major >= 17:
        builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return [[*builtin, "--locale=C.UTF-8"], [*builtin, "--locale=C"]]
    return [["--locale=C.UTF-8"], ["--locale=C", "--lc-ctype=UTF-8"], ["--locale=C"]]


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii", errors="replace").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _write_private(path: Path, content: str, account: Account | None) -> None:
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        if account:
            os.fchown(file.fileno(), account.uid, account.gid)
