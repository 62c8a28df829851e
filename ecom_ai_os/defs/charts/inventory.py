"""The pictures of the inventory workflow."""

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from ecom_ai_os.science.demand import Forecast
from ecom_ai_os.science.panels import Panel

if TYPE_CHECKING:
    import altair as alt


def forecast_chart(panel: Panel, forecast: Forecast) -> "alt.Chart":
    """Weekly units of the whole shop: the last year and the weeks ahead."""
    import altair as alt

    past = panel.units.sum(axis=0).reshape(-1, 7).sum(axis=1)[-52:]
    ahead = forecast.mean.sum(axis=0).reshape(-1, 7).sum(axis=1)
    weeks = range(-len(past) + 1, len(ahead) + 1)
    frame = pl.DataFrame(
        {
            "week": [panel.as_of + timedelta(weeks=week) for week in weeks],
            "units": [*past, *ahead],
            "what": ["sold"] * len(past) + ["expected"] * len(ahead),
        }
    )
    chart: alt.Chart = (
        alt.Chart(frame, title="Units a week, sold and expected")
        .mark_bar()
        .encode(
            x=alt.X("week:T", title="week ending"),
            y=alt.Y("units:Q", title=None),
            color=alt.Color("what:N", title=None),
        )
        .properties(width=480, height=200)
    )
    return chart


def stock_chart(curves: pl.DataFrame) -> "alt.FacetChart":
    """Projected stock of the rows that lose most; the band is the worst of ten cases."""
    import altair as alt

    named = curves.with_columns(name=pl.col("sku") + " · " + pl.col("location"))
    x = alt.X("on:T", title=None, axis=alt.Axis(format="%-d %b", tickCount=4))
    band = (
        alt.Chart()
        .mark_area(opacity=0.25)
        .encode(x=x, y=alt.Y("stock_low:Q", title="units left"), y2="stock:Q")
    )
    line = alt.Chart().mark_line().encode(x=x, y="stock:Q")
    chart: alt.FacetChart = (
        alt.layer(band, line, data=named)
        .properties(width=150, height=90)
        .facet(facet=alt.Facet("name:N", title=None), columns=3)
        .resolve_scale(y="independent")
        .properties(title="Projected stock where most would be lost")
    )
    return chart
