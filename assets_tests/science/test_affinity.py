from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from ecom_ai_os.science import affinity

TODAY = date(2026, 3, 1)


def lines(*rows: tuple[str, str | None, int, float]) -> pl.DataFrame:
    return pl.DataFrame(
        [(who, what, TODAY - timedelta(days=ago), money) for who, what, ago, money in rows],
        schema={
            "customer_id": pl.String,
            "category": pl.String,
            "ordered_on": pl.Date,
            "net_revenue": pl.Float64,
        },
        orient="row",
    )


def events(*rows: tuple[str, str, int, bool]) -> pl.DataFrame:
    return pl.DataFrame(
        [(who, what, machine, TODAY - timedelta(days=ago)) for who, what, ago, machine in rows],
        schema={
            "customer_id": pl.String,
            "kind": pl.String,
            "is_machine_open": pl.Boolean,
            "occurred_on": pl.Date,
        },
        orient="row",
    )


def liked(frame: pl.DataFrame) -> dict[str, str]:
    return dict(
        affinity.affinity(frame, TODAY).select("customer_id", "category_affinity").iter_rows()
    )


def test_affinity_is_where_the_money_goes():
    found = liked(lines(("a", "tea", 0, 30), ("a", "cups", 0, 10), ("b", "cups", 0, 10)))
    assert found == {"a": "tea", "b": "cups"}


def test_spend_of_half_a_year_ago_counts_half():
    found = liked(lines(("a", "tea", 180, 30), ("a", "cups", 0, 20), ("b", None, 0, 5)))
    assert found == {"a": "cups"}


def test_shares_are_drawn_to_the_shops_mix():
    # The shop sells 30 of each; the middle basket is 20. a: (10 + 20/2) / (10 + 20).
    frame = affinity.affinity(
        lines(("a", "tea", 0, 10), ("b", "tea", 0, 20), ("c", "cups", 0, 30)), TODAY
    )
    assert frame["affinity_share"].to_list() == pytest.approx([2 / 3, 3 / 4, 4 / 5])


def test_later_lines_and_refunded_ones_say_nothing():
    assert liked(lines(("a", "tea", -1, 10), ("b", "tea", 3, -10))) == {}
    assert liked(lines()) == {}


def test_engagement_is_the_strongest_sign_of_life():
    frame = affinity.engagement(
        events(
            ("a", "sent", 5, False), ("a", "opened", 4, False), ("a", "clicked", 4, False),
            ("b", "sent", 5, False), ("b", "opened", 4, False),
            ("c", "sent", 5, False),
            ("d", "clicked", 5, False), ("d", "unsubscribed", 4, False),
            ("e", "clicked", 120, False), ("f", "clicked", -1, False),
        ),
        TODAY,
    )  # fmt: skip
    levels = dict(frame.iter_rows())
    assert levels == {"a": "high", "b": "medium", "c": "low", "d": "left"}


def test_a_machine_that_opens_mail_is_no_reader():
    frame = affinity.engagement(events(("a", "sent", 5, False), ("a", "opened", 4, True)), TODAY)
    assert frame["engagement"].to_list() == ["low"]
