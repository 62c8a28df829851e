"""Recommendations: which SKUs belong together, and what to put before which customer where."""

from typing import TYPE_CHECKING

import dagster as dg
import polars as pl

from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.presentation import describe, plot, preview
from ecom_ai_os.defs.quality import is_better, weekly_test
from ecom_ai_os.defs.tables import recommendations as tables
from ecom_ai_os.defs.tables.built_with import is_built_with, remember
from ecom_ai_os.defs.tables.guards import read_barred
from ecom_ai_os.defs.tables.recommendations import MODEL, RECOMMENDED, RELATED
from ecom_ai_os.science import copurchase, recommendation_backtest, recommending, relating
from ecom_ai_os.settings import threshold
from ecom_ai_os.warehouse import Warehouse

if TYPE_CHECKING:
    import altair as alt


class RelatedConfig(dg.Config):
    """When SKUs belong together; ecom.toml [thresholds.recommendations] overrides the defaults."""

    soon_days: int = threshold(
        "recommendations", "soon_days", 14, "Days after a purchase that count as soon after"
    )
    false_share: float = threshold(
        "recommendations", "false_share", 0.05, "Share of pairs found that may be chance"
    )
    min_lift: float = threshold(
        "recommendations", "min_lift", 2.0, "Times as often together as expected, at least"
    )
    min_together: int = threshold(
        "recommendations", "min_together", 3, "Times seen together, at least"
    )
    n_related: int = threshold("recommendations", "n_related", 10, "Related SKUs a SKU, at most")

    def belonging(self) -> copurchase.Belonging:
        return copurchase.Belonging(
            self.soon_days, self.false_share, self.min_lift, self.min_together
        )


class RecommendedConfig(RelatedConfig):
    """What is put before customers; ecom.toml [thresholds.recommendations] overrides."""

    n_per_placement: int = threshold(
        "recommendations", "n_per_placement", 10, "SKUs a customer and placement, at most"
    )
    recent_days: int = threshold(
        "recommendations", "recent_days", 30, "Days a purchase is recent: complements go with it"
    )
    restock_days: int = threshold(
        "recommendations", "restock_days", 14, "Days ahead in which a consumable is needed again"
    )
    min_restock_chance: float = threshold(
        "recommendations", "min_restock_chance", 0.25, "Chance of it from which it is due"
    )
    read_days: int = threshold(
        "recommendations", "read_days", 7, "Days a SKU must last, for mails are read late"
    )

    reach_months: int = threshold(
        "recommendations",
        "reach_months",
        24,
        "Months a buyer who did not subscribe is recommended to",
    )

    def limits(self) -> recommending.Limits:
        return recommending.Limits(
            self.n_per_placement, self.recent_days, self.restock_days, self.min_restock_chance
        )


@dg.asset(
    key=RELATED.asset_key,
    group_name="recommendations",
    kinds={"python", "duckdb"},
    owners=["team:marketing"],
    deps=tables.MARTS,
    pool="warehouse",
)
def related_products(
    config: RelatedConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """SKUs bought with or soon after another, and SKUs that the same customers have.

    **complementary**, beyond what popularity and taste explain: lines of the related SKU on the
    day of the SKU or in the 14 days after, over what is expected from everything the same
    customers buy at other times, drawn to the shop's mix (gamma-Poisson). Chance is held by
    false-discovery control over all ordered pairs; the order of purchase gives the direction.
    Ranked by what a purchase of the SKU brings: lines beyond expected per purchase.

    **similar_customers** come after them: customers who ever had both, over what independence
    would give, ordered by a linear model between SKUs.

    **When.** Once a week, for two years of purchases say the same tomorrow; `scored_on` says when.

    **Caveats.** The 5,000 most bought SKUs are looked at, not their stock. Goods of one short
    season look as if they belonged together. Bought on one day, both directions hold; the rank
    says which way more comes.
    """
    asked = f"{config.belonging()}, {config.n_related} at most"
    rows = tables.read_related(warehouse, clock)
    if rows.is_empty() or not is_built_with(warehouse, RELATED.name, asked):
        known = tables.read_known(warehouse, clock)
        related = relating.relate(known.baskets, config.belonging(), config.n_related)
        rows = related.with_columns(scored_on=pl.lit(clock.as_of))
        warehouse.replace(RELATED, rows)
        remember(warehouse, RELATED.name, asked)
    return dg.MaterializeResult(
        metadata=describe(RELATED, rows.sort("rank", "sku"))
        | {"n_complementary": rows.filter(kind="complementary").height}
    )


@dg.asset(
    key=RECOMMENDED.asset_key,
    group_name="recommendations",
    kinds={"python", "duckdb"},
    owners=["team:marketing"],
    deps=[
        RELATED.asset_key,
        *tables.MARTS,
        dg.AssetKey(["marts", "dim_customers"]),
        dg.AssetKey(["marts", "fct_stock_levels"]),
        dg.AssetKey(["inventory", "stock_projections"]),
        dg.AssetKey(["alerts", "alerts"]),
        dg.AssetKey(["returns", "product_return_rates"]),
    ],
    pool="warehouse",
)
def recommended_products(
    config: RecommendedConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """What every customer is recommended in an e-mail, after a purchase and for restocking.

    **Who.** Whoever can be reached: e-mail subscribers, and buyers of the last 24 months.

    **Kinds.** `restock`: a consumable they are about to need, by their own interval, drawn to the
    SKU's and category's. `complementary`: goes with a recent purchase. `cross_category`,
    `similar_customers`: liked by customers with the same purchases (a linear model between SKUs),
    in a new or a known category. `popular`: the last resort. All but restock: of the 5,000 SKUs
    most bought.

    **Never** what is out of stock, unlisted, a gift card, about to run out before the mail is
    read, under an open quality alert or with a flagged return rate; nor a durable the customer
    has (in any variant) or anything they sent back.

    **When.** A customer's rows are made anew when they bought or sent something back, and on their
    weekday; `scored_on` says when. What is barred in between is taken out at once.

    **Honesty.** Rehearsed once a week on the last 28 days beside best sellers and personal
    frequency; a model that did no better is replaced by its rule and `method` says so.
    """
    known = tables.read_known(warehouse, clock)
    measures = weekly_test(
        warehouse,
        MODEL,
        clock.as_of,
        lambda: recommendation_backtest.measure(
            recommendation_backtest.rehearse(known, config.belonging()), config.limits()
        ),
    )
    barred = read_barred(warehouse, clock, config.read_days)
    customers = tables.read_customers(warehouse, clock, config.reach_months)
    due = tables.read_due(warehouse, clock, customers, barred["sku"])
    rows = (
        recommending.recommend(
            known.without(barred["sku"]),
            due["customer_id"],
            warehouse.read("from recommendations.related_products"),
            config.limits(),
            recommendation_backtest.trust(measures),
        )
        .join(due, on="customer_id", maintain_order="left")
        .with_columns(scored_on=pl.lit(clock.as_of))
    )
    departed = tables.read_departed(warehouse, customers)
    warehouse.replace_members(RECOMMENDED, rows, pl.concat([due["customer_id"], departed]))
    tables.take_out(warehouse, barred["sku"])
    counts = tables.read_counts(warehouse)
    return dg.MaterializeResult(
        metadata=describe(RECOMMENDED, rows)
        | {"dagster/row_count": int(counts["rows"].sum()), "customers_renewed": due.height}
        | {"back_test": preview(measures.drop("model"))}
        | {"not_offered": preview(barred.group_by("barrier").len("n_skus").sort("barrier"))}
        | ({"kinds": plot(_kinds_chart(counts))} if len(counts) else {})
    )


@dg.asset_check(asset=RECOMMENDED.asset_key)
def recommendations_beat_best_sellers(warehouse: Warehouse, clock: Clock) -> dg.AssetCheckResult:
    """Of what customers bought in the last 28 days, the e-mail of before held more."""
    return is_better(
        warehouse, MODEL, "recall_at_10", clock.as_of, "Too few customers bought to test a model."
    )


@dg.asset_check(asset=RECOMMENDED.asset_key)
def nothing_barred_is_recommended(
    config: RecommendedConfig, warehouse: Warehouse, clock: Clock
) -> dg.AssetCheckResult:
    """No SKU that is barred, no durable a customer has, nothing they sent back."""
    barred = read_barred(warehouse, clock, config.read_days)["sku"]
    n_wrong = tables.count_unwanted(warehouse, clock, barred)
    return dg.AssetCheckResult(passed=n_wrong == 0, metadata={"n_wrong": n_wrong})


@dg.asset_check(asset=RECOMMENDED.asset_key)
def every_recommendation_has_its_place_and_reason(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Ranks count from 1 without a gap, a SKU stands once, and each row says why."""
    n_wrong = warehouse.read(
        """
        select count(*) as n from (
            select customer_id from recommendations.recommended_products
            group by customer_id, placement
            having min(rank) <> 1 or max(rank) <> count(*) or count(distinct sku) <> count(*)
                or count(reason) <> count(*)
                or count(*) filter (kind <> 'popular' and len(because) = 0) > 0
        )
        """
    ).item()
    return dg.AssetCheckResult(passed=n_wrong == 0, metadata={"n_wrong": n_wrong})


def _kinds_chart(counts: pl.DataFrame) -> "alt.Chart":
    """How many recommendations of each kind stand in each placement."""
    import altair as alt

    chart: alt.Chart = (
        alt.Chart(counts, title="Recommendations by placement and kind")
        .mark_bar()
        .encode(
            x=alt.X("rows:Q", title=None),
            y=alt.Y("placement:N", title=None),
            color=alt.Color("kind:N", sort=list(recommending.STEPS), title=None),
        )
        .properties(width=480, height=140)
    )
    return chart
