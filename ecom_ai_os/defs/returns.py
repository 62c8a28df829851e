"""Returns: why goods come back, which come back too often, and who sends back most."""

import dagster as dg
import polars as pl

from ecom_ai_os.defs.charts.returns import rates_chart, reasons_chart, returners_chart
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.presentation import describe, plot
from ecom_ai_os.defs.quality import is_better, weekly_test
from ecom_ai_os.defs.tables import returns as tables
from ecom_ai_os.defs.tables.returns import FLAGS, INSIGHTS, RATES
from ecom_ai_os.defs.tables.segments import CUSTOMER_SEGMENTS
from ecom_ai_os.science import (
    frequent_returners,
    maturity,
    return_backtest,
    return_causes,
    return_rates,
    return_reasons,
)
from ecom_ai_os.settings import threshold
from ecom_ai_os.warehouse import Warehouse

MODEL = "returns.product_rates"
METHODS = {"model": "own record drawn to the category"} | return_backtest.BASELINES
#: reasons that are the shop's, its supplier's or its carrier's doing
SHOP_FAULTS = ("quality", "damaged", "wrong_item", "not_as_described", "late")
SOURCES = [
    dg.AssetKey(["marts", mart])
    for mart in ("fct_returns", "fct_orders", "fct_order_lines", "dim_products")
]


class RatesConfig(dg.Config):
    """When a product is flagged; ecom.toml [thresholds.returns] overrides the defaults."""

    history_days: int = threshold(
        "returns", "history_days", 180, "Days of deliveries that make a product's return rate"
    )
    recent_days: int = threshold(
        "returns", "recent_days", 56, "Days of deliveries in which a new fault is looked for, too"
    )
    factor: float = threshold(
        "returns", "excess_factor", 1.5, "A flagged rate is above this many times the category's"
    )
    min_excess: float = threshold(
        "returns", "min_excess", 0.02, "… and above it by at least this share of deliveries"
    )
    min_returns: int = threshold("returns", "min_returns", 3, "… with at least so many returns")
    false_share: float = threshold(
        "returns", "false_share", 0.05, "Share of flags that may be wrong"
    )

    def rule(self) -> return_rates.FlagRule:
        return return_rates.FlagRule(
            self.min_returns, self.min_excess, self.factor, self.false_share
        )


class ReturnersConfig(dg.Config):
    """Who sends back much; ecom.toml [thresholds.returns] overrides the defaults."""

    history_days: int = threshold(
        "returns", "customer_history_days", 365, "Days of deliveries a customer is judged by"
    )
    min_orders: int = threshold("returns", "min_orders", 3, "Orders before anything is said")
    min_returns: int = threshold(
        "returns", "min_customer_returns", 3, "Returned lines before anything is said"
    )
    factor: float = threshold(
        "returns", "returner_factor", 2.0, "Returns at least this many times the expected"
    )
    false_share: float = threshold(
        "returns", "returner_false_share", 0.05, "Share of flags that may be chance alone"
    )

    def rule(self) -> frequent_returners.ReturnerRule:
        return frequent_returners.ReturnerRule(
            self.min_orders, self.min_returns, self.factor, self.false_share
        )


@dg.asset(
    key=INSIGHTS.asset_key,
    group_name="returns",
    kinds={"python", "duckdb"},
    owners=["team:support"],
    deps=[dg.AssetKey(["marts", "fct_returns"])],
    pool="warehouse",
)
def return_insights(warehouse: Warehouse, clock: Clock) -> dg.MaterializeResult[None]:
    """Why each returned line came back, with the sentence that says so.

    **Method.** The platform's code first; the customer's own words (English, German, French,
    Spanish; negations understood) where the code says nothing, may mean two things or is plainly
    contradicted. What broke on the way is `damaged`, what was made badly is `quality`.

    **Caveats.** Words in other languages are not read; `confidence` is a scale, not a frequency.
    """
    rows = return_reasons.classify(tables.read_returns(warehouse, clock))
    warehouse.replace(INSIGHTS, rows)
    return dg.MaterializeResult(
        metadata=describe(INSIGHTS, rows.sort("returned_at", descending=True))
        | ({"by_reason": plot(reasons_chart(rows))} if len(rows) else {})
    )


@dg.asset(
    key=RATES.asset_key,
    group_name="returns",
    kinds={"python", "duckdb"},
    owners=["team:buying"],
    deps=[INSIGHTS.asset_key, CUSTOMER_SEGMENTS.asset_key, *SOURCES],
    pool="warehouse",
)
def product_return_rates(
    config: RatesConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """How often each product comes back against its category, why, and from whom.

    **Method.** Order lines delivered in the last half year, old enough that 95 of 100 returns are
    known by this shop's own delays. A product's record, one voice a customer, is drawn to the rate
    of the others in its category (beta-binomial, fitted to the shop, exceptions allowed for). It is
    flagged when its rate, of the half year or of its last eight weeks, is above 1.5 times the
    category's with a probability of 97.5 %. Back-tested once a week on the last eight matured weeks
    beside the category's and the product's plain rate; what foretold best makes `expected_rate`.

    **Caveats.** A sudden fault shows here after weeks; the alert `return_surge` is quicker.
    """
    lines = tables.read_lines(warehouse, clock, config.history_days)
    measures = weekly_test(
        warehouse,
        MODEL,
        clock.as_of,
        lambda: return_backtest.measure(
            return_backtest.replay(lines, clock.as_of, config.history_days)
        ),
    )
    matured = maturity.matured(lines, clock.as_of, config.history_days)
    recent = maturity.matured(lines, clock.as_of, config.recent_days)
    rates = return_rates.flagged_lately(
        return_rates.rates(matured, config.rule()), return_rates.rates(recent, config.rule())
    )
    rows = _with_causes(rates, matured, warehouse, clock)
    method = return_backtest.best_method(measures)
    rows = rows.join(
        return_backtest.foreseen_rates(rows, method), on="sku", maintain_order="left"
    ).with_columns(
        measured_on=pl.lit(clock.as_of),
        method=pl.lit(METHODS[method]),
        maturity_days=pl.lit(maturity.maturity_days(lines, clock.as_of)),
    )
    warehouse.replace_slice(RATES, rows, measured_on=clock.as_of)
    return dg.MaterializeResult(
        metadata=describe(RATES, rows)
        | {"n_flagged": int(rows["is_flagged"].sum())}
        | ({"rates": plot(rates_chart(rows))} if len(rows) else {})
    )


@dg.asset(
    key=FLAGS.asset_key,
    group_name="returns",
    kinds={"python", "duckdb"},
    owners=["team:support"],
    deps=[INSIGHTS.asset_key, *SOURCES],
    pool="warehouse",
)
def customer_return_flags(
    config: ReturnersConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """Customers who send back more than what they bought explains.

    **Method.** Expected returns are the sum of the products' own rates, so that shirts and faulty
    batches are nobody's habit. How much people differ is learned from all of them; flagged is what
    chance and that cannot explain, with false discoveries held to 5 % (Benjamini–Hochberg).

    **Meaning.** A flag is advice with its reason, never a refusal; nothing in this system acts on
    it. Returns that are the shop's own fault are counted beside (`n_shop_faults`). Customers
    without a return have no row.
    """
    lines = tables.read_lines(warehouse, clock, config.history_days)
    matured = maturity.matured(lines, clock.as_of, config.history_days)
    found = frequent_returners.find(matured, return_rates.rates(matured), config.rule())
    faults = _shop_faults(matured, tables.read_reasons(warehouse, clock))
    rows = (
        found.filter(pl.col("n_returns") > 0)
        .join(faults, on="customer_id", how="left", maintain_order="left")
        .with_columns(pl.col("n_shop_faults").fill_null(0), measured_on=pl.lit(clock.as_of))
    )
    warehouse.replace_slice(FLAGS, rows, measured_on=clock.as_of)
    return dg.MaterializeResult(
        metadata=describe(FLAGS, rows)
        | {"n_flagged": int(rows["is_frequent_returner"].sum())}
        | ({"returners": plot(returners_chart(rows))} if len(rows) else {})
    )


@dg.asset_check(asset=INSIGHTS.asset_key)
def every_return_has_a_reason(warehouse: Warehouse, clock: Clock) -> dg.AssetCheckResult:
    """Each returned line known on the day is there once, with a reason and a confidence."""
    counted = warehouse.read(
        """
        select
            (select count(*) from marts.fct_returns where returned_at < $until) as n_returns,
            (select count(*) from returns.return_insights) as n_insights,
            (
                select count(*) from returns.return_insights
                where reason is null or confidence not between 0 and 1
            ) as n_wrong
        """,
        until=clock.until,
    ).row(0, named=True)
    is_whole = counted["n_returns"] == counted["n_insights"] and not counted["n_wrong"]
    return dg.AssetCheckResult(passed=is_whole, metadata=counted)


@dg.asset_check(asset=RATES.asset_key)
def rates_beat_the_category(warehouse: Warehouse, clock: Clock) -> dg.AssetCheckResult:
    """On hidden weeks the drawn rate foretold returns better than the category's rate."""
    return is_better(
        warehouse,
        MODEL,
        "log_loss_beside_category",
        clock.as_of,
        "There are too few returns to test the rates.",
    )


@dg.asset_check(asset=FLAGS.asset_key)
def every_flag_says_why(warehouse: Warehouse, clock: Clock) -> dg.AssetCheckResult:
    """A flagged customer has the orders, the excess and the reason that the thresholds ask for."""
    n_wrong = warehouse.read(
        """
        select count(*) as n from returns.customer_return_flags
        where measured_on = $day and is_frequent_returner
            and (coalesce(reason, '') = '' or return_rate <= expected_rate)
        """,
        day=clock.as_of,
    ).item()
    return dg.AssetCheckResult(passed=n_wrong == 0, metadata={"n_wrong": n_wrong})


def _with_causes(
    rates: pl.DataFrame, matured: pl.DataFrame, warehouse: Warehouse, clock: Clock
) -> pl.DataFrame:
    """Add top_reasons and segments_returning_most, null where nothing came back."""
    returned = matured.filter("is_returned").join(
        tables.read_reasons(warehouse, clock), on="line_id"
    )
    segments = tables.read_segments(warehouse, clock)
    return rates.join(
        return_causes.top_reasons(returned), on="sku", how="left", maintain_order="left"
    ).join(
        return_causes.segments_returning_most(matured, segments),
        on="sku",
        how="left",
        maintain_order="left",
    )


def _shop_faults(matured: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """Return customer_id, n_shop_faults."""
    return (
        matured.filter("is_returned")
        .join(reasons.filter(pl.col("reason").is_in(SHOP_FAULTS)), on="line_id")
        .group_by("customer_id")
        .agg(n_shop_faults=pl.len().cast(pl.Int64))
    )
