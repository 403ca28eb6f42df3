"""When a source is harvested next: cron in Paris time, spread so that not all start at once."""

from datetime import datetime, timedelta
from uuid import UUID

from cronsim import CronSim, CronSimError

from shared.errors import InvalidInputError
from shared.zone import PARIS


def check_schedule(schedule: str) -> None:
    """Raise `InvalidInputError` for what is no cron expression of five fields."""
    try:
        CronSim(schedule, datetime(2026, 1, 1, tzinfo=PARIS))
    except CronSimError as error:
        raise InvalidInputError(
            f"« {schedule} » n'est pas une expression cron : cinq champs attendus (minute, "
            "heure, jour du mois, mois, jour de la semaine), par exemple « 0 3 * * * » pour "
            "chaque nuit à trois heures.",
            message_en=f"{schedule!r} is not a cron expression of five fields.",
        ) from error


def next_moment(
    schedule: str, after: datetime, *, source_id: UUID, jitter_seconds: int
) -> datetime:
    """The first moment of `schedule` after `after`, later by a share of the jitter.

    The share comes from the source's id: it stays the same from one night to the next.
    """
    following: datetime = next(CronSim(schedule, after.astimezone(PARIS)))
    spread = source_id.int % (jitter_seconds + 1)
    return following + timedelta(seconds=spread)
