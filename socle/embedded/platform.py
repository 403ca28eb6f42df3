"""The embedded platform: a data folder served by PostgreSQL and Valkey of its own."""

import asyncio
import os
import shutil
import signal
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from socle.embedded.accounts import owner_account, server_account
from socle.embedded.datafolder import Addresses, DataFolder, default_path
from socle.embedded.errors import EmbeddedError
from socle.embedded.leftovers import ProcessRecord, read_records, stop_leftovers
from socle.embedded.placement import SYSTEM_DIR, Placement
from socle.embedded.postgres import Cluster, Passwords, existing_major
from socle.embedded.programs import valkey_program
from socle.embedded.sockets import socket_folder
from socle.embedded.supervisor import Supervisor
from socle.embedded.valkey import ValkeyServer

_SUPERUSER_KEY = "postgres-superuser"
_ROLE_KEY = "postgres-role"


class Platform:
    """Async context: opens the data folder, starts what `environ` does not provide, and stops it.

        async with StopSignals() as signals, Platform(hurry=signals.hurry) as platform:
            await platform.supervisor.add(ProcessSpec(name="catalogue", argv=(…), ready=…))
            await asyncio.Event().wait()

    `DATABASE_URL` and `REDIS_URL` name servers that are used as they are; SOCLE_POSTGRES
    (`system` or `wheel`) restricts which PostgreSQL may be started. `tell` receives the
    sentences the operator should read. Entering raises `EmbeddedError`.
    """

    def __init__(
        self,
        *,
        data_dir: Path | None = None,
        environ: Mapping[str, str] | None = None,
        tell: Callable[[str], None] = print,
        hurry: asyncio.Event | None = None,
        system_dir: Path = SYSTEM_DIR,
    ) -> None:
        self._environ = dict(os.environ if environ is None else environ)
        path = default_path(self._environ) if data_dir is None else data_dir.expanduser()
        self.folder = DataFolder(path.absolute())
        self.supervisor = Supervisor(
            logs_dir=self.folder.logs_dir, processes_file=self.folder.processes_file, hurry=hurry
        )
        self.database_url = self._environ.get("DATABASE_URL", "")
        self.redis_url = self._environ.get("REDIS_URL", "")
        self._tell = tell
        self._system_dir = system_dir
        self._socket_dir: Path | None = None
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            try:
                await self._open(stack)
            except OSError as error:
                raise EmbeddedError(
                    f"Le dossier de données {self.folder.path} n’est pas utilisable : "
                    f"{error.strerror or error} ({error.filename or 'sans nom de fichier'}). "
                    "Vérifiez les droits et la place sur le disque, ou indiquez un autre dossier "
                    "avec --data-dir."
                ) from error
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def _open(self, stack: AsyncExitStack) -> None:
        self.folder.prepare()
        stack.enter_context(self.folder.locked())
        left = stop_leftovers(read_records(self.folder.processes_file))
        if left:
            self._tell(f"Restes d’un arrêt brutal arrêtés proprement : {', '.join(left)}.")
        stack.callback(self._remove_socket_dir)
        stack.push_async_callback(self.supervisor.stop)
        if not (self.database_url and self.redis_url):
            await self._start_servers()
        stack.enter_context(self.folder.published(Addresses(self.database_url, self.redis_url)))

    async def _start_servers(self) -> None:
        placement = Placement(
            account=server_account(for_postgres=not self.database_url),
            tell=self._tell,
            system_dir=self._system_dir,
        )
        servers_dir = placement.servers_dir(self.folder.path)
        account = owner_account(servers_dir / "postgres") or placement.account
        placement = Placement(account=account, tell=self._tell, system_dir=self._system_dir)
        socket_dir = socket_folder(self.folder.path, account)
        self._socket_dir = socket_dir
        if not self.database_url:
            cluster = self._cluster(placement, servers_dir / "postgres", socket_dir)
            await asyncio.to_thread(cluster.create)
            self._stop_stray_server(cluster)
            await self.supervisor.add(cluster.process())
            await cluster.provision()
            self.database_url = cluster.url()
        if not self.redis_url:
            valkey = ValkeyServer(
                program=placement.valkey(valkey_program()),
                data_dir=placement.own_folder(servers_dir / "valkey"),
                socket_dir=socket_dir,
                account=account,
            )
            await self.supervisor.add(valkey.process())
            self.redis_url = valkey.url()

    def _cluster(self, placement: Placement, data_dir: Path, socket_dir: Path) -> Cluster:
        secrets = self.folder.secrets
        major = existing_major(data_dir)
        if major is not None and not (secrets.get(_SUPERUSER_KEY) and secrets.get(_ROLE_KEY)):
            raise EmbeddedError(
                f"La base de données existe ({data_dir}) mais le fichier {secrets.path}, qui garde "
                "ses mots de passe, manque ou est incomplet. Remettez-le depuis une sauvegarde."
            )
        return Cluster(
            installation=placement.postgres(
                major=major, origin=self._environ.get("SOCLE_POSTGRES") or None
            ),
            data_dir=data_dir,
            socket_dir=socket_dir,
            passwords=Passwords(
                secrets.get_or_create(_SUPERUSER_KEY), secrets.get_or_create(_ROLE_KEY)
            ),
            account=placement.account,
        )

    def _stop_stray_server(self, cluster: Cluster) -> None:
        """A server on our data that no note knows of: the note was lost, or started by hand."""
        pid = cluster.server_pid()
        if pid is None:
            return
        program = str(cluster.data_dir)
        record = ProcessRecord.of("postgresql", pid, program, int(signal.SIGINT))
        if record is not None and stop_leftovers([record]):
            self._tell(f"Un PostgreSQL resté actif sur ces données (processus {pid}) a été arrêté.")

    def _remove_socket_dir(self) -> None:
        """With what a killed server left in it. After a crash of ours, it is taken over."""
        if self._socket_dir is not None:
            shutil.rmtree(self._socket_dir, ignore_errors=True)
