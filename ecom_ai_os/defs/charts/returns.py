"""The pictures of the returns workflow."""

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import altair as alt


def reasons_chart(insights: pl.DataFrame) -> "alt.Chart":
    """Returned lines by month and reason, the last year."""
    import altair as alt

    month = pl.col("returned_at").dt.truncate("1mo").dt.date()
    counted = insights.group_by("reason", month=month).len("returns").sort("month").tail(12 * 8)
    chart: alt.Chart = (
        alt.Chart(counted, title="Returned lines by reason")
        .mark_bar()
        .encode(
            x=alt.X("yearmonth(month):O", title=None),
            y=alt.Y("returns:Q", title=None),
            color=alt.Color("reason:N", title=None),
        )
        .properties(width=480, height=200)
    )
    return chart


def rates_chart(rates: pl.DataFrame) -> "alt.LayerChart | alt.FacetChart":
    """The twelve products furthest above their category: interval, rate and category's rate."""
    import altair as alt

    worst = rates.sort("p_excess", descending=True).head(12)
    y = alt.Y("sku:N", sort=None, title=None)
    span = alt.Chart(worst).mark_rule(strokeWidth=3, opacity=0.4)
    rate = alt.Chart(worst).mark_point(filled=True, size=70)
    usual = alt.Chart(worst).mark_tick(thickness=2, color="black")
    return alt.layer(
        span.encode(
            x=alt.X("interval_low:Q", title="share of deliveries that come back", axis=_percent()),
            x2="interval_high:Q",
            y=y,
            color=alt.Color("is_flagged:N", title="flagged"),
        ),
        rate.encode(x="return_rate:Q", y=y, color="is_flagged:N"),
        usual.encode(x="category_return_rate:Q", y=y),
    ).properties(width=480, height=240, title="Return rates; the black mark is the category's")


def returners_chart(flags: pl.DataFrame) -> "alt.Chart":
    """Customers by what they sent back and what was to be expected of what they bought."""
    import altair as alt

    most = flags.sort("chance").head(500)
    chart: alt.Chart = (
        alt.Chart(
            most.with_columns(expected=pl.col("expected_rate") * pl.col("n_sold")),
            title="Lines sent back, and to be expected",
        )
        .mark_circle()
        .encode(
            x=alt.X("expected:Q", title="expected of what they bought"),
            y=alt.Y("n_returns:Q", title="sent back"),
            color=alt.Color("is_frequent_returner:N", title="flagged"),
        )
        .properties(width=480, height=240)
    )
    return chart


def _percent() -> "alt.Axis":
    import altair as alt

    return alt.Axis(format=".0%")
