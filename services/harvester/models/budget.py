"""What one run may cost, and when it may work. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.harvester.models.runs import Run
from shared.zone import PARIS

_MEBIBYTE = 1024 * 1024
_WINDOW = re.compile(r"([01]?\d|2[0-3])-([01]?\d|2[0-3])")


@dataclass(frozen=True)
class Budget:
    """Requests, bytes received and time of one run; 0 is no limit."""

    requests: int = 0
    bytes: int = 0
    time: timedelta = timedelta()

    def spent(self, run: Run, now: datetime) -> str | None:
        """Which part is used up, in French; `None` while the run may go on."""
        if self.requests and run.requests >= self.requests:
            return f"budget de {self.requests} requêtes épuisé"
        if self.bytes and run.bytes >= self.bytes:
            return f"budget de {self.bytes / _MEBIBYTE:.0f} Mo épuisé"
        began = run.started_at
        if self.time and began is not None and now - began >= self.time:
            return f"durée de {self.time.total_seconds() / 60:.0f} minutes épuisée"
        return None


@dataclass(frozen=True)
class Window:
    """Hours of the day, in Paris time, for what weighs on portals: `20-7`; empty: always."""

    start: int | None = None
    end: int | None = None

    @classmethod
    def parse(cls, text: str) -> "Window":
        """Raises `ValueError` for what is no window."""
        if not text.strip():
            return cls()
        found = _WINDOW.fullmatch(text.strip())
        if found is None or found[1] == found[2]:
            raise ValueError(f"{text!r} is no window of hours such as 20-7")
        return cls(int(found[1]), int(found[2]))

    def is_open(self, now: datetime) -> bool:
        """Whether work may be done now."""
        if self.start is None or self.end is None:
            return True
        hour = now.astimezone(PARIS).hour
        if self.start < self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end

    def opens_in(self, now: datetime) -> timedelta:
        """How long until work may be done; nothing when it may be done now."""
        if self.start is None or self.is_open(now):
            return timedelta()
        here = now.astimezone(PARIS)
        opening = here.replace(hour=self.start, minute=0, second=0, microsecond=0)
        if opening <= here:
            opening += timedelta(days=1)
        return opening - here
