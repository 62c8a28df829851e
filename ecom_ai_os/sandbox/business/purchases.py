"""When people buy: first orders, discovery orders and habits, on one time line.

Discovery orders are a Poisson process of rate λ · pull(θ, t) in operational time R(t) = ∫ rush: so
seasons and promotions move purchases, but hardly change how many a customer makes in a year. Habits
run in calendar time: coffee is drunk in August too.
"""

from dataclasses import dataclass

import numpy as np

from .calendar import DAY, HISTORY_DAYS, HOURS, N_DAYS, Calendar
from .catalogue import Catalogue
from .choice import Bools, Floats, Ints, stream, within
from .people import People, draw_people

FIRST, DISCOVERY, HABIT = 0, 1, 2
_HABIT_SHAPE = 44.0  # Gamma shape of a gap: coefficient of variation 15 %
_LOST_SHARE = 0.012  # orders that never happen because all they wanted was out of stock


@dataclass
class Purchases:
    """Arrays over intended orders, sorted by time; `person` indexes People."""

    person: Ints
    created_at: Ints
    day: Ints
    kind: Ints

    def __len__(self) -> int:
        return len(self.person)

    def keep(self, mask: Bools) -> "Purchases":
        return Purchases(**{name: values[mask] for name, values in vars(self).items()})


def draw_population(
    n_orders: int, catalogue: Catalogue, calendar: Calendar, seed: int
) -> tuple[People, Purchases]:
    """As many people as make `n_orders` orders before the origin, and all they mean to buy."""
    n_wanted = round(n_orders * (1 + _LOST_SHARE))
    pilot = draw_people(20_000, catalogue, calendar, stream(seed, "pilot"))
    person, day, _ = _days(pilot, calendar, stream(seed, "pilot purchases"))
    per_person = (day < HISTORY_DAYS).sum() / len(pilot)
    n_people = int(n_wanted / per_person * 1.05 + 3 * (n_wanted / per_person) ** 0.5 + 200)
    people = draw_people(n_people, catalogue, calendar, stream(seed, "people"))
    rng = stream(seed, "purchases")
    person, day, kind = _days(people, calendar, rng)
    in_history = np.bincount(person[day < HISTORY_DAYS], minlength=n_people).cumsum()
    n_people = int(np.searchsorted(in_history, n_wanted)) + 1
    own = person < n_people
    return people.head(n_people), _on_the_clock(person[own], day[own], kind[own], calendar, rng)


def _days(
    people: People, calendar: Calendar, rng: np.random.Generator
) -> tuple[Ints, Floats, Ints]:
    """Person, fractional day and kind of every purchase, in no order."""
    first = np.flatnonzero(~people.is_visitor)
    found, found_on = _discoveries(people, calendar, rng)
    again, again_on = _habits(people, rng)
    person = np.concatenate([first, found, again])
    kind = np.repeat([FIRST, DISCOVERY, HABIT], [len(first), len(found), len(again)])
    return person, np.concatenate([people.born[first], found_on, again_on]), kind


def _discoveries(
    people: People, calendar: Calendar, rng: np.random.Generator
) -> tuple[Ints, Floats]:
    ticks, days = np.r_[0, np.cumsum(calendar.rush)], np.arange(N_DAYS + 1)
    born = np.interp(people.born, days, ticks)
    span = np.interp(np.minimum(people.died, N_DAYS), days, ticks) - born
    bound = calendar.strongest_pull
    person = np.repeat(np.arange(len(people)), rng.poisson(people.rate * span * bound))
    tick = born[person] + span[person] * rng.random(len(person))
    day = np.interp(tick, ticks, days)
    pull = calendar.pull(people.taste[person], np.minimum(day, N_DAYS - 1).astype(np.int64))
    bought = rng.random(len(person)) * bound < pull
    return person[bought], day[bought]


def _habits(people: People, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Renewals from birth until dropout or the end of the calendar."""
    owner = np.flatnonzero(people.habit >= 0)
    gap = people.habit_days[owner]
    until = np.minimum(people.died[owner], N_DAYS)
    n = ((until - people.born[owner]) / gap * 1.3).astype(np.int64) + 4
    gaps = rng.gamma(_HABIT_SHAPE, 1 / _HABIT_SHAPE, int(n.sum()))
    total = np.cumsum(gaps)
    before = (total - gaps)[within(n) == 0]
    elapsed = total - np.repeat(before, n)
    on = np.repeat(people.born[owner], n) + elapsed * np.repeat(gap, n)
    alive = on < np.repeat(until, n)
    return np.repeat(owner, n)[alive], on[alive]


def _on_the_clock(
    person: Ints, day: Floats, kind: Ints, calendar: Calendar, rng: np.random.Generator
) -> Purchases:
    """Give each purchase an hour by the shop's daily rhythm and sort by time."""
    hour = rng.choice(24, len(day), p=HOURS / HOURS.sum())
    second = hour * 3600 + rng.integers(0, 3600, len(day))
    whole = np.minimum(day, N_DAYS - 1e-9).astype(np.int64)
    created_at = calendar.epoch + whole * DAY + second
    order = np.lexsort((person, created_at))
    return Purchases(person[order], created_at[order], whole[order], kind[order])
