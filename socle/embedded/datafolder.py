"""The data folder: all that the platform keeps, and who serves it now.

postgres/  valkey/   the servers' data        store/   files, by content
logs/                one log per process      run/     lock, processes, addresses
secrets.json         passwords and keys, readable by the owner alone
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from socle.embedded.errors import DataFolderBusyError, EmbeddedError
from socle.embedded.placement import SYSTEM_DIR


@dataclass(frozen=True)
class Addresses:
    """Where the servers of a running platform answer."""

    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)


def default_path(environ: Mapping[str, str] | None = None) -> Path:
    """SOCLE_DATA_DIR; else /var/lib/socle for root and XDG_DATA_HOME/socle for others."""
    environ = os.environ if environ is None else environ
    if environ.get("SOCLE_DATA_DIR"):
        return Path(environ["SOCLE_DATA_DIR"]).expanduser().absolute()
    if os.geteuid() == 0:
        return SYSTEM_DIR
    xdg = Path(environ.get("XDG_DATA_HOME", ""))
    if xdg.is_absolute():
        return xdg / "socle"
    try:
        return Path.home() / ".local" / "share" / "socle"
    except RuntimeError:
        raise EmbeddedError(
            "Le compte courant n’a pas de dossier personnel. Indiquez où ranger les données avec "
            "--data-dir ou SOCLE_DATA_DIR."
        ) from None


@dataclass(frozen=True)
class DataFolder:
    """One data folder; `prepare` makes what is missing of it."""

    path: Path

    @property
    def store_dir(self) -> Path:
        """Files of the content store."""
        return self.path / "store"

    @property
    def logs_dir(self) -> Path:
        """One `<name>.log` per child process."""
        return self.path / "logs"

    @property
    def run_dir(self) -> Path:
        """What is true only while the platform runs."""
        return self.path / "run"

    @property
    def processes_file(self) -> Path:
        """The child processes, for the next start and for `socle doctor`."""
        return self.run_dir / "pids.json"

    @property
    def secrets(self) -> "Secrets":
        """Passwords and keys of this platform."""
        return Secrets(self.path / "secrets.json")

    def prepare(self) -> None:
        """Make the folder (0700; 0711 for root, whose servers pass through it) and its parts."""
        if not self.path.exists():
            self.path.mkdir(parents=True)
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for folder in (self.store_dir, self.logs_dir, self.run_dir):
            folder.mkdir(mode=0o700, exist_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Serve the folder alone; the kernel releases the lock however the process ends.

        Raises `DataFolderBusyError` when another process has it.
        """
        descriptor = os.open(self.run_dir / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pid = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
                raise DataFolderBusyError(
                    f"Le dossier de données {self.path} est déjà servi par le processus "
                    f"{pid or 'inconnu'}. Arrêtez celui-ci, ou indiquez un autre dossier avec "
                    "--data-dir.",
                    pid=int(pid) if pid.isdigit() else None,
                ) from None
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)
            yield
        finally:
            os.close(descriptor)

    def served_by(self) -> int | None:
        """Process that serves the folder now, None when nobody does."""
        try:
            descriptor = os.open(self.run_dir / "lock", os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
            return int(pid) if pid.isdigit() else 0
        finally:
            os.close(descriptor)
        return None

    @contextmanager
    def published(self, addresses: Addresses) -> Iterator[None]:
        """Let other commands of the same user find the running servers."""
        file = self.run_dir / "addresses.json"
        write_private(file, json.dumps(asdict(addresses)))
        try:
            yield
        finally:
            file.unlink(missing_ok=True)

    def addresses(self) -> Addresses | None:
        """Where the platform that serves this folder now has its servers, None when none does."""
        if self.served_by() is None:
            return None
        try:
            found = json.loads((self.run_dir / "addresses.json").read_text(encoding="utf-8"))
            return Addresses(found["database_url"], found["redis_url"])
        except (OSError, ValueError, KeyError):
            return None


@dataclass(frozen=True)
class Secrets:
    """Named secrets in one JSON file that its owner alone can read."""

    path: Path

    def get(self, name: str) -> str | None:
        """The secret, None when it was never made."""
        return self._read().get(name)

    def put(self, name: str, value: str) -> None:
        """Keep a secret, replacing the one of that name."""
        write_private(self.path, json.dumps({**self._read(), name: value}, indent=2) + "\n")

    def get_or_create(self, name: str) -> str:
        """The secret, made of 256 random bits in URL-safe characters when there is none."""
        known = self.get(name)
        if known is None:
            known = secrets.token_urlsafe(32)
            self.put(name, known)
        return known

    def _read(self) -> dict[str, str]:
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise EmbeddedError(
                f"Le fichier {self.path} est abîmé : ce n’est plus du JSON. Remettez-le depuis une "
                "sauvegarde ; sans lui la base de données ne s’ouvre plus."
            )
        return content


def write_private(path: Path, content: str) -> None:
    """Replace a file at once, readable by its owner alone, safe against a power cut."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
