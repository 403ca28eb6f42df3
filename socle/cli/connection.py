"""Where the commands find the platform: its database, its address and a key."""

import os
from pathlib import Path
from typing import Annotated

import typer

from shared.errors import InvalidInputError
from socle.embedded.datafolder import DataFolder, default_path

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", help="Dossier de données de la plateforme", show_default=False),
]
Server = Annotated[
    str | None,
    typer.Option(help="Adresse de la plateforme", envvar="SOCLE_SERVER", show_default=False),
]
Key = Annotated[
    str | None,
    typer.Option(help="Clé d'API", envvar="SOCLE_KEY", show_default=False),
]

AllowHost = Annotated[
    list[str] | None,
    typer.Option(
        help="Hôte (ou hôte:port) qui peut avoir une adresse privée (répétable)",
        show_default=False,
    ),
]

DEFAULT_SERVER = "http://127.0.0.1:8000"
SERVICE_KEY_SECRET = "service-key"  # noqa: S105 – the name under which the secret is kept


def data_folder(data_dir: Path | None) -> DataFolder:
    """The data folder that a command is about."""
    return DataFolder(data_dir.expanduser().absolute() if data_dir else default_path())


def database_url(data_dir: Path | None) -> str:
    """DATABASE_URL, else the database of the platform that serves the data folder now.

    Raises `InvalidInputError` when neither is there.
    """
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    folder = data_folder(data_dir)
    addresses = folder.addresses()
    if addresses is None:
        raise InvalidInputError(
            f"Aucune plateforme ne sert le dossier {folder.path} en ce moment. "
            "Démarrez-la (« socle up »), ou indiquez son dossier avec --data-dir "
            "ou sa base avec DATABASE_URL."
        )
    return addresses.database_url


def server_address(server: str | None, data_dir: Path | None) -> str:
    """The given address, else that of the platform that serves the data folder, else port 8000."""
    if server:
        return server.rstrip("/")
    try:
        running = (data_folder(data_dir).run_dir / "url").read_text(encoding="utf-8").strip()
    except OSError:
        running = ""
    return running or DEFAULT_SERVER


def api_key(key: str | None, data_dir: Path | None) -> str | None:
    """The given key, else the services' own key when this user may read the data folder."""
    if key:
        return key
    try:
        return data_folder(data_dir).secrets.get(SERVICE_KEY_SECRET)
    except OSError:
        return None


def allowed_hosts(given: list[str] | None) -> str:
    """Hosts that may have a private address: those given, and SOCLE_ALLOWED_HOSTS."""
    named = [*(given or []), os.environ.get("SOCLE_ALLOWED_HOSTS", "")]
    return ",".join(filter(None, named))
