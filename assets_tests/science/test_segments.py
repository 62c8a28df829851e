from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecom_ai_os.science import segments
from ecom_ai_os.science.segments import Rule

NOBODY = pl.DataFrame(schema={"customer_id": pl.String, "segment": pl.String})
AVERAGE = {
    "customer_id": "a",
    "n_orders": 4,
    "recency_days": 20,
    "expected_repurchase_days": 31.4,
    "churn_risk": 0.2,
    "churn_method": "own rhythm",
    "ltv_tier": "mid",
    "value_rank": 0.4,
    "is_declining": False,
    "category_affinity": "Tea",
    "affinity_share": 0.6,
    "engagement": "unknown",
}


def signals(*customers: dict[str, Any]) -> pl.DataFrame:
    rows = [AVERAGE | {"customer_id": str(i)} | given for i, given in enumerate(customers)]
    return pl.DataFrame(rows, schema=segments.SIGNALS)


@pytest.mark.parametrize(
    ("given", "segment"),
    [
        ({}, "loyal"),
        ({"n_orders": 0, "churn_risk": None, "recency_days": None}, "window_shopper"),
        ({"n_orders": 1, "recency_days": 30}, "new"),
        ({"n_orders": 1, "recency_days": 31}, "one_time"),
        ({"n_orders": 2}, "promising"),
        ({"ltv_tier": "vip"}, "vip"),
        ({"ltv_tier": "vip", "n_orders": 1, "recency_days": 3}, "vip"),
        ({"ltv_tier": "vip", "churn_risk": 0.6}, "slipping_vip"),
        ({"ltv_tier": "low", "value_rank": 0.03, "churn_risk": 0.97}, "slipping_vip"),
        ({"value_rank": 0.03, "churn_risk": 0.97, "recency_days": 200}, "lapsed"),
        ({"value_rank": 0.03, "churn_risk": 0.6, "n_orders": 1, "recency_days": 0}, "new"),
        ({"churn_risk": 0.7}, "at_risk"),
        ({"churn_risk": 0.9}, "lapsed"),
        ({"n_orders": 1, "recency_days": 300, "churn_risk": 0.9}, "lapsed"),
    ],
)
def test_default_rules(given: dict[str, Any], segment: str):
    assert segments.assign(signals(given), NOBODY)["segment"].to_list() == [segment]


@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "n_orders": st.integers(0, 9),
                "recency_days": st.none() | st.integers(0, 900),
                "churn_risk": st.none() | st.floats(0, 1),
                "ltv_tier": st.sampled_from(["vip", "high", "mid", "low", "none"]),
                "value_rank": st.none() | st.floats(0, 1),
            }
        ),
        max_size=20,
    )
)
def test_everybody_is_in_exactly_one_segment(customers: list[dict[str, Any]]):
    frame = segments.assign(signals(*customers), NOBODY)
    assert frame.height == len(customers)
    assert frame["segment"].null_count() == frame["messaging"].null_count() == 0
    assert set(frame["segment"]) <= {rule.segment for rule in segments.RULES}


def test_the_segment_before_is_remembered():
    before = pl.DataFrame({"customer_id": ["0"], "segment": ["new"]})
    frame = segments.assign(signals({}, {}), before)
    assert frame["previous_segment"].to_list() == ["new", None]


def test_reasons_say_what_is_known_and_nothing_else():
    frame = segments.assign(signals({}, {"engagement": "high", "is_declining": True}), NOBODY)
    assert frame["reasons"][0].to_list() == [
        "orders: 4, the last 20 days ago",
        "expected back after 31 days",
        "churn risk 20 %",
        "value tier mid, top 40 % by spend so far",
        "buys mostly Tea",
    ]
    assert frame["reasons"][1].to_list()[-1] == "e-mail engagement high"
    silent = dict.fromkeys(AVERAGE.keys() - {"customer_id"}) | {
        "n_orders": 0,
        "ltv_tier": "none",
        "engagement": "unknown",
    }
    assert segments.assign(signals(silent), NOBODY)["reasons"][0].to_list() == [
        "has not ordered yet"
    ]


def test_own_rules_are_read_and_their_mistakes_named():
    rules = [Rule("tea", "category_affinity = 'Tea'", "Tea time"), Rule("rest", "true", "Hello")]
    frame = segments.assign(signals({}, {"category_affinity": None}), NOBODY, rules)
    assert frame["segment"].to_list() == ["tea", "rest"]
    with pytest.raises(ValueError, match="no segment rule holds for 1 customers"):
        segments.assign(signals({"category_affinity": None}), NOBODY, rules[:1])
    with pytest.raises(ValueError, match="'odd' cannot be read"):
        segments.assign(signals({}), NOBODY, [Rule("odd", "moon_phase > 3", "…")])


def test_signals_are_joined_and_what_is_missing_is_named():
    customers = pl.DataFrame({"customer_id": ["a", "b"], "n_orders": [2, 0]})
    churn = pl.DataFrame(
        {
            "customer_id": ["a"],
            "recency_days": [3],
            "expected_repurchase_days": [30.0],
            "churn_risk": [0.1],
            "churn_method": ["own"],
        }
    )
    value = pl.DataFrame(
        {"customer_id": ["a"], "ltv_tier": ["vip"], "actual_ltv": [9.0], "is_declining": [True]}
    )
    taste = pl.DataFrame(
        {"customer_id": ["a"], "category_affinity": ["Tea"], "affinity_share": [1.0]}
    )
    mail = pl.DataFrame({"customer_id": ["b"], "engagement": ["low"]})
    a, b = segments.combine(customers, churn, value, taste, mail).rows(named=True)
    assert (a["ltv_tier"], a["value_rank"], a["engagement"]) == ("vip", 1.0, "none")
    assert (b["ltv_tier"], b["recency_days"], b["engagement"]) == ("none", None, "low")
    unwritten = segments.combine(customers, churn, value, taste, mail.clear())
    assert unwritten["engagement"].unique().to_list() == ["unknown"]
