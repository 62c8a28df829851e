"""A review about to be written: by whom, of what, where, when and why; how comes later."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .calendar import DAY, NEVER
from .choice import Bools, Ints
from .delivery import Delivery
from .sales import Sales

CHANNELS = ("shop", "trustpilot_product", "trustpilot_service", "google")
ON_SHOP, ON_TRUSTPILOT, OF_SHOP, ON_GOOGLE = range(4)
LOST_DAYS = 14  # what a parcel that never came counts as late


@dataclass(frozen=True)
class Drafts:
    """`order` and `line` (−1: of the shop itself) index Sales; issues index opinions.ISSUES, −1 is
    none. What is grave is told in full and without praise."""

    channel: Ints
    order: Ints
    line: Ints
    created_at: Ints
    issue: Ints
    other_issue: Ints
    is_grave: Bools

    def __len__(self) -> int:
        return len(self.channel)

    def take(self, rows: Ints | Bools) -> "Drafts":
        return Drafts(**{name: values[rows] for name, values in vars(self).items()})


def joined(parts: Sequence[Drafts]) -> Drafts:
    """One after the other."""
    return Drafts(
        **{name: np.concatenate([vars(part)[name] for part in parts]) for name in vars(parts[0])}
    )


def late_days(sales: Sales, delivery: Delivery) -> Ints:
    """By order: days after the promised moment, begun ones whole; 0 in time or without a parcel."""
    promised, arrived = (v[sales.purchase] for v in (delivery.promised_at, delivery.delivered_at))
    late = np.where(arrived == NEVER, LOST_DAYS, -((promised - arrived) // DAY))
    return np.where(promised == NEVER, 0, np.maximum(late, 0))
