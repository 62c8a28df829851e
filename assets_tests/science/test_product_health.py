"""Health by week, worked by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from ecom_ai_os.science import product_health, review_week
from ecom_ai_os.science.review_reading import ISSUES

MONDAY = date(2026, 3, 2)


def reviews(*rows: tuple[str | None, date, int, float, str, list[str]]) -> pl.DataFrame:
    names = ["sku", "day", "rating", "sentiment", "sentiment_label", "issues"]
    frame = pl.DataFrame(
        [
            (*row[:5], [{"issue": issue, "sentence": f"It is {issue}"} for issue in row[5]])
            for row in rows
        ],
        schema=dict(
            zip(
                names,
                [pl.String, pl.Date, pl.Int64, pl.Float64, pl.String, ISSUES],
                strict=True,
            )
        ),
        orient="row",
    )
    return frame.with_columns(category=pl.lit("mugs"), title=pl.col("sku"))


def test_two_products_of_one_week_by_hand() -> None:
    """a: g = 1; b: g = 0; each weighs 1/9. Shop .5; each one's category is the other with it."""
    weekly = product_health.weekly(
        reviews(("a", MONDAY, 5, 1.0, "positive", []), ("b", MONDAY, 1, -1.0, "negative", [])),
        MONDAY,
    )
    a, b = weekly.to_dicts()
    assert a["category_health"] == pytest.approx(100 * 0.5 / (10 / 9), abs=1e-3)
    assert a["health"] == pytest.approx(100 * (1 + 8 * 0.45) / 9, abs=1e-3)
    assert b["category_health"] == pytest.approx(100 * (1 / 9 + 0.5) / (10 / 9), abs=1e-3)
    assert b["health"] == pytest.approx(100 * 8 * 0.55 / 9, abs=1e-3)
    assert (a["n_reviews"], a["n_negative"], b["n_negative"]) == (1, 0, 1)


def test_a_review_fades_by_half_in_four_weeks_and_is_gone_after_twelve() -> None:
    last = date(2026, 6, 30)
    weekly = product_health.weekly(reviews(("a", MONDAY, 1, -1.0, "negative", ["sizing"])), last)
    assert weekly["n_effective"].to_list() == pytest.approx(
        [0.5 ** (age / 4) for age in range(12)], abs=1e-4
    )
    assert weekly["n_reviews"].to_list() == [1, *[0] * 11]
    assert weekly["top_issues"].is_null().to_list() == [False] * 4 + [True] * 8
    change = weekly["change_vs_4_weeks"].to_list()
    assert change[:4] == [None] * 4
    assert all(better > 0 for better in change[4:])


def test_a_late_parcel_is_not_the_mugs_fault_but_a_broken_mug_in_it_is() -> None:
    weekly = product_health.weekly(
        reviews(
            ("a", MONDAY, 1, -1.0, "negative", ["late_delivery", "service"]),
            ("b", MONDAY, 1, -1.0, "negative", ["late_delivery", "defective"]),
        ),
        MONDAY,
    )
    a, b = weekly.to_dicts()
    assert (a["n_effective"], b["n_effective"]) == (0.0, 1.0)
    assert a["health"] == a["category_health"] and a["n_negative"] == 1
    assert a["top_issues"] is None
    assert b["top_issues"] == [{"issue": "defective", "n_reviews": 1}]


def test_reviews_of_the_shop_or_of_later_do_not_count() -> None:
    weekly = product_health.weekly(
        reviews(
            (None, MONDAY, 1, -1.0, "negative", []),
            ("a", date(2026, 3, 3), 1, -1.0, "negative", []),
        ),
        MONDAY,
    )
    assert weekly.is_empty()


def test_a_week_is_told_with_what_is_new_and_who_moved() -> None:
    rows = reviews(
        ("a", date(2026, 2, 10), 2, -0.5, "negative", ["sizing"]),
        ("a", date(2026, 3, 3), 1, -1.0, "negative", ["sizing", "defective"]),
        ("a", date(2026, 3, 4), 5, 1.0, "positive", ["value"]),
        ("b", date(2026, 3, 4), 1, -1.0, "negative", ["late_delivery"]),
    )
    as_of = date(2026, 3, 5)
    health = product_health.weekly(rows, as_of).with_columns(title=pl.col("sku"))
    week = review_week.tell(rows, health, as_of)
    said = [(p["sku"], p["issue"], p["n_week"], p["n_before"]) for p in week.problems.to_dicts()]
    assert said == [("a", "defective", 1, 0.0), ("a", "sizing", 1, 0.25)]
    assert week.new_issues["issue"].to_list() == ["defective"]
    assert week.problems["quotes"].to_list()[0] == ["It is defective"]
    assert week.elsewhere["issue"].to_list() == ["late_delivery"]
    assert week.summary["n_reviews"] == 3 and week.summary["n_reviews_before"] == 0.25
    assert week.worst["sku"].to_list() == ["a", "b"]
