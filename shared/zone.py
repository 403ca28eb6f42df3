"""The time that towns live by; everything is stored in UTC."""

from typing import Final
from zoneinfo import ZoneInfo

PARIS: Final = ZoneInfo("Europe/Paris")
