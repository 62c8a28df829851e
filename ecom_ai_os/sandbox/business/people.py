"""People: who they are and how they buy (Pareto/NBD truth).

Person i is born to the shop at b_i (density ∝ rush(t) · (1 + 0.15 t/365) · pull(θ_i, t)), the first
order.
    λ_i ~ Gamma(0.55, mean 1/120 per day)    rate of discovery orders while alive
    μ_i ~ Gamma(1.2, scale 1/150 per day)    dropout; lifetime ~ Exponential(μ_i)
    θ_i ~ Dirichlet(2.5 · category shares)   taste
    tier_i in 0…4, binomial(4, 0.4)          spend level
18 % (never guests) have a habit: one consumable bought again every K_i = interval · lognormal(0.2)
days (each gap a further Gamma with a 15 % coefficient of variation) until they drop out.
So the rate of orders while alive is λ_i + 1/K_i per day of mean rush. 9 % buy as guests; 4 % open
an account and never buy (rate 0).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .assortment import CATEGORIES
from .calendar import N_DAYS, Calendar
from .catalogue import Catalogue
from .choice import Bools, Floats, GroupedChoice, Ints, draw_column
from .countries import COUNTRIES

HABIT_SHARE = 0.18
GUEST_SHARE = 0.09
VISITOR_SHARE = 0.04


@dataclass
class People:
    """Arrays over persons; days on the calendar; `habit` is a variant index or −1."""

    born: Floats
    rate: Floats
    dropout: Floats
    died: Floats
    taste: NDArray[np.float32]
    tier: Ints
    country: Ints
    is_guest: Bools
    is_visitor: Bools
    habit: Ints
    habit_days: Floats
    return_factor: Floats

    def __len__(self) -> int:
        return len(self.born)

    def head(self, n: int) -> "People":
        """The first n persons; they are in no particular order."""
        return People(**{name: values[:n] for name, values in vars(self).items()})


def draw_people(
    n: int, catalogue: Catalogue, calendar: Calendar, rng: np.random.Generator
) -> People:
    """Draw n persons, born on any day of the calendar."""
    born, taste = _arrivals(n, calendar, rng)
    dropout = rng.gamma(1.2, 1 / 150, n)
    is_guest = rng.random(n) < GUEST_SHARE
    is_visitor = ~is_guest & (rng.random(n) < VISITOR_SHARE)
    habit = _habits(taste, catalogue, rng)
    habit[is_guest | is_visitor | (rng.random(n) >= HABIT_SHARE)] = -1
    return People(
        born=born,
        rate=rng.gamma(0.55, 1 / 0.55 / 120, n) * ~is_visitor,
        dropout=dropout,
        died=born + rng.exponential(1, n) / dropout,
        taste=taste,
        tier=rng.binomial(4, 0.4, n),
        country=rng.choice(len(COUNTRIES), n, p=[c.share for c in COUNTRIES]),
        is_guest=is_guest,
        is_visitor=is_visitor,
        habit=habit,
        habit_days=np.exp(rng.normal(0, 0.2, n)) * catalogue.lasts_days[habit].astype(float),
        return_factor=rng.gamma(2.0, 0.5, n),
    )


def _arrivals(
    n: int, calendar: Calendar, rng: np.random.Generator
) -> tuple[Floats, NDArray[np.float32]]:
    """First day and taste of n persons: those who want what is in season come in season."""
    bound = calendar.strongest_pull
    m = int(bound * (n + 8 * n**0.5 + 50))
    growth = calendar.rush * (1 + 0.15 * np.arange(N_DAYS) / 365)
    elapsed = np.r_[0, np.cumsum(growth)] / growth.sum()
    born = np.interp(rng.random(m), elapsed, np.arange(N_DAYS + 1))
    taste = rng.gamma(np.array([2.5 * c.share for c in CATEGORIES]), size=(m, len(CATEGORIES)))
    taste = ((taste + 1e-6) / (taste + 1e-6).sum(axis=1, keepdims=True)).astype(np.float32)
    pull = calendar.pull(taste, born.astype(np.int64))
    came = np.flatnonzero(rng.random(m) * bound < pull)[:n]
    return born[came], taste[came]


def _habits(taste: NDArray[np.float32], catalogue: Catalogue, rng: np.random.Generator) -> Ints:
    """A consumable per person: its category by taste, the variant by popularity."""
    lasting = (catalogue.lasts_days > 0) & catalogue.is_lasting
    categories = np.unique(catalogue.category[lasting])
    members = [np.flatnonzero(lasting & (catalogue.category == c)) for c in categories]
    choice = GroupedChoice([(m, catalogue.popularity[m]) for m in members])
    return choice.draw(draw_column(taste[:, categories], rng), rng)
