"""Valkey of our own: append-only file, nothing evicted, reached by unix socket alone."""

import signal
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from socle.embedded.accounts import Account
from socle.embedded.process import ProcessSpec


@dataclass(frozen=True, kw_only=True)
class ValkeyServer:
    """The data of one Valkey and how to serve it.

    With `durable=False` it keeps nothing on disk: what a restart forgets, the jobs' tables
    in PostgreSQL know.
    """

    program: Path
    data_dir: Path
    socket_dir: Path
    account: Account | None = None
    durable: bool = True

    @property
    def socket(self) -> Path:
        """The unix socket, in a folder that only the account may enter."""
        return self.socket_dir / "valkey.sock"

    def url(self, database: int = 0) -> str:
        """URL of one of its databases, for redis-py and arq."""
        return f"unix://{self.socket}?db={database}"

    def process(self) -> ProcessSpec:
        """The server as a child of the supervisor.

        It runs in its data folder, so that no path with a space is in its arguments. A last
        command cut short by a crash is dropped from the append-only file, not an error.
        """
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "appendonly": "yes" if self.durable else "no",
            "appendfsync": "everysec",
            "aof-load-truncated": "yes",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "set-proc-title": "no",  # the next start knows a leftover by its command line
            "logfile": "",
            "save": "",
        }
        argv = [str(self.program)]
        for name, value in settings.items():
            argv += [f"--{name}", value]
        return ProcessSpec(
            name="valkey",
            argv=tuple(argv),
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            cwd=self.data_dir,
            account=self.account,
            ready=self.answers,
            before_start=lambda: self.socket.unlink(missing_ok=True),
            orphan_signal=signal.SIGTERM,
            foundation=True,
        )

    async def answers(self) -> bool:
        """Whether it has loaded its data and answers."""
        client = Redis(unix_socket_path=str(self.socket), socket_timeout=5)
        try:
            return bool(await client.ping())
        except (RedisError, OSError):
            return False
        finally:
            await client.aclose()
