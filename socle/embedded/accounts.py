"""Which account runs the servers: PostgreSQL refuses root, and any user without a name.

Started by root, the platform lends its servers to an unprivileged account that already
exists. It creates no account and opens no folder to others: what that account cannot
reach is put elsewhere (see `socle.embedded.placement`).
"""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from socle.embedded.errors import EmbeddedError

_CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An unprivileged account of this machine that root lends its servers to."""

    name: str
    uid: int
    gid: int

    def popen_arguments(self) -> dict[str, Any]:
        """Arguments of `subprocess` under which a child runs as this account only."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def server_account(
    candidates: Sequence[str] = _CANDIDATES, *, for_postgres: bool = True
) -> Account | None:
    """The account to lend the servers to; None when the current user can run them itself.

    Raises `EmbeddedError` for root on a machine with none of the `candidates`, and for a
    user that the machine does not know by name; Valkey alone (`for_postgres` false) runs
    under either.
    """
    if os.geteuid() != 0:
        if for_postgres:
            require_name(os.geteuid())
        return None
    for name in candidates:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    if not for_postgres:
        return None
    raise EmbeddedError(
        "PostgreSQL ne peut pas fonctionner sous le compte root et cette machine n’a aucun des "
        f"comptes {' ou '.join(candidates)} auquel le confier. Lancez socle sous un compte "
        "ordinaire, ou indiquez une base existante dans DATABASE_URL."
    )


def owner_account(folder: Path) -> Account | None:
    """For root: the account to which data that exist already belong. None if there are none.

    The account chosen first may have been another one than today's first choice.
    """
    try:
        owner = folder.stat().st_uid
        if os.geteuid() != 0 or owner == 0:
            return None
        entry = pwd.getpwuid(owner)
    except (FileNotFoundError, KeyError):
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def require_name(uid: int) -> None:
    """Refuse a uid without passwd entry, for which initdb only says it cannot look it up."""
    try:
        pwd.getpwuid(uid)
    except KeyError:
        raise EmbeddedError(
            f"Le compte courant (uid {uid}) n’a pas de nom sur cette machine (aucune ligne dans "
            "/etc/passwd) et PostgreSQL refuse de démarrer ainsi. Lancez socle sous un compte "
            "nommé, ajoutez ce compte à /etc/passwd, ou indiquez une base dans DATABASE_URL."
        ) from None


def can_write(account: Account | None, folder: Path) -> bool:
    """Whether the account really can create a file in the folder, found by trying."""
    script = 'f="$1/.essai-$$" && : > "$f" && rm -f "$f"'
    return _complaint(account, "/bin/sh", "-c", script, "sh", str(folder)) is None


def why_not_run(account: Account | None, program: Path) -> str | None:
    """What keeps the account from running the program (closed folder, missing library).

    None when nothing does: it printed its version.
    """
    return _complaint(account, str(program), "--version")


def _complaint(account: Account | None, *argv: str) -> str | None:
    identity = account.popen_arguments() if account else {}
    try:
        done = subprocess.run(
            argv,
            cwd="/",
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=20,
            **identity,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return str(error)
    return None if done.returncode == 0 else done.stderr.strip() or f"code {done.returncode}"
