"""Rolling origins: what each candidate would have said at past dates, and what then sold.

A forecast of the four weeks after an origin is judged only where the SKU could sell. Weights for an
origin come from forecasts whose four weeks were over by then, so the history of the weighed
forecast is a fair back-test of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ecom_ai_os.science import candidates as rivals
from ecom_ai_os.science.backtest import wape
from ecom_ai_os.science.panels import Floats, Panel, divide
from ecom_ai_os.science.seasonality import YEAR_WEEKS, Weeks, to_weeks, weekday_profile

MIXTURE = "mixture"
HORIZON_WEEKS = 4
STEP_WEEKS = 2
#: first origin: half a level's memory of history
FIRST_ORIGIN = 8
#: origins rehearsed: a year to judge by and half a year before it to weigh by
N_ORIGINS = 40
#: weeks of past forecasts that weigh, a year and its two neighbours
MEMORY_WEEKS = 54
#: judged origins a set of candidates needs before it may compete
MIN_ORIGINS = 3
#: origins' worth of the shop's error that a SKU's own errors are shrunk by
PRIOR_ORIGINS = 4
#: weight falls with this power of the error; 2 to 8 differ by under 2 % on three public sets
POWER = 4


@dataclass(frozen=True)
class Trial:
    """Past four-week forecasts and sales; `options` [candidate × origin × SKU], NaN when absent."""

    origins: list[int]
    options: Floats
    actual: Floats


@dataclass(frozen=True)
class Rehearsal:
    """The weighed forecast and both naive rules at the origins that could be weighed.

    All arrays are [origin × SKU], in units over four weeks; `rule` is None without a prior year.
    """

    origins: list[int]
    model: Floats
    flat: Floats
    rule: Floats | None
    actual: Floats


@dataclass(frozen=True)
class Verdict:
    """Weighted absolute percentage errors of four-week totals by SKU, and what to use."""

    model: float
    flat: float
    rule: float | None
    chosen: str

    @property
    def baseline(self) -> tuple[str, float]:
        """The better naive rule and its error."""
        if self.rule is None or self.flat <= self.rule:
            return rivals.FLAT, self.flat
        return rivals.RULE, self.rule


def rehearse(panel: Panel) -> Trial:
    """Return what every candidate would have said at up to 40 past origins of the panel."""
    weeks = to_weeks(panel, weekday_profile(panel))
    known = rivals.levels(weeks)
    last = panel.n_weeks - HORIZON_WEEKS
    origins = list(range(last, FIRST_ORIGIN - 1, -STEP_WEEKS))[:N_ORIGINS][::-1]
    options = np.full((len(rivals.names(True)), len(origins), len(panel.skus)), np.nan)
    for i, origin in enumerate(origins):
        said = _said(weeks, known, origin)
        options[: len(said), i] = said
    actual = [weeks.units[:, o : o + HORIZON_WEEKS].sum(axis=1) for o in origins]
    return Trial(origins, options, np.array(actual).reshape(len(origins), len(panel.skus)))


def _said(weeks: Weeks, known: rivals.Levels, origin: int) -> Floats:
    ahead = rivals.candidates(weeks, known, origin, HORIZON_WEEKS)
    seen = weeks.exposure[:, origin : origin + HORIZON_WEEKS]
    return np.asarray((ahead * seen).sum(axis=2))


def weigh(trial: Trial, origin: int, now: Floats) -> tuple[Floats, list[str]]:
    """Return each candidate's weight by SKU, [candidate × SKU], and the candidates' names.

    Seasonal candidates compete once three past forecasts of theirs can be judged. Then `now`, what
    the candidates say of the coming four weeks [candidate × SKU], counts too: past weeks of an even
    season say nothing of a peak, so each also answers for how far it stands from prior years.
    """
    window = range(origin - MEMORY_WEEKS, origin - HORIZON_WEEKS + 1)
    over = [i for i, o in enumerate(trial.origins) if o in window]
    seasonal = [i for i in over if rivals.has_season(trial.origins[i])]
    if rivals.has_season(origin) and len(seasonal) >= MIN_ORIGINS:
        names, over = rivals.names(True), seasonal
        standing = np.abs(now - now[names.index(rivals.REFERENCE)])
    else:
        names = rivals.names(False)
        standing = np.zeros((len(names), trial.actual.shape[1]))
    errors = np.abs(trial.options[: len(names), over] - trial.actual[over])
    return _weights(errors, standing), names


def _weights(errors: Floats, standing: Floats) -> Floats:
    """Weigh by shrunk mean error; `errors` is [candidate × origin × SKU]."""
    n = errors.shape[1]
    own = errors.sum(axis=1)
    shop = own.sum(axis=1, keepdims=True)
    shop = divide(shop, shop.mean(keepdims=True), 1)
    error = own + PRIOR_ORIGINS * shop * own.mean(axis=0) / max(n, 1) + standing
    best = error.min(axis=0)
    near = divide(best, error, 1)
    return np.asarray(near**POWER / (near**POWER).sum(axis=0))


def replay(trial: Trial, until: int | None = None) -> Rehearsal:
    """Weigh the candidates anew at each past origin with what was known at its time.

    Only origins whose four weeks ended by week `until` count (all by default); once three origins
    had a prior year, only such origins.
    """
    over = range(len(trial.origins) if until is None else _n_over(trial, until))
    at = [i for i in over if _n_over(trial, trial.origins[i]) >= MIN_ORIGINS]
    seasonal = [i for i in at if rivals.has_season(trial.origins[i])]
    is_seasonal = len(seasonal) >= MIN_ORIGINS
    at = seasonal if is_seasonal else at
    model = np.array([_mixed(trial, i) for i in at]).reshape(len(at), trial.actual.shape[1])
    flat, rule = (trial.options[k][at] for k in (0, rivals.names(True).index(rivals.RULE)))
    origins = [trial.origins[i] for i in at]
    return Rehearsal(origins, model, flat, rule if is_seasonal else None, trial.actual[at])


def _mixed(trial: Trial, i: int) -> Floats:
    weights, names = weigh(trial, trial.origins[i], trial.options[:, i])
    return np.asarray((weights * trial.options[: len(names), i]).sum(axis=0))


def _n_over(trial: Trial, origin: int) -> int:
    return sum(o + HORIZON_WEEKS <= origin for o in trial.origins)


def judge(past: Rehearsal) -> Verdict:
    """Compare the weighed forecast with the naive rules; the better one is chosen.

    Without any history it is the flat mean. A flat mean that did better on less than a year of
    origins is not chosen by a shop that knows a prior year: it was never tried on a peak.
    """
    if not past.origins:
        return Verdict(np.nan, np.nan, None, rivals.FLAT)
    model, flat = wape(past.actual, past.model), wape(past.actual, past.flat)
    rule = None if past.rule is None else wape(past.actual, past.rule)
    verdict = Verdict(model, flat, rule, MIXTURE)
    name, error = verdict.baseline
    is_untried = name == rivals.FLAT and rule is not None and not _covers_a_year(past)
    is_kept = is_untried or not error < model
    return verdict if is_kept else replace(verdict, chosen=name)


def _covers_a_year(past: Rehearsal) -> bool:
    return past.origins[-1] + HORIZON_WEEKS - past.origins[0] >= YEAR_WEEKS
