"""How an attempt ended, decided without touching anything."""

import math
from dataclasses import dataclass
from datetime import timedelta

from shared.errors import ClientError, ServiceError
from shared.jobs.errors import LeaseLost
from shared.jobs.models import Backoff, Job

_ERROR_CHARACTERS = 2000


@dataclass(frozen=True)
class Bury:
    """No further attempt."""

    error: str


@dataclass(frozen=True)
class Retry:
    """Another attempt after `delay`."""

    error: str
    delay: timedelta


class JobTimeout(Exception):
    """The handler took longer than its kind allows."""

    def __init__(self, limit: timedelta) -> None:
        super().__init__(f"Durée maximale dépassée ({limit.total_seconds():g} s).")


class JobInterrupted(Exception):
    """The handler ended by a cancellation or an exit that nobody outside asked for."""

    def __init__(self) -> None:
        super().__init__("Le traitement s'est interrompu de lui-même.")


def after_failure(
    error: BaseException, job: Job, backoff: Backoff, chance: float
) -> Bury | Retry | None:
    """None: the job is no longer ours, so there is nothing to decide."""
    if isinstance(error, LeaseLost):
        return None
    text = describe(error)
    if isinstance(error, ClientError) or job.attempt >= job.max_attempts:
        return Bury(text)
    asked = error.details.get("retry_after") if isinstance(error, ServiceError) else None
    delay = backoff.delay(job.attempt, chance)
    if isinstance(asked, int | float) and not math.isnan(asked):
        # A portal that says "come back in an hour" is obeyed, within reason.
        delay = max(delay, timedelta(seconds=min(max(asked, 0), 24 * 3600)))
    return Retry(text, delay)


def after_silence(job: Job, backoff: Backoff, chance: float) -> Bury | Retry:
    """The lease ran out: the worker was killed, froze, or this very job killed it."""
    text = (
        f"Le processus qui traitait la tâche a cessé de répondre (tentative {job.attempt} "
        f"sur {job.max_attempts})."
    )
    if job.attempt >= job.max_attempts:
        return Bury(text)
    return Retry(text, backoff.delay(job.attempt, chance))


def describe(error: BaseException) -> str:
    """One text for the row: our own errors speak French already, others are named."""
    if isinstance(error, ServiceError):
        text = error.message
    elif isinstance(error, JobTimeout | JobInterrupted):
        text = str(error)
    else:
        text = f"Erreur inattendue ({type(error).__name__}) : {error}"
    # PostgreSQL refuses NUL in text, and a hostile file may well put one in a message.
    text = text.replace("\x00", "�")
    return text if len(text) <= _ERROR_CHARACTERS else f"{text[: _ERROR_CHARACTERS - 1]}…"
