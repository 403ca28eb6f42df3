"""How much a dataset counts beside its words: validity, freshness, archived or not.

Relevance is text × validity × freshness × archived. The three factors do not depend on the
query; their product is written into the index once per dataset. Freshness is measured from
the day on which the index was built, so that all datasets are measured from the same day.
"""

from dataclasses import dataclass
from datetime import datetime

FLOOR = 0.8
"""What remains of the relevance when validity, or freshness, is nothing: among what answers
the question they decide, but the wrong town's new file never beats the right town's old one."""

ARCHIVED = 0.3
UNJUDGED = 0.5
"""Validity taken for a dataset of which no file was judged."""

FRESHNESS_HALVES_IN_DAYS = 365
_SECONDS_PER_DAY = 86_400

# tantivy multiplies a score by log2(2 + field) and takes no field below 0, so the least
# factor (FLOOR × FLOOR × ARCHIVED ≈ 0.19) times this must not be less than 1.
SCALE = 10
# Datasets that differ in nothing would tie, and each process would break the tie in its own
# way; a share of this size, drawn from the dataset's number, gives all of them one order.
_TIE_BREAK = 1e-4
_SPREAD = 2_654_435_761  # Knuth's multiplicative hash of 32 bits


@dataclass(frozen=True)
class Factors:
    """The factors of one dataset, each at most 1, with what they were computed from."""

    validity_share: float | None
    validity: float
    age_in_days: int
    freshness: float
    archived: float

    @property
    def product(self) -> float:
        """What a text score is multiplied with."""
        return self.validity * self.freshness * self.archived


def factors(
    *, validity: float | None, fresh_at: datetime, archived: bool, reference: datetime
) -> Factors:
    """The factors of a dataset, freshness measured at `reference`."""
    age = max(0.0, (reference - fresh_at).total_seconds() / _SECONDS_PER_DAY)
    share = UNJUDGED if validity is None else validity
    return Factors(
        validity_share=validity,
        validity=FLOOR + (1 - FLOOR) * share,
        age_in_days=int(age),
        freshness=FLOOR + (1 - FLOOR) / (1 + age / FRESHNESS_HALVES_IN_DAYS),
        archived=ARCHIVED if archived else 1.0,
    )


def weight_field(product: float, number: int) -> float:
    """The value by which tantivy multiplies scores with `SCALE` × `product`."""
    jitter = (number * _SPREAD % 2**32) / 2**32
    return float(2 ** (SCALE * product * (1 - _TIE_BREAK * jitter)) - 2)
