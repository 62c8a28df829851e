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
    "is_transactional": False,
    "is_subscribed": True,
    "is_holdout": False,
    "is_late": False,
}


def admit(*messages: dict[str, Any], n_recent: int = 0, most: int = 2) -> list[tuple[str, str]]:
    pending = pl.DataFrame(
        [MESSAGE | message for message in messages], schema_overrides={"is_subscribed": pl.Boolean}
    )
    recent = pl.DataFrame({"customer_id": ["c"], "n_recent": [n_recent]})
    rows = outbox.admit(pending, recent, most).sort("message_id")
    return rows.select("outcome", "reason").rows()


@pytest.mark.parametrize(
    ("facts", "outcome", "reason"),
    [
        ({}, "sent", "subscribed"),
        ({"is_subscribed": False}, "suppressed", "not subscribed to e-mail"),
        ({"is_subscribed": None}, "suppressed", "the customer is not known"),
        ({"is_holdout": True}, "suppressed", "held out, to measure what sending brings"),
        ({"is_late": True}, "suppressed", "too late"),
        (
            {"is_transactional": True, "is_subscribed": False},
            "sent",
            "about an order, needs no consent",
        ),
        (
            {"is_holdout": True, "is_subscribed": False},
            "suppressed",
            "not subscribed to e-mail",
        ),
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


def test_confirmations_and_refused_messages_take_no_place() -> None:
    free = [
        {"message_id": "a", "is_transactional": True},
        {"message_id": "b", "is_holdout": True},
        {"message_id": "c"},
    ]
    assert [outcome for outcome, _ in admit(*free, most=1)] == ["sent", "suppressed", "sent"]
