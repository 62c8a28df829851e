from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from ecom_ai_os.science import affinity

TODAY = date(2026, 3, 1)


def lines(*rows: tuple[str, str | None, int, int]) -> pl.DataFrame:
    return pl.DataFrame(
        [(who, what, TODAY - timedelta(days=ago), n) for who, what, ago, n in rows],
        schema={
            "customer_id": pl.String,
            "category": pl.String,
            "ordered_on": pl.Date,
            "n_lines": pl.Int64,
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


def test_affinity_is_what_is_bought_most():
    found = liked(lines(("a", "tea", 0, 3), ("a", "cups", 0, 1), ("b", "cups", 0, 1)))
    assert found == {"a": "tea", "b": "cups"}


def test_purchases_of_half_a_year_ago_count_half():
    found = liked(lines(("a", "tea", 180, 3), ("a", "cups", 0, 2), ("b", None, 0, 5)))
    assert found == {"a": "cups"}


def test_shares_are_drawn_to_the_shops_mix():
    # The shop sells 3 of each: a (1 + 1/2) / (1 + 1), b (2 + 1/2) / 3, c (3 + 1/2) / 4.
    frame = affinity.affinity(
        lines(("a", "tea", 0, 1), ("b", "tea", 0, 2), ("c", "cups", 0, 3)), TODAY
    )
    assert frame["affinity_share"].to_list() == pytest.approx([3 / 4, 5 / 6, 7 / 8])


def test_later_lines_say_nothing():
    assert liked(lines(("a", "tea", -1, 10))) == {}
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
