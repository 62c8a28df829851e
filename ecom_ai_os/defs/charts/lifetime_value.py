"""The pictures of the lifetime value workflow."""

from typing import TYPE_CHECKING

import polars as pl

from ecom_ai_os.science import value_backtest

if TYPE_CHECKING:
    import altair as alt


def tiers_chart(scores: pl.DataFrame) -> "alt.Chart":
    """How much of the value of the next year each tier holds."""
    import altair as alt

    tiers = scores.group_by("tier").agg(
        pl.len().alias("customers"), pl.col("predicted_ltv_12m").sum().alias("value")
    )
    chart: alt.Chart = (
        alt.Chart(
            tiers.sort("value", descending=True), title="Expected value of the next 12 months"
        )
        .mark_bar()
        .encode(
            x=alt.X("value:Q", title=f"sum over the tier, {scores['currency'][0]}"),
            y=alt.Y("tier:N", sort=["vip", "high", "mid", "low"], title=None),
        )
        .properties(width=480, height=140)
    )
    return chart


def deciles_chart(foreseen: pl.DataFrame) -> "alt.Chart":
    """Promised against come, by tenth of the promise: bars of equal length are calibrated."""
    import altair as alt

    deciles = value_backtest.by_decile(foreseen).unpivot(index="decile", variable_name="money")
    on, days = foreseen.select("foreseen_on", "window_days").row(0)
    chart: alt.Chart = (
        alt.Chart(deciles, title=f"Foreseen on {on} for {days} days, and what came")
        .mark_bar()
        .encode(
            x=alt.X("decile:O", title="tenth of customers, best predicted first"),
            xOffset="money:N",
            y=alt.Y("value:Q", title="mean per customer"),
            color=alt.Color("money:N", title=None),
        )
        .properties(width=480, height=220)
    )
    return chart
