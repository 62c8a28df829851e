"""Who is really written to: consent, holdout and frequency cap, applied when a message is due."""

from __future__ import annotations

import polars as pl


def admit(messages: pl.DataFrame, recent: pl.DataFrame, most: int) -> pl.DataFrame:
    """What becomes of each message, and why.

    Args:
        messages: message_id, customer_id, due_at, is_transactional (needs neither consent nor
            place under the cap), is_subscribed (null: the customer is not known), is_holdout,
            is_late.
        recent: customer_id, n_recent: other messages they were sent in the window of the cap.
        most: messages of that window a customer, transactional ones not counted.

    Returns:
        message_id, outcome (sent, suppressed, capped), reason. Earlier messages go first.
    """
    refused = messages.join(recent, on="customer_id", how="left").with_columns(refusal=_refusal())
    is_counted = ~pl.col("is_transactional") & pl.col("refusal").is_null()
    turn = is_counted.cum_sum().over("customer_id", order_by=["due_at", "message_id"])
    is_capped = is_counted & (pl.col("n_recent").fill_null(0) + turn > most)
    return refused.select(
        "message_id",
        outcome=pl.when(pl.col("refusal").is_not_null())
        .then(pl.lit("suppressed"))
        .when(is_capped)
        .then(pl.lit("capped"))
        .otherwise(pl.lit("sent")),
        reason=pl.coalesce(
            "refusal",
            pl.when(is_capped).then(pl.lit(f"has {most} messages in the cap's window")),
            pl.when("is_transactional").then(pl.lit("about an order, needs no consent")),
            pl.lit("subscribed"),
        ),
    )


def _refusal() -> pl.Expr:
    # Consent before holdout: who could not be written to says nothing of what writing brings.
    needs_consent = ~pl.col("is_transactional")
    return (
        pl.when("is_late")
        .then(pl.lit("too late"))
        .when(pl.col("is_subscribed").is_null())
        .then(pl.lit("the customer is not known"))
        .when(needs_consent & ~pl.col("is_subscribed"))
        .then(pl.lit("not subscribed to e-mail"))
        .when("is_holdout")
        .then(pl.lit("held out, to measure what sending brings"))
    )
