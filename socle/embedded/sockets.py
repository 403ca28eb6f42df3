"""The folder of the unix sockets: short enough for the kernel, private, one per data folder."""

import hashlib
import os
import stat
from pathlib import Path

from socle.embedded.accounts import Account
from socle.embedded.errors import EmbeddedError

# sun_path holds 108 bytes on Linux and 104 on macOS, the final zero included.
LONGEST_PATH = 103
_LONGEST_NAME = ".s.PGSQL.5432.lock"


def socket_folder(
    data_dir: Path,
    account: Account | None,
    *,
    base: Path = Path("/tmp"),  # noqa: S108 - checked
) -> Path:
    """Make or take over the 0700 folder that belongs to this data folder.

    Not in XDG_RUNTIME_DIR, which vanishes at logout under a platform left running. The name
    can be guessed and `base` is open to all, so a folder that is a link or belongs to
    someone else is left alone and the next name is tried.
    """
    owner = account.uid if account else os.geteuid()
    digest = hashlib.sha256(os.fsencode(data_dir.resolve())).hexdigest()[:12]
    for attempt in range(10):
        folder = base / (f"socle-{digest}" if attempt == 0 else f"socle-{digest}-{attempt}")
        if len(os.fsencode(folder / _LONGEST_NAME)) > LONGEST_PATH:
            break
        if _own(folder, owner, account):
            return folder
    raise EmbeddedError(
        f"Impossible de créer un dossier privé et court sous {base} pour les connexions locales "
        "des serveurs. Vérifiez que ce dossier est accessible en écriture."
    )


def _own(folder: Path, owner: int, account: Account | None) -> bool:
    try:
        folder.mkdir(mode=0o700)
        if account:
            os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    except FileExistsError:
        pass
    except OSError:
        return False
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != owner:
        return False
    folder.chmod(0o700)
    return True
