"""The pictures of the reviews workflow."""

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import altair as alt

WEEKS = 26


def labels_chart(insights: pl.DataFrame) -> "alt.Chart":
    """Reviews by week and how they feel, the last half year."""
    return _stacked(_by_week(insights, "sentiment_label"), "sentiment_label", "Reviews")


def issues_chart(insights: pl.DataFrame) -> "alt.Chart":
    """Reviews by week and what they complain of, the last half year."""
    cited = insights.explode("issues").drop_nulls("issues").unnest("issues")
    return _stacked(_by_week(cited, "issue"), "issue", "Reviews by what they complain of")


def health_chart(worst: pl.DataFrame) -> "alt.LayerChart | alt.FacetChart":
    """The least healthy products of the week beside their categories."""
    import altair as alt

    y = alt.Y("sku:N", sort=None, title=None)
    scale = alt.Scale(domain=[0, 100])
    bars = alt.Chart(worst).mark_bar(opacity=0.7)
    usual = alt.Chart(worst).mark_tick(thickness=2, color="black")
    return alt.layer(
        bars.encode(x=alt.X("health:Q", title="health", scale=scale), y=y),
        usual.encode(x="category_health:Q", y=y),
    ).properties(width=480, height=200, title="Least healthy; the black mark is the category's")


def words_chart(model: pl.DataFrame) -> "alt.Chart":
    """The fifteen words that speak most for each end of the scale."""
    import altair as alt

    weight = model.select("feature", weight=pl.col("positive") - pl.col("negative")).filter(
        pl.col("feature") != ""
    )
    ends = pl.concat([weight.top_k(15, by="weight"), weight.bottom_k(15, by="weight")])
    chart: alt.Chart = (
        alt.Chart(ends.unique("feature"), title="Words that weigh most")
        .mark_bar()
        .encode(
            x=alt.X("weight:Q", title="towards positive"),
            y=alt.Y("feature:N", sort="-x", title=None),
        )
        .properties(width=480, height=360)
    )
    return chart


def _by_week(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    week = pl.col("reviewed_at").dt.truncate("1w").dt.date()
    first = pl.col("week") > pl.col("week").max() - pl.duration(weeks=WEEKS)
    return rows.group_by(by, week=week).len("reviews").filter(first)


def _stacked(counted: pl.DataFrame, by: str, title: str) -> "alt.Chart":
    import altair as alt

    chart: alt.Chart = (
        alt.Chart(counted, title=title)
        .mark_bar()
        .encode(
            x=alt.X("yearmonthdate(week):O", title=None),
            y=alt.Y("reviews:Q", title=None),
            color=alt.Color(f"{by}:N", title=None),
        )
        .properties(width=480, height=200)
    )
    return chart
