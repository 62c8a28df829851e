"""Recommendations on a real grocer beside common rules, on planted complements, and their speed.

The grocer (2,469 households, ../shared/data/completejourney) is cut to its 3,000 best-known
products and its last 28 days are hidden. Every list holds ten; recall is the mean over households
of the share of what they bought (ten at most) that was listed.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT))

from ecom_ai_os.sandbox.business.simulation import simulate  # noqa: E402
from ecom_ai_os.science import (  # noqa: E402
    baskets,
    copurchase,
    recommendation_backtest,
    recommending,
    similar_customers,
)
from ecom_ai_os.science.copurchase import Belonging  # noqa: E402
from ecom_ai_os.science.recommendation_backtest import PAIR, Rehearsal  # noqa: E402
from ecom_ai_os.science.recommending import Known, Limits, Trust  # noqa: E402

GROCER = ROOT.parent / "shared" / "data" / "completejourney"
N_PRODUCTS = 3_000


def grocer() -> Known:
    lines = pl.read_parquet(GROCER / "transactions.parquet").filter(pl.col("quantity") > 0)
    products = pl.read_parquet(GROCER / "products.parquet")
    bought = lines.select(
        customer_id=pl.col("household_id").cast(pl.String),
        sku=pl.col("product_id").cast(pl.String),
        bought_on=pl.col("transaction_timestamp").dt.date(),
    ).unique()
    counts = bought.group_by("sku").agg(n=pl.col("customer_id").n_unique())
    known = counts.sort("n", "sku", descending=True).head(N_PRODUCTS)
    goods = products.select(
        sku=pl.col("product_id").cast(pl.String),
        product_id=pl.col("product_id").cast(pl.String),
        category="product_category",
        is_consumable=True,
        is_offered=True,
    ).join(known, on="sku", how="semi")
    returned = bought.clear().rename({"bought_on": "returned_on"})
    last = bought["bought_on"].max()
    return Known(bought.join(goods, on="sku", how="semi"), goods, returned, last)


def cosine(rehearsal: Rehearsal) -> pl.DataFrame:
    """Item-item cosine: every pair of household and product, scored."""
    filled = rehearsal.known.baskets
    has = similar_customers.owned(filled)
    together = (has.T @ has).toarray()
    size = np.sqrt(np.diag(together))
    alike = together / np.outer(size, size)
    np.fill_diagonal(alike, 0)
    number = baskets.places(rehearsal.customers, filled.customers)
    return listed(rehearsal.customers, filled.skus, has[number] @ alike)


def listed(customers: pl.Series, skus: pl.Series, scores: Any) -> pl.DataFrame:
    """The 1,000 best of each row, enough to leave out what the household has."""
    best = np.argpartition(-scores, 1_000, axis=1)[:, :1_000]
    value = np.take_along_axis(scores, best, axis=1).ravel()
    row = np.repeat(np.arange(len(customers)), best.shape[1])
    names = {"customer_id": customers.gather(row), "sku": skus.gather(best.ravel())}
    return pl.DataFrame(names | {"score": value})


def lists(rehearsal: Rehearsal) -> dict[str, pl.DataFrame]:
    """customer_id, sku, score by method; more than ten a customer."""
    foreseen = rehearsal.known.habits.foresee(recommendation_backtest.WINDOW_DAYS)
    filled = rehearsal.known.baskets
    number = baskets.places(rehearsal.customers, filled.customers)
    model = similar_customers.owned(filled)[number] @ similar_customers.learn(filled)
    sold = np.tile(np.bincount(filled.sku, minlength=len(filled.skus)), (len(number), 1))
    return {
        "ours: own interval": foreseen.with_columns(score="chance"),
        "ours: similar customers": listed(rehearsal.customers, filled.skus, model),
        "personal frequency": foreseen.with_columns(score="frequency_chance"),
        "item-item cosine": cosine(rehearsal),
        "popularity": listed(rehearsal.customers, filled.skus, sold),
    }


def show_grocer() -> None:
    known = grocer()
    began = time.perf_counter()
    rehearsal = recommendation_backtest.rehearse(known, Belonging())
    past = rehearsal.known.purchases
    new = rehearsal.came.join(past, on=PAIR, how="anti")
    print(f"completejourney, 28 days hidden, {len(rehearsal.customers)} households")
    print(f"{'recall@10':28}{'all':>8}{'new':>8}")
    for name, frame in lists(rehearsal).items():
        unseen = frame.join(past, on=PAIR, how="anti")
        figures = [
            recommendation_backtest._recall(recommendation_backtest._top(found), came)[0]
            for found, came in ((frame, rehearsal.came), (unseen, new))
        ]
        print(f"{name:28}" + "".join(f"{figure:8.3f}" for figure in figures))
    measures = recommendation_backtest.measure(rehearsal, Limits())
    for row in measures.drop("detail").iter_rows():
        print("{:20}{:8.3f}   {:42}{:8.3f}   n {:5}   better {}".format(*row))
    print(f"{time.perf_counter() - began:.1f} s, {len(past):,} purchases")


def show_planted() -> None:
    """Planted complements of simulated shops: found, and what else was called complementary."""
    print("\norders   planted  found  first  called  of them planted in either direction")
    for n_orders in (5_000, 20_000, 60_000):
        counts = sum(_planted(n_orders, seed) for seed in range(1, 6))
        print("{:6}{:10}{:7}{:7}{:8}{:9}".format(n_orders, *counts))


def _planted(n_orders: int, seed: int) -> Any:
    shop = simulate(n_orders, seed, date(2026, 6, 1))
    goods, sales = shop.catalogue, shop.sales
    day = pl.Series(shop.calendar.day_of(sales.created_at[sales.order])).cast(pl.Int32)
    names = {"customer_id": sales.person[sales.order], "sku": sales.variant}
    bought = pl.DataFrame(names).with_columns(pl.all().cast(pl.String), bought_on=day.cast(pl.Date))
    is_goods = ~pl.Series(goods.is_gift_card[sales.variant])
    filled = baskets.fill(bought.filter(is_goods), date(2100, 1, 1))
    found = copurchase.related(filled, Belonging())
    leading = np.flatnonzero(goods.complement >= 0)
    planted = {(str(a), str(goods.complement[a])) for a in leading}
    pairs = set(found["sku", "related_sku"].rows())
    first = set(found.filter(rank=1)["sku", "related_sku"].rows())
    either = planted | {pair[::-1] for pair in planted}
    sets = (planted, pairs & planted, first & planted, pairs, pairs & either)
    return np.array([len(found) for found in sets])


def show_speed(n_customers: int = 100_000, n_skus: int = 1_500) -> None:
    rng = np.random.default_rng(0)
    customer = np.repeat(np.arange(n_customers), rng.geometric(1 / 8, n_customers))
    liked = rng.pareto(1.2, n_skus) + 0.1
    sku = rng.choice(n_skus, len(customer), p=liked / liked.sum())
    days = pl.duration(days=pl.Series(rng.integers(0, 730, len(customer))))
    bought = pl.DataFrame({"customer_id": customer, "sku": sku}).select(
        pl.all().cast(pl.String), bought_on=pl.lit(date(2024, 1, 1)) + days
    )
    number = pl.int_range(n_skus, eager=True)
    goods = pl.DataFrame(
        {
            "sku": number.cast(pl.String),
            "product_id": (number // 2).cast(pl.String),
            "category": (number % 12).cast(pl.String),
            "is_consumable": number % 3 == 0,
            "is_offered": [True] * n_skus,
        }
    )
    returned = bought.clear().rename({"bought_on": "returned_on"})
    known = Known(bought, goods, returned, date(2024, 1, 1) + timedelta(days=729))
    related, seconds = timed(lambda: copurchase.related(known.baskets, Belonging()))
    customers = bought["customer_id"].unique().sort()
    rows, more = timed(lambda: recommending.recommend(known, customers, related, Limits(), Trust()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{n_customers:,} customers × {n_skus:,} SKUs, {len(bought):,} purchases")
    print(f"related {seconds:.1f} s, recommended {more:.1f} s ({len(rows):,} rows), {peak:.0f} MB")


def timed(step: Any) -> tuple[Any, float]:
    began = time.perf_counter()
    return step(), time.perf_counter() - began


def main() -> None:
    show_speed()
    show_planted()
    if GROCER.exists():
        show_grocer()


if __name__ == "__main__":
    main()
