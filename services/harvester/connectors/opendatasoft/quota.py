"""The calls that a domain still allows, as each of its answers says."""

import asyncio
import json
from collections.abc import Mapping

from services.harvester.connectors.contract import Answer, Getter
from services.harvester.connectors.values.members import mapping
from services.harvester.connectors.values.texts import clean_line
from services.harvester.errors import PortalRefusedError

LOW_SHARE = 0.1
"""Share of the quota under which there is a pause before each call."""


class QuotaGetter:
    """A getter that slows down when few calls are left and stops when there are none.

    `pause` is in seconds. `spent` says, once the quota is used up, until when.
    """

    def __init__(self, getter: Getter, *, pause: float) -> None:
        self._getter = getter
        self._pause = pause
        self._low = False
        self.spent: str | None = None

    async def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, limit: int | None = None
    ) -> Answer:
        """Raises `PortalRefusedError` without asking when no call is left."""
        if self.spent:
            raise PortalRefusedError(self.spent)
        if self._low:
            await asyncio.sleep(self._pause)
        answer = await self._getter.get(url, headers=headers, limit=limit)
        if answer.status == 429 and (reset := _reset_of(answer.body)):
            self.spent = _sentence(reset)
            raise PortalRefusedError(self.spent)
        self._note(answer.headers)
        return answer

    def _note(self, headers: Mapping[str, str]) -> None:
        left = _number(headers.get("x-ratelimit-remaining"))
        allowed = _number(headers.get("x-ratelimit-limit"))
        if left is None:
            return
        self._low = bool(allowed) and left < LOW_SHARE * (allowed or 0)
        if left <= 0:
            self.spent = _sentence(headers.get("x-ratelimit-reset"))


def _reset_of(body: bytes) -> str | None:
    """When calls are allowed again, of the body that comes with 429."""
    try:
        refusal = mapping(json.loads(body))
    except (ValueError, RecursionError):
        return None
    if "errorcode" not in refusal and "reset_time" not in refusal:
        return None
    return clean_line(refusal.get("reset_time")) or "une date non précisée"


def _sentence(reset: str | None) -> str:
    return (
        "Le quota d'appels du portail est épuisé ; il se renouvelle le "
        f"{clean_line(reset) or 'une date non précisée'}. Relancez le moissonnage après."
    )


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None
