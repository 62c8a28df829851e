"""Stock against cumulated demand, day by day: what every projection is read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from ecom_ai_os.science import counts
from ecom_ai_os.science.arrivals import Arrivals, arrivals
from ecom_ai_os.science.demand import Forecast
from ecom_ai_os.science.panels import Floats, Ints
from ecom_ai_os.science.spread import Spread


@dataclass(frozen=True)
class Policy:
    """How stock is kept; days, and the chance of not running out before an order arrives."""

    service_level: float = 0.95
    review_days: int = 7
    cover_days: int = 28
    lead_time_days: int = 14

    def days_ahead(self, longest_lead_days: int) -> int:
        """Return how many days of demand the policy needs; eight weeks at least."""
        lead = max(self.lead_time_days, longest_lead_days)
        return min(max(56, lead + self.review_days + self.cover_days), 350)


@dataclass(frozen=True)
class Outlook:
    """Cumulated demand by row of `rows` (SKU × location) and day after `as_of`, with its spread.

    `rows` has sku, location, on_hand, available, share, price, lead_time_days, velocity,
    velocity_last_year, seasonal_factor and demand_method.
    """

    as_of: date
    rows: pl.DataFrame
    demand: Floats
    dispersion: Floats
    spread: Spread
    incoming: Arrivals

    @property
    def available(self) -> Floats:
        return self.rows["available"].to_numpy()

    @property
    def supply(self) -> Floats:
        """Available stock and what has arrived by each day."""
        return np.asarray(self.available[:, None] + np.cumsum(self.incoming.by_day, axis=1))

    def chance_out(self, supply: Floats) -> Floats:
        """Return the chance that demand has taken all of `supply` by each day."""
        return counts.at_least(supply, self.demand, self.dispersion)

    def first_day(self, chance_out: Floats, level: float) -> Ints:
        """Return the first day on which demand at `level` of its spread leaves nothing, else -1."""
        is_out = chance_out >= 1 - self.spread.nominal(level)
        return np.where(is_out.any(axis=1), is_out.argmax(axis=1) + 1, -1)

    def total(self, days: Ints | int) -> Floats:
        """Return each row's expected units over the next `days` days."""
        return _at(self.demand, days)

    def quantile(self, level: float, days: Ints | int) -> Floats:
        """Return each row's units over `days` not exceeded with chance `level`."""
        dispersion = _at(self.dispersion, days)
        return counts.quantile(self.spread.nominal(level), self.total(days), dispersion)


def _at(matrix: Floats, days: Ints | int) -> Floats:
    last = np.clip(np.broadcast_to(days, len(matrix)), 1, matrix.shape[1]) - 1
    return np.asarray(matrix[np.arange(len(matrix)), last])


def outlook(
    forecast: Forecast,
    stock: pl.DataFrame,
    incoming: pl.DataFrame,
    purchases: pl.DataFrame,
    products: pl.DataFrame,
    policy: Policy,
) -> Outlook:
    """Set today's stock and what is on order against the forecast.

    `stock`: sku, location, on_hand, available, share (of the SKU's demand, see
    `shares.location_shares`). `incoming`, `purchases`: see `arrivals`. `products`: sku, price,
    lead_time_days (null: the policy's). SKUs the forecast does not know are left out.
    """
    rows = _rows(forecast, stock, products, policy)
    at, share = rows["at"].to_numpy(), rows["share"].to_numpy()
    days = np.arange(1, forecast.mean.shape[1] + 1)
    spread = forecast.spread
    return Outlook(
        as_of=forecast.as_of,
        rows=rows,
        demand=np.cumsum(forecast.mean[at], axis=1) * share[:, None],
        dispersion=spread.level[at, None] + spread.day[at, None] / days,
        spread=spread,
        incoming=arrivals(rows, incoming, purchases, forecast.as_of, policy.review_days, len(days)),
    )


def _rows(
    forecast: Forecast, stock: pl.DataFrame, products: pl.DataFrame, policy: Policy
) -> pl.DataFrame:
    return (
        stock.join(_by_sku(forecast), on="sku")
        .join(products.select("sku", "price", "lead_time_days"), on="sku", how="left")
        .with_columns(
            pl.col("lead_time_days").fill_null(policy.lead_time_days).cast(pl.Int64),
            pl.col("price").cast(pl.Float64).fill_null(0.0),
            pl.col("on_hand", "available").cast(pl.Float64).fill_null(0.0),
        )
        .sort("sku", "location")
    )


def _by_sku(forecast: Forecast) -> pl.DataFrame:
    columns = {
        "velocity": forecast.velocity,
        "velocity_last_year": forecast.velocity_last_year,
        "seasonal_factor": forecast.seasonal_factor,
    }
    numbers = {name: pl.Series(values, dtype=pl.Float64) for name, values in columns.items()}
    names = {"sku": forecast.skus, "demand_method": forecast.method}
    texts = {name: pl.Series(values, dtype=pl.Utf8) for name, values in names.items()}
    return pl.DataFrame(texts | numbers).with_row_index("at").fill_nan(None)


def curves(outlook: Outlook, chosen: Ints) -> pl.DataFrame:
    """Return the expected stock by day of the `chosen` rows (their positions in `rows`).

    Columns: sku, location, on, stock, stock_low (at the 90 % quantile of demand); never below 0.
    """
    days = outlook.demand.shape[1]
    level = outlook.spread.nominal(0.9)
    high = counts.quantile(level, outlook.demand[chosen], outlook.dispersion[chosen])
    supply, dates = (
        outlook.supply[chosen],
        np.datetime64(outlook.as_of, "D") + np.arange(1, days + 1),
    )
    return outlook.rows.select("sku", "location")[np.repeat(chosen, days)].with_columns(
        on=pl.Series(np.tile(dates, len(chosen))),
        stock=np.maximum(supply - outlook.demand[chosen], 0).ravel(),
        stock_low=np.maximum(supply - high, 0).ravel(),
    )
