"""The shop's calendar: days, yearly and weekly seasons by category, promotions.

Day d counts from 730 days before the origin `today` (day 730) to 120 days after it.
    season[d, c] = (1 + a_c cos 2π(doy − peak_c)/365.25) · (1 + b_c advent(doy)),  yearly mean 1
    week[d]      = by weekday, mean 1
    lift[d, c]   = product over the promotions running on d (for all categories or one)
    demand[d, c] = season · lift;  rush[d] = week[d] · Σ_c share_c · demand[d, c], mean 1 over time
A customer of taste θ buys category c at day d at a rate proportional to week · θ_c · demand[d, c]:
in time at `rush`, thinned by pull = Σ_c θ_c demand[d, c] / Σ_c share_c demand[d, c].
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from .assortment import CATEGORIES
from .choice import Floats, Ints

HISTORY_DAYS = 730
FUTURE_DAYS = 120
N_DAYS = HISTORY_DAYS + FUTURE_DAYS
DAY = 86_400  # seconds
NEVER = np.iinfo(np.int64).min  # the moment of what does not happen; NULL in the file

_SHARES = np.array([c.share for c in CATEGORIES])
_WEEKDAY = np.array([1.12, 1.04, 1.0, 0.98, 0.90, 0.86, 1.10])  # Monday first
# Orders by hour of the day (UTC), in parts.
HOURS = np.array([1, 1, 1, 1, 1, 2, 4, 6, 8, 9, 9, 9, 10, 9, 8, 8, 9, 11, 13, 14, 12, 8, 4, 2.0])


@dataclass(frozen=True)
class Promotion:
    """A discount running from `first_day` for `n_days`; `category` None is the whole shop."""

    title: str
    code: str
    first_day: int
    n_days: int
    percent: int
    lift: float
    category: int | None = None


@dataclass(frozen=True)
class Calendar:
    """Origin date and the day-indexed factors ([days] and [days × categories])."""

    today: date
    promotions: tuple[Promotion, ...]
    season: Floats
    lift: Floats
    rush: Floats

    @property
    def start(self) -> date:
        return self.today - timedelta(days=HISTORY_DAYS)

    @property
    def epoch(self) -> int:
        """Unix seconds of day 0, midnight UTC."""
        return (self.start - date(1970, 1, 1)).days * DAY

    @property
    def demand(self) -> Floats:
        """Season and promotions together, days × categories."""
        return self.season * self.lift

    def pull(self, taste: NDArray[np.float32], day: Ints) -> Floats:
        """How much more a taste wants to buy on its day than the shop's mean taste."""
        relative = self._relative()[day]
        pull: Floats = np.einsum("ij,ij->i", taste, relative)
        return pull

    @property
    def strongest_pull(self) -> float:
        """No taste's pull is above it."""
        return float(self._relative().max())

    def _relative(self) -> NDArray[np.float32]:
        demand = self.demand
        return np.asarray(demand / (demand @ _SHARES)[:, None], dtype=np.float32)

    def at(self, day: Floats | Ints | float) -> Ints:
        """Unix seconds of a (fractional) day."""
        return np.asarray(self.epoch + np.floor(np.asarray(day) * DAY), dtype=np.int64)

    def day_of(self, at: Ints) -> Ints:
        """Day index of unix seconds."""
        return (at - self.epoch) // DAY


def make_calendar(today: date) -> Calendar:
    """The calendar around `today`; depends on nothing random."""
    days = np.datetime64(today - timedelta(days=HISTORY_DAYS)) + np.arange(N_DAYS)
    doy = (days - days.astype("datetime64[Y]")).astype(int)[:, None]
    peak, swing, advent = (
        np.array([getattr(c, k) for c in CATEGORIES]) for k in ("peak_day", "swing", "advent")
    )
    year = np.arange(365)[:, None]
    season = _season(doy, peak, swing, advent) / _season(year, peak, swing, advent).mean(axis=0)
    promotions = tuple(_promotions(today))
    lift = _lift(promotions)
    weekday = (days.astype(int) + 3) % 7  # 1970-01-01 was a Thursday
    rush = _WEEKDAY[weekday] * ((season * lift) @ _SHARES)
    return Calendar(today, promotions, season, lift, rush / rush.mean())


def _season(doy: Ints, peak: Floats, swing: Floats, advent: Floats) -> Floats:
    wave = 1 + swing * np.cos(2 * np.pi * (doy - peak) / 365.25)
    return wave * (1 + advent * np.exp(-(((doy - 343) / 11.0) ** 2)))


def _lift(promotions: tuple[Promotion, ...]) -> Floats:
    lift = np.ones((N_DAYS, len(CATEGORIES)))
    for promotion in promotions:
        first, last = max(promotion.first_day, 0), promotion.first_day + promotion.n_days
        columns = slice(None) if promotion.category is None else promotion.category
        lift[first : max(last, 0), columns] *= promotion.lift
    return lift


def _promotions(today: date) -> list[Promotion]:
    """Every promotion of the years touched that runs on some day of the calendar."""
    start = today - timedelta(days=HISTORY_DAYS)
    found = []
    for year in range(start.year, start.year + 4):
        thanksgiving = date(year, 11, 1) + timedelta(
            days=(3 - date(year, 11, 1).weekday()) % 7 + 21
        )
        yearly = (
            ("New Year reset", "NEWYEAR", date(year, 1, 4), 10, 15, 1.35, None),
            ("Spring cleaning", "SPRING", date(year, 3, 20), 8, 10, 1.25, None),
            ("Tea week", "TEAWEEK", date(year, 5, 21), 7, 15, 2.2, 1),
            ("Summer sale", "SUMMER", date(year, 7, 10), 14, 15, 1.4, None),
            ("Barista week", "BARISTA", date(year, 10, 1), 7, 10, 1.9, 3),
            ("Black Friday", "BLACKFRIDAY", thanksgiving + timedelta(days=1), 4, 20, 2.6, None),
        )
        found += [
            Promotion(
                f"{title} {year}", f"{code}{year % 100}", (on - start).days, n, percent, lift, c
            )
            for title, code, on, n, percent, lift, c in yearly
        ]
    return [p for p in found if p.first_day + p.n_days > 0 and p.first_day < N_DAYS]
