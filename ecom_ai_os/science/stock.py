"""When stock runs out, what to order and by when, read from an outlook.

Policy (R, s, S) of Silver, Pyke & Thomas, Inventory and Production Management in Supply Chains,
4th ed. 2017, ch. 7: stock is looked at every `review_days`; an order is due when available and
incoming stock would not last through lead time and review with the service level's chance; it
fills up to what lasts through both with that chance and `cover_days` of mean demand beyond.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ecom_ai_os.science import counts
from ecom_ai_os.science.outlook import Outlook, Policy
from ecom_ai_os.science.panels import Floats, Ints

OUTLOOK_DAYS = 28


def project(outlook: Outlook, policy: Policy) -> pl.DataFrame:
    """Return one row by SKU × location.

    Columns: sku, location, on_hand, available, incoming, share, lead_time_days, velocity_per_day,
    velocity_same_period_last_year, seasonal_factor, expected_demand_28d, demand_28d_p10/p50/p90,
    projected_stockout_on (`as_of` when nothing is left; null beyond the outlook),
    stockout_on_p10 (the early date: demand at its 90 % quantile), next_restock_on,
    reorder_quantity (0 unless due by the next review), reorder_by, expected_lost_units and
    expected_lost_revenue (28 days with no further order), method.
    """
    due_in = _days_to_order(outlook, policy)
    return outlook.rows.select(
        "sku", "location", "on_hand", "available", "share", "lead_time_days", "seasonal_factor"
    ).with_columns(
        **_pace(outlook),
        **_dates(outlook, due_in),
        **_amounts(outlook, due_in, policy),
        method=_methods(outlook),
    )


def _days_to_order(outlook: Outlook, policy: Policy) -> Ints:
    """Days until an order must be placed to arrive in time; 0 when late, -1 when none is needed."""
    position = outlook.available + outlook.incoming.total
    chance = outlook.chance_out(np.broadcast_to(position[:, None], outlook.demand.shape))
    lasts = outlook.first_day(chance, policy.service_level)
    is_needed = (lasts >= 0) & (outlook.demand[:, -1] > 0)
    return np.where(is_needed, np.maximum(lasts - _lead(outlook), 0), -1)


def _lead(outlook: Outlook) -> Ints:
    return outlook.rows["lead_time_days"].to_numpy()


def _pace(outlook: Outlook) -> dict[str, pl.Series | pl.Expr]:
    days = OUTLOOK_DAYS
    share = outlook.rows["share"]
    return {
        "velocity_per_day": outlook.rows["velocity"] * share,
        "velocity_same_period_last_year": outlook.rows["velocity_last_year"] * share,
        "expected_demand_28d": pl.Series(outlook.total(days)),
        "demand_28d_p10": pl.Series(outlook.quantile(0.1, days)),
        "demand_28d_p50": pl.Series(outlook.quantile(0.5, days)),
        "demand_28d_p90": pl.Series(outlook.quantile(0.9, days)),
    }


def _dates(outlook: Outlook, due_in: Ints) -> dict[str, pl.Series]:
    chance = outlook.chance_out(outlook.supply)
    is_out = outlook.available <= 0
    out = {level: np.where(is_out, 0, outlook.first_day(chance, level)) for level in (0.5, 0.9)}
    return {
        "projected_stockout_on": _on(outlook, out[0.5]),
        "stockout_on_p10": _on(outlook, out[0.9]),
        "next_restock_on": _on(outlook, outlook.incoming.first_day),
        "reorder_by": _on(outlook, due_in),
    }


def _on(outlook: Outlook, days: Ints) -> pl.Series:
    """Turn days ahead into dates; -1 is no date."""
    dates = np.datetime64(outlook.as_of, "D") + np.maximum(days, 0)
    return pl.Series(dates).set(pl.Series(days < 0, dtype=pl.Boolean), None)


def _amounts(outlook: Outlook, due_in: Ints, policy: Policy) -> dict[str, pl.Series]:
    is_due = (due_in >= 0) & (due_in <= policy.review_days)
    missing = np.ceil(_order_up_to(outlook, policy) - outlook.available - outlook.incoming.total)
    lost = _units_short(outlook)
    return {
        "incoming": pl.Series(outlook.incoming.total),
        "reorder_quantity": pl.Series(np.where(is_due, np.maximum(missing, 0), 0)),
        "expected_lost_units": pl.Series(lost),
        "expected_lost_revenue": (pl.Series(lost) * outlook.rows["price"]).round(2),
    }


def _order_up_to(outlook: Outlook, policy: Policy) -> Floats:
    through = _lead(outlook) + policy.review_days
    beyond = outlook.total(through + policy.cover_days) - outlook.total(through)
    return outlook.quantile(policy.service_level, through) + beyond


def _units_short(outlook: Outlook) -> Floats:
    """Units not sold in four weeks when nothing beyond what is incoming arrives.

    What is lost by a day is the largest shortfall up to it; its mean is at least the largest mean.
    """
    days = slice(0, OUTLOOK_DAYS)
    supply = np.maximum(outlook.supply[:, days], 0)
    short = counts.expected_excess(supply, outlook.demand[:, days], outlook.dispersion[:, days])
    return np.asarray(short.max(axis=1))


def _methods(outlook: Outlook) -> pl.Series:
    remark = np.where(
        outlook.incoming.is_assumed, "; incoming without a date assumed after lead time", ""
    )
    return outlook.rows["demand_method"] + pl.Series(remark, dtype=pl.Utf8)
