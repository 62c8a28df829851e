"""What several reviews of a week complain of: a SKU's fault, or the shop's delivery or service."""

from collections.abc import Callable
from datetime import date

import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.finders.looking import Finder, has_slice
from ecom_ai_os.science import complaints
from ecom_ai_os.science.review_issues import FAULTS
from ecom_ai_os.warehouse import Warehouse

TEAMS = {"product": "buying", "delivery": "operations", "service": "support"}
SAYS = {
    "defective": "it is defective",
    "poor_quality": "it is badly made",
    "sizing": "the size is wrong",
    "not_as_described": "it is not as described",
    "taste_smell": "it tastes or smells bad",
    "missing_parts": "something is missing",
    "value": "it is not worth its price",
    "late_delivery": "it came late or not at all",
    "damaged_in_transit": "it was damaged on the way",
    "wrong_item": "something else was sent",
    "service": "the service was bad",
}
#: a chance below which an alert is critical, and one above which it is but information: so many
#: complaints are usual for the SKU, and it may go on being recommended
SURE, USUAL = 0.001, 0.1
#: weeks in which chance alone may call the shop's delivery or service bad
MAX_CHANCE = 0.01

COMPLAINTS = """
    with cited as (
        select sku, reviewed_at, unnest(issues) as said
        from reviews.review_insights
        where sentiment_label = 'negative' and scored_on = $day
    )

    select sku, timezone($zone, reviewed_at)::date as day, said.sentence
    from cited
    where said.issue = $issue
"""

REVIEWED = """
    select
        insights.sku,
        any_value(products.category) as category,
        min(timezone($zone, insights.reviewed_at)::date) as first_on,
        any_value(products.title) as title
    from reviews.review_insights as insights
    left join marts.dim_products as products using (sku)
    where insights.scored_on = $day
    group by insights.sku
"""


def complaints_of(issue: str) -> Callable[[Warehouse, date], pl.DataFrame | None]:
    """Return the finder of an issue that three or more negative reviews cite within 7 days.

    A product's fault is the SKU's; delivery and service are the shop's, whatever was bought, and
    are told when chance brings as many in under one of a hundred weeks.
    """
    find = _of_skus if FAULTS[issue] == "product" else _of_shop

    def look(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
        if not has_slice(warehouse, "reviews.review_insights", "scored_on", day):
            return None
        zone = settings.current().business.timezone
        cited = warehouse.read(COMPLAINTS, zone=zone, day=day, issue=issue)
        reviewed = warehouse.read(REVIEWED, zone=zone, day=day)
        return find(cited, reviewed, day, issue)

    return look


def _of_skus(cited: pl.DataFrame, reviewed: pl.DataFrame, day: date, issue: str) -> pl.DataFrame:
    skus = reviewed.drop_nulls("sku")
    found = complaints.citing(cited.drop_nulls("sku"), skus.drop("title"), day)
    severity = (
        pl.when(pl.col("chance") < SURE)
        .then(pl.lit("critical"))
        .when(pl.col("chance") < USUAL)
        .then(pl.lit("warning"))
        .otherwise(pl.lit("info"))
    )
    return found.join(skus, on="sku", how="left", maintain_order="left").select(
        severity=severity,
        team=pl.lit(TEAMS[FAULTS[issue]]),
        subject_type=pl.lit("sku"),
        subject_id="sku",
        title=_title(pl.coalesce("title", "sku"), issue),
        evidence=_evidence(),
    )


def _of_shop(cited: pl.DataFrame, reviewed: pl.DataFrame, day: date, issue: str) -> pl.DataFrame:
    return complaints.over_the_shop(cited, reviewed, day, MAX_CHANCE).select(
        severity=pl.when(pl.col("chance") < SURE)
        .then(pl.lit("critical"))
        .otherwise(pl.lit("warning")),
        team=pl.lit(TEAMS[FAULTS[issue]]),
        subject_type=pl.lit("shop"),
        subject_id=pl.lit(FAULTS[issue]),
        title=_title(pl.lit("The shop"), issue),
        evidence=_evidence(),
    )


def _title(name: pl.Expr, issue: str) -> pl.Expr:
    return pl.format(
        f"{{}}: {{}} negative reviews in 7 days say that {SAYS[issue]}, {{}} by chance",
        name,
        "n_reviews",
        pl.col("expected").round(1),
    )


def _evidence() -> pl.Expr:
    return pl.struct(
        "n_reviews", pl.col("expected").round(4), "chance", "quotes"
    ).struct.json_encode()


FINDERS = tuple(Finder("reviews", f"{issue}_reviews", complaints_of(issue)) for issue in FAULTS)
