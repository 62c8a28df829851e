"""Demand by SKU for the days ahead, from candidates weighed by how each did on this SKU before.

Forecasts made at past origins (every second week of the last year) are compared with what then sold
in the following four weeks; a candidate's weight falls with the fourth power of its error, shrunk
to the shop's. No single forecaster wins everywhere (Makridakis et al., M5, 2022). The same past
forecasts, each weighed with what was known at its time, give the back-test and the spread. Where
the mixture does not beat the best naive rule on this shop, the rule is used and `method` says so
(see `rolling.judge`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from ecom_ai_os.science import candidates as rivals
from ecom_ai_os.science import counts
from ecom_ai_os.science.panels import Floats, Panel, divide
from ecom_ai_os.science.rolling import (
    HORIZON_WEEKS,
    MIXTURE,
    Trial,
    Verdict,
    judge,
    rehearse,
    replay,
    weigh,
)
from ecom_ai_os.science.seasonality import (
    CATEGORY,
    YEAR_WEEKS,
    Weeks,
    noise,
    prior_years,
    season_prior,
    to_weeks,
    weekday_profile,
    yearly_ratio,
)
from ecom_ai_os.science.spread import Spread, spread

NO_SALES = "no sales yet"


@dataclass(frozen=True)
class Forecast:
    """Expected units by SKU and day after `as_of`, and how far they may be off.

    `mean` is [SKU × day ahead]; `velocity`, `velocity_last_year` (units a day over the last 28
    days seen, now and 364 days ago) and `seasonal_factor` are by SKU.
    """

    skus: list[str]
    as_of: date
    mean: Floats
    spread: Spread
    velocity: Floats
    velocity_last_year: Floats
    seasonal_factor: Floats
    method: list[str]

    def total(self, days: int) -> Floats:
        """Return each SKU's expected units over the next `days` days."""
        return np.asarray(self.mean[:, :days].sum(axis=1))

    def quantile(self, level: float, days: int) -> Floats:
        """Return each SKU's units over the next `days` days not exceeded with chance `level`."""
        return counts.quantile(
            self.spread.nominal(level), self.total(days), self.spread.dispersion(days)
        )


def forecast(
    panel: Panel, days: int = 56, trial: Trial | None = None, weeks_ago: int = 0
) -> Forecast:
    """Forecast the `days` (350 at most) after the panel's end, or `weeks_ago` weeks before it.

    `trial` is `rehearse(panel)` when the caller has it already. A forecast of weeks ago is made
    from the weeks before it; only the weekday's shape and the SKUs' ages are of today.
    """
    trial = trial or rehearse(panel)
    origin = panel.n_weeks - weeks_ago
    past = replay(trial, origin)
    profile = weekday_profile(panel)
    weeks = to_weeks(panel, profile).before(origin)
    options = _options(weeks, days)
    weights, names = _chosen(trial, judge(past), origin, options)
    weekly = np.einsum("ks,ksh->sh", weights, options[: len(weights)])
    daily = (weekly[:, :, None] / 7 * profile[:, None, :]).reshape(len(weekly), 7 * weekly.shape[1])
    return Forecast(
        panel.skus,
        panel.as_of - timedelta(weeks=weeks_ago),
        daily[:, :days],
        spread(past, noise(weeks), weeks.units[:, -YEAR_WEEKS:].mean(axis=1)),
        velocity(panel, 7 * weeks_ago),
        velocity(panel, 7 * weeks_ago + 364),
        _seasonal_factor(weeks),
        _methods(weights, names, weeks),
    )


def velocity(panel: Panel, days_ago: int = 0, days: int = 28) -> Floats:
    """Return units a day on sale in the `days` that ended `days_ago`; NaN where never on sale."""
    end = panel.units.shape[1] - days_ago
    window = slice(max(0, end - days), max(0, end))
    units, seen = (a[:, window].sum(axis=1) for a in (panel.units, panel.seen))
    return divide(units, seen, otherwise=np.nan)


def _options(weeks: Weeks, days: int) -> Floats:
    horizon = min(max(-(-days // 7), HORIZON_WEEKS), rivals.MAX_WEEKS_AHEAD)
    return rivals.candidates(weeks, rivals.levels(weeks), weeks.units.shape[1], horizon)


def _seasonal_factor(weeks: Weeks) -> Floats:
    """Return demand of the next four weeks over that of the recent ones, as prior years had it."""
    origin = weeks.units.shape[1]
    level = rivals.levels(weeks)[rivals.SHORT]
    years = prior_years(weeks, level, origin, HORIZON_WEEKS)
    ratio = yearly_ratio(*years, weeks.groups, season_prior(weeks, origin), CATEGORY)
    return np.asarray(ratio.mean(axis=1))


def _chosen(
    trial: Trial, verdict: Verdict, origin: int, options: Floats
) -> tuple[Floats, list[str]]:
    weights, names = weigh(trial, origin, options[:, :, :HORIZON_WEEKS].sum(axis=2))
    if verdict.chosen == MIXTURE:
        return weights, names
    one_hot = np.zeros((len(rivals.names(True)), weights.shape[1]))
    one_hot[rivals.names(True).index(verdict.chosen)] = 1
    return one_hot[: len(rivals.names(rivals.has_season(origin)))], rivals.names(True)


def _methods(weights: Floats, names: list[str], weeks: Weeks) -> list[str]:
    """Name each SKU's heaviest candidate."""
    heaviest, share = weights.argmax(axis=0), weights.max(axis=0)
    texts = np.array(
        [[f"mixture, mostly {name}", f"naive: {name}"] for name in names], dtype=object
    )[heaviest, (share == 1).astype(int)]
    return list(np.where(weeks.units.sum(axis=1) > 0, texts, NO_SALES))
