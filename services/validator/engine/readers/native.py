"""What native readers raise for a damaged file, panics included, made one refusal."""

from collections.abc import Iterator
from contextlib import contextmanager

import python_calamine

from services.validator.engine.table import UnreadableError

_PANIC = "PanicException"
"""A defect of native code: no `Exception`, and no class that can be imported."""


@contextmanager
def guarded(reason: str) -> Iterator[None]:
    """Raises `UnreadableError` with the reason, `password`, or `MemoryError`."""
    try:
        yield
    except (UnreadableError, MemoryError):
        raise
    except python_calamine.PasswordError:
        raise UnreadableError("password") from None
    except Exception as error:  # noqa: BLE001 - each library has classes of its own
        raise UnreadableError(reason, detail=str(error)[:200]) from None
    except BaseException as error:
        if type(error).__name__ != _PANIC:
            raise
        raise UnreadableError(reason, detail=str(error)[:200]) from None
