"""When what a portal no longer lists is archived. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Removal:
    """When what a portal no longer lists is archived: after `runs` complete sweeps and `days`.

    More than `share` of the source, and more than `few`, at once: the operator is asked.
    """

    runs: int
    days: float
    share: float
    few: int = 3

    def asks(self, condemned: int, living: int) -> bool:
        """Whether so many would be a surprise."""
        return condemned > max(self.few, self.share * living)

    def before(self, now: datetime) -> datetime:
        """What has been missing since before this has been missing long enough."""
        return now - timedelta(days=self.days)
