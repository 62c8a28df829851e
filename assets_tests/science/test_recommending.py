from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets_tests.science.test_baskets import FIRST_DAY, bought
from ecom_ai_os.science import (
    baskets,
    copurchase,
    recommendation_backtest,
    recommending,
    relating,
    similar_customers,
)
from ecom_ai_os.science.copurchase import Belonging
from ecom_ai_os.science.recommending import Known, Limits, Trust

TRUST = Trust()
TODAY = FIRST_DAY + timedelta(days=400)
NO_RETURNS = bought(("nobody", "x", 0)).rename({"bought_on": "returned_on"}).clear()
SKUS = [f"{world}{i}" for world in ("tea", "wine") for i in range(8)] + ["pot", "filter"]


def goods() -> pl.DataFrame:
    """Eight consumables in each of two worlds, and a pot in two colours with its filter."""
    durable = ["pot", "pot-blue", "filter"]
    return pl.DataFrame(
        {
            "sku": [*SKUS, "pot-blue"],
            "product_id": [sku.split("-")[0] for sku in [*SKUS, "pot-blue"]],
            "category": [*(["tea"] * 8), *(["wine"] * 8), "pots", "filters", "pots"],
        }
    ).with_columns(is_consumable=~pl.col("sku").is_in(durable), is_offered=pl.lit(True))


def purchases(n: int = 120, seed: int = 1) -> pl.DataFrame:
    """Tea people and wine people with a habit each; every third tea drinker buys a pot."""
    rng = np.random.default_rng(seed)
    rows = []
    for c in range(n):
        world = ("tea", "wine")[c % 2]
        habit = np.cumsum(rng.gamma(30, 1, 12)) + rng.integers(60)
        rows += [(f"c{c:03}", f"{world}{c % 4}", int(day)) for day in habit]
        rows += [(f"c{c:03}", f"{world}{rng.integers(8)}", int(d)) for d in rng.integers(0, 400, 4)]
        if c % 6 == 0:
            rows += [(f"c{c:03}", sku, 380) for sku in ("pot", "filter")[: 2 - c // 6 % 4 // 2]]
    return bought(*rows, ("c119", "pot-blue", 390), ("once", "wine1", 100))


def known(frame: pl.DataFrame | None = None, returned: pl.DataFrame = NO_RETURNS) -> Known:
    return Known(purchases() if frame is None else frame, goods(), returned, TODAY)


def recommend(given: Known, customers: list[str], trust: Trust = TRUST) -> pl.DataFrame:
    related = copurchase.related(given.baskets, Belonging())
    return recommending.recommend(given, pl.Series(customers), related, Limits(), trust)


EVERYONE = [*(f"c{c:03}" for c in range(120)), "once", "stranger"]


def test_every_kind_has_its_reason() -> None:
    rows = recommend(known(), EVERYONE)
    filters = rows.filter(kind="complementary", sku="filter", placement="email")
    assert filters["because"].to_list() == [["pot"]] * len(filters)
    assert set(filters["customer_id"]) == {f"c{c:03}" for c in range(0, 120, 6) if c // 6 % 4 > 1}
    assert filters["reason"][0] == "goes with pot, bought lately"
    due = rows.filter(kind="restock", placement="restock")
    assert due.filter(pl.col("because").list.first() != pl.col("sku")).is_empty()
    assert due["reason"].str.contains("about every|usually lasts").all()
    assert rows.filter(kind="similar_customers")["because"].list.len().min() >= 1
    assert set(rows.filter(customer_id="stranger")["kind"]) == {"popular"}


def test_ranks_are_consecutive_and_no_sku_stands_twice() -> None:
    rows = recommend(known(), EVERYONE)
    by_list = rows.group_by("customer_id", "placement").agg(
        pl.col("rank").sort(), n=pl.len(), n_skus=pl.col("sku").n_unique()
    )
    assert all(ranks.to_list() == list(range(1, len(ranks) + 1)) for ranks in by_list["rank"])
    assert (by_list["n"] == by_list["n_skus"]).all() and by_list["n"].max() <= 10


def test_what_a_customer_has_or_sent_back_is_never_recommended() -> None:
    back = bought(("c001", "wine1", 300), ("c001", "tea0", 300)).rename(
        {"bought_on": "returned_on"}
    )
    rows = recommend(known(returned=back), EVERYONE)
    assert rows.join(back, on=["customer_id", "sku"], how="semi").is_empty()
    owners = purchases().filter(pl.col("sku").str.starts_with("pot"))["customer_id"]
    pots = rows.filter(pl.col("sku").str.starts_with("pot"))
    assert not set(owners) & set(pots["customer_id"]), "a pot of another colour is still a pot"
    again = rows.join(purchases(), on=["customer_id", "sku"], how="semi")
    assert set(again["kind"]) == {"restock", "popular"}
    lately = purchases().filter(pl.col("bought_on").is_between(TODAY - timedelta(days=29), TODAY))
    popular = rows.filter(kind="popular").join(lately, on=["customer_id", "sku"], how="semi")
    assert popular.is_empty()


def test_what_is_not_offered_is_not_recommended() -> None:
    barred = ["filter", "tea0", "wine1"]
    rows = recommend(known().without(pl.Series(barred)), EVERYONE)
    assert not set(rows["sku"]) & set(barred)
    assert rows.filter(customer_id="stranger").height >= 5


def test_complements_come_before_what_the_same_customers_have() -> None:
    related = relating.relate(known().baskets, Belonging(), 5)
    of_pot = related.filter(sku="pot")
    assert of_pot["related_sku"][0] == "filter" and of_pot["kind"][0] == "complementary"
    assert set(of_pot["kind"][1:]) == {"similar_customers"}
    assert of_pot["related_sku"].n_unique() == len(of_pot) == 5
    tea = related.filter(sku="tea7")["related_sku"]
    assert not tea.str.starts_with("wine").any() and "tea7" not in set(tea)


def test_customers_alike_worked_by_hand() -> None:
    """Cup and pot: 2 of 4 customers have both, 3 the cup and 2 the pot: 1.5 expected."""
    rows = [("a", "cup"), ("a", "pot"), ("b", "cup"), ("b", "pot"), ("c", "cup"), ("d", "tea")]
    filled = baskets.fill(bought(*((c, sku, 0) for c, sku in rows)), TODAY)
    row = similar_customers.alike(filled, 5, 1).row(0, named=True)
    assert (row["sku"], row["related_sku"], row["n_together"]) == ("cup", "pot", 2)
    assert row["lift"] == pytest.approx(2 / 1.5)


def test_models_know_the_most_bought_products_whole() -> None:
    sold = bought(*[("a", "tea0", day) for day in range(3)], ("a", "pot", 1), ("a", "pot-blue", 2))
    sold = pl.concat([sold, bought(("b", "wine1", 5))])
    known_to = [recommending.most_bought(sold, goods(), most).to_list() for most in (4, 3, 2, 0)]
    assert known_to == [
        ["tea0", "pot", "pot-blue", "wine1"],
        ["tea0", "pot", "pot-blue"],
        ["tea0"],
        [],
    ]


def test_one_variant_of_a_product_is_shown() -> None:
    rows = recommend(known(), ["stranger"])
    assert rows["sku"].str.starts_with("pot").sum() == 1


def test_after_a_purchase_only_buyers_have_something() -> None:
    rows = recommend(known(), EVERYONE).filter(placement="post_purchase")
    lately = purchases().filter(pl.col("bought_on").is_between(TODAY - timedelta(days=29), TODAY))
    assert set(rows["customer_id"]) == set(lately["customer_id"])
    assert "restock" not in set(rows["kind"])


def test_a_model_that_is_not_trusted_is_replaced_and_the_row_says_so() -> None:
    rows = recommend(known(), EVERYONE, Trust(False, False, True))
    assert set(rows["kind"]) == {"restock", "complementary", "popular"}
    assert set(rows.filter(kind="restock")["method"]) == {
        "own frequency: the interval did no better on the last four weeks"
    }
    best_sellers = recommend(known(), EVERYONE, Trust(True, True, False))
    assert set(best_sellers.filter(placement="email")["kind"]) == {"popular"}


@settings(max_examples=10, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(EVERYONE), st.sampled_from(SKUS), st.integers(401, 900)),
        max_size=20,
    )
)
def test_later_rows_change_nothing(later: list[tuple[str, str, int]]) -> None:
    few = purchases(n=40)
    after = bought(*later) if later else NO_RETURNS.rename({"returned_on": "bought_on"})
    more = known(pl.concat([few, after]), after.rename({"bought_on": "returned_on"}))
    assert recommend(more, EVERYONE).equals(recommend(known(few), EVERYONE))
    asked = recommendation_backtest.rehearse(more, Belonging())
    same = recommendation_backtest.rehearse(known(few), Belonging())
    assert asked.came.sort("customer_id", "sku").equals(same.came.sort("customer_id", "sku"))


def test_no_purchases_recommend_nothing() -> None:
    rows = recommend(known(purchases().clear()), ["stranger"])
    assert rows.schema == recommending.RECOMMENDED and rows.is_empty()


def test_the_back_test_knows_habits_and_admits_where_best_sellers_do_better() -> None:
    """With sixteen SKUs that everybody buys in time, ten best sellers are hard to beat."""
    rehearsal = recommendation_backtest.rehearse(known(), Belonging())
    measures = recommendation_backtest.measure(rehearsal, Limits())
    email = measures.filter(measure="recall_at_10").row(0, named=True)
    assert measures.filter(measure="repeats_found")["is_better"].item()
    assert email["value"] < email["baseline_value"] and not email["is_better"]
    assert recommendation_backtest.trust(measures).restock
    assert not recommendation_backtest.trust(measures).email


def test_a_shop_too_small_to_test_trusts_no_model() -> None:
    few = replace(known(), purchases=purchases(n=10))
    rehearsal = recommendation_backtest.rehearse(few, Belonging())
    measures = recommendation_backtest.measure(rehearsal, Limits())
    assert measures.is_empty()
    assert recommendation_backtest.trust(measures) == Trust(False, False, False)


@pytest.mark.parametrize("hits", [0, 1, 2])
def test_recall_counts_of_what_was_bought(hits: int) -> None:
    came = pl.DataFrame({"customer_id": ["a", "a", "b"], "sku": ["x", "y", "z"]})
    listed = came.head(hits)
    recall, n = recommendation_backtest._recall(listed, came)
    assert (recall, n) == (pytest.approx(hits / 2 / 2), 2)
