"""The whole platform as child processes of one supervisor: what `socle up` and `demo` run."""

import asyncio
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import httpx2

from shared.db import Database
from socle.bootstrap import migrate, prepare
from socle.cli.connection import SERVICE_KEY_SECRET
from socle.composition import SERVICES
from socle.embedded.errors import EmbeddedError
from socle.embedded.platform import Platform
from socle.embedded.process import ProcessSpec

_SETTING_PREFIXES = tuple(f"{name.upper()}_" for name in SERVICES)


def free_port(port: int) -> bool:
    """Whether nothing listens on that port of the loopback address."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Stack:
    """Starts the services and their workers on an open `Platform`.

    `allowed_hosts` are the hosts (host or host:port) that may have a private address;
    `settings` (variable → value) come from the configuration file.
    """

    def __init__(
        self,
        platform: Platform,
        *,
        host: str,
        port: int,
        allowed_hosts: str = "",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._platform = platform
        self._host = host
        self._port = port
        self._allowed_hosts = allowed_hosts
        self._settings = dict(settings or {})
        self.url = f"http://127.0.0.1:{port}"

    @property
    def folder(self) -> Path:
        """Where the data lies."""
        return self._platform.folder.path

    @property
    def database_url(self) -> str:
        """The database that the services use."""
        return self._platform.database_url

    @property
    def service_key(self) -> str:
        """The key by which the services call one another; the operator's commands use it too."""
        return self._platform.folder.secrets.get_or_create(SERVICE_KEY_SECRET)

    async def start(self) -> str | None:
        """Migrate, prepare, start and wait until all is ready.

        Returns the first administrator's key when it was just made. Raises `EmbeddedError`
        when the port is taken or a process does not become ready.
        """
        if not free_port(self._port):
            raise EmbeddedError(
                f"Le port {self._port} est déjà pris sur cette machine. "
                "Choisissez-en un autre : --port 8001, par exemple."
            )
        url = self._platform.database_url
        await asyncio.to_thread(migrate, url)
        database = Database(url)
        try:
            admin_key = await prepare(database, service_key=self.service_key)
        finally:
            await database.close()
        environment = self.environment()
        await self._platform.supervisor.add(
            self._process(
                "web",
                ("serve", "all", "--host", self._host, "--port", str(self._port)),
                environment,
                answers=True,
            )
        )
        for service in SERVICES.values():
            await self._platform.supervisor.add(
                self._process(f"{service.name}-worker", ("worker", service.name), environment)
            )
        (self._platform.folder.run_dir / "url").write_text(self.url, encoding="utf-8")
        return admin_key

    def environment(self) -> dict[str, str]:
        """The settings of the three services, for a process that runs any of them.

        What the operator set in the environment wins.
        """
        platform = self._platform
        common = {
            "DATABASE_URL": platform.database_url,
            "REDIS_URL": platform.redis_url,
            "SERVICE_KEY": self.service_key,
            "STORE_DIR": str(platform.folder.store_dir),
            "PUBLIC_URL": self.url,
            "ALLOWED_HOSTS": ",".join(filter(None, [self._allowed_hosts, _operator_hosts()])),
        }
        neighbours = {
            "CATALOGUE_VALIDATOR_URL": self.url,
            "CATALOGUE_HARVESTER_URL": self.url,
            "CATALOGUE_INDEX_DIR": str(platform.folder.path / "search"),
            "VALIDATOR_CATALOGUE_URL": self.url,
            "VALIDATOR_SYNCED_SCHEMAS_DIR": str(platform.folder.path / "schemas"),
            "HARVESTER_CATALOGUE_URL": self.url,
            "HARVESTER_VALIDATOR_URL": self.url,
        }
        ours = {f"{prefix}{k}": v for prefix in _SETTING_PREFIXES for k, v in common.items()}
        return {**ours, **neighbours, **self._settings, **_inherited()}

    def _process(
        self,
        name: str,
        arguments: tuple[str, ...],
        environment: Mapping[str, str],
        *,
        answers: bool = False,
    ) -> ProcessSpec:
        async def ready() -> bool:
            try:
                async with httpx2.AsyncClient(trust_env=False, timeout=2) as client:
                    return (await client.get(f"{self.url}/ready")).status_code == 200
            except httpx2.HTTPError:
                return False

        return ProcessSpec(
            name=name,
            argv=(sys.executable, "-m", "socle", *arguments),
            env=environment,
            cwd=Path("/"),
            ready=ready if answers else None,
            ready_within=timedelta(seconds=60),
        )


def _operator_hosts() -> str:
    return os.environ.get("SOCLE_ALLOWED_HOSTS", "")


def _inherited() -> dict[str, str]:
    """The operator's environment, without the libpq and secret variables we translate."""
    return {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL"}}
