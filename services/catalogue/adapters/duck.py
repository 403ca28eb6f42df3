"""DuckDB kept small: one thread, bounded memory, no file but those it is given, no network."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import duckdb

from shared.errors import ClientError


class QueryTooLongError(ClientError):
    """A query on a table took longer than it may."""

    code = "query-too-long"
    status = 422
    title = "Demande trop longue"


@contextmanager
def limited(
    paths: Sequence[Path],
    *,
    memory: str = "256MB",
    seconds: float = 20.0,
    scratch: Path | None = None,
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that reads `paths` only, and is interrupted after `seconds`.

    `scratch` is a folder of its own where it may write: what does not fit `memory`, and
    results. Raises `QueryTooLongError`.
    """
    connection = duckdb.connect(":memory:", config={"threads": 1, "memory_limit": memory})
    timer = Timer(seconds, connection.interrupt)
    try:
        connection.execute("set temp_directory = ?", [str(scratch) if scratch else ""])
        connection.execute("set allowed_paths = ?", [[str(path) for path in paths]])
        if scratch:
            connection.execute("set allowed_directories = ?", [[str(scratch)]])
        for setting in (
            "enable_external_access = false",
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "preserve_insertion_order = true",
            "lock_configuration = true",
        ):
            connection.execute(f"set {setting}")
        timer.start()
        yield connection
    except duckdb.InterruptException as error:
        raise QueryTooLongError(
            "Cette demande est trop longue à calculer : ajoutez un filtre, ou téléchargez la table "
            "entière.",
            message_en="This takes too long to compute: add a filter, or download the whole table.",
        ) from error
    finally:
        timer.cancel()
        connection.close()


def identifier(name: str) -> str:
    """A column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
