"""Rows of customers."""

import numpy as np
import polars as pl

from .accounts import EMAIL_STATES
from .identifiers import ids
from .ledger import Ledger, moments
from .simulation import Business

_TWINS = pl.Series([None, "other case", "other email"], dtype=pl.String)


def write_people(ledger: Ledger, business: Business) -> None:
    """Fill customers: one row per account."""
    accounts = business.accounts
    contact = accounts.contact[accounts.contact_of]
    created_at = moments(accounts.created_at)
    states = pl.Series(EMAIL_STATES)
    ledger.write(
        "customers",
        {
            "customer_id": ids("customer", np.arange(len(accounts.person))),
            "person_id": accounts.person + 1,
            **{name: contact[name] for name in contact.columns},
            "created_at": created_at,
            "email_state": states.gather(accounts.email.state),
            "email_state_at": created_at,
            "email_unsubscribed_at": moments(accounts.email.left_at),
            "sms_state": states.gather(accounts.sms.state),
            "sms_state_at": created_at,
            "sms_unsubscribed_at": moments(accounts.sms.left_at),
            "duplicate_kind": _TWINS.gather(accounts.twin),
        },
    )
