from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from ecom_ai_os.science import outbox

MESSAGE: dict[str, Any] = {
    "message_id": "m",
    "customer_id": "c",
    "due_at": datetime(2026, 3, 2, tzinfo=UTC),
    "nature": "marketing",
    "is_late": False,
    "is_known": True,
    "may_email": True,
    "is_suppressed": False,
    "consent": "subscribed",
    "not_ready": None,
    "is_offer": False,
    "offered_skus": [],
    "is_holdout": False,
}
TYPES = {
    "may_email": pl.Boolean,
    "is_suppressed": pl.Boolean,
    "consent": pl.String,
    "not_ready": pl.String,
    "offered_skus": pl.List(pl.String),
}
LEFT = {"may_email": False, "consent": "unsubscribed"}
STRANGER = {"may_email": None, "is_suppressed": None, "consent": None}
BOUNCED = {"may_email": False, "is_suppressed": True, "consent": "bounced"}
ABOUT_ORDER = {"nature": "transactional"}
PROFILE = {"nature": "profile"}


def admit(*messages: dict[str, Any], n_recent: int = 0, most: int = 2) -> list[tuple[str, str]]:
    pending = pl.DataFrame([MESSAGE | message for message in messages], schema_overrides=TYPES)
    recent = pl.DataFrame({"customer_id": ["c"], "n_recent": [n_recent]})
    rows = outbox.admit(pending, recent, most).sort("message_id")
    return rows.select("outcome", "reason").rows()


@pytest.mark.parametrize(
    ("facts", "outcome", "reason"),
    [
        ({}, "sent", "subscribed"),
        ({"is_late": True}, "suppressed", "too late"),
        ({"is_known": False}, "suppressed", "no customer with an e-mail address"),
        (LEFT, "suppressed", "unsubscribed"),
        (STRANGER, "suppressed", outbox.UNKNOWN),
        ({"is_holdout": True}, "suppressed", outbox.HELD_OUT),
        (LEFT | {"is_holdout": True}, "suppressed", "unsubscribed"),
        ({"not_ready": "3 of 5", "is_holdout": True}, "suppressed", "not ready: 3 of 5"),
        ({"is_offer": True}, "suppressed", "nothing it offers may be offered now"),
        ({"is_offer": True, "offered_skus": ["tea"]}, "sent", "subscribed"),
        (ABOUT_ORDER | LEFT, "sent", "about an order, needs no consent"),
        (ABOUT_ORDER | STRANGER, "sent", "about an order, needs no consent"),
        (ABOUT_ORDER | BOUNCED, "suppressed", "bounced"),
        (ABOUT_ORDER | {"not_ready": "3 of 5"}, "suppressed", "not ready: 3 of 5"),
        (PROFILE | LEFT, "sent", "a profile update, no message"),
        (PROFILE | STRANGER, "suppressed", outbox.UNKNOWN),
        (PROFILE | BOUNCED, "suppressed", "bounced"),
    ],
)
def test_each_refusal_has_its_reason(facts: dict[str, Any], outcome: str, reason: str) -> None:
    assert admit(facts) == [(outcome, reason)]


def test_the_cap_counts_what_was_sent_and_what_is_being_sent() -> None:
    days = [{"message_id": f"m{n}", "due_at": MESSAGE["due_at"] + timedelta(n)} for n in range(3)]
    assert [outcome for outcome, _ in admit(*days)] == ["sent", "sent", "capped"]
    assert [outcome for outcome, _ in admit(*days, n_recent=1)] == ["sent", "capped", "capped"]
    other = {"message_id": "n", "customer_id": "d"}
    assert [outcome for outcome, _ in admit(*days, other, n_recent=2)] == ["capped"] * 3 + ["sent"]


def test_confirmations_profile_updates_and_refused_messages_take_no_place() -> None:
    free = [
        ABOUT_ORDER | {"message_id": "a"},
        {"message_id": "b", "is_holdout": True},
        {"message_id": "c"},
        PROFILE | {"message_id": "d"},
    ]
    outcomes = [outcome for outcome, _ in admit(*free, most=1)]
    assert outcomes == ["sent", "suppressed", "sent", "sent"]
