"""Who is really written to: consent, readiness, holdout and cap, applied when a message is due."""

from __future__ import annotations

import polars as pl

HELD_OUT = "held out, to measure what sending brings"
UNKNOWN = "the platform does not know the address"


def admit(messages: pl.DataFrame, recent: pl.DataFrame, most: int) -> pl.DataFrame:
    """What becomes of each message, and why.

    Args:
        messages: message_id, customer_id, due_at, is_late, is_known (has an address);
            nature: marketing (needs consent and a place under the cap), transactional (neither) or
            profile (neither, but a profile to change);
            may_email, is_suppressed, consent: `activation.Consent`, null: address unknown there;
            not_ready (why its workflow sends nothing; null: it does), is_offer (says nothing
            without goods), offered_skus, is_holdout.
        recent: customer_id, n_recent: other marketing they were sent in the window of the cap.
        most: marketing messages of that window a customer.

    Returns:
        message_id, outcome (sent, suppressed, capped), reason. Earlier messages go first.
    """
    refused = messages.join(recent, on="customer_id", how="left").with_columns(refusal=_refusal())
    is_counted = (pl.col("nature") == "marketing") & pl.col("refusal").is_null()
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
            pl.when(pl.col("nature") == "transactional").then(
                pl.lit("about an order, needs no consent")
            ),
            pl.when(pl.col("nature") == "profile").then(pl.lit("a profile update, no message")),
            "consent",
        ),
    )


def _refusal() -> pl.Expr:
    # Holdout last: who would not have been written to anyway says nothing of what writing brings.
    consent = pl.coalesce("consent", pl.lit(UNKNOWN))
    has_no_consent = (pl.col("nature") == "marketing") & ~pl.col("may_email").fill_null(False)
    has_no_profile = (pl.col("nature") == "profile") & pl.col("consent").is_null()
    return (
        pl.when("is_late")
        .then(pl.lit("too late"))
        .when(~pl.col("is_known"))
        .then(pl.lit("no customer with an e-mail address"))
        .when(pl.col("is_suppressed").fill_null(False) | has_no_consent | has_no_profile)
        .then(consent)
        .when(pl.col("not_ready").is_not_null())
        .then(pl.format("not ready: {}", "not_ready"))
        .when(pl.col("is_offer") & (pl.col("offered_skus").list.len() == 0))
        .then(pl.lit("nothing it offers may be offered now"))
        .when("is_holdout")
        .then(pl.lit(HELD_OUT))
    )
