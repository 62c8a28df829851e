"""Rows of mailings and emails."""

import numpy as np
import polars as pl

from .assortment import CATEGORIES
from .calendar import NEVER
from .identifiers import ids, ids_or_null
from .ledger import Ledger, moments
from .simulation import Business


def write_emails(ledger: Ledger, business: Business) -> None:
    """Fill mailings and emails."""
    _write_mailings(ledger, business)
    emails, mails = business.emails, business.emails.mails
    kinds = np.where(emails.bounced_at == NEVER, 2, np.where(emails.is_hard, 0, 1))
    ledger.write(
        "emails",
        {
            "email_id": ids("email", np.arange(len(mails))),
            "mailing_id": ids("mailing", mails.mailing),
            "customer_id": ids("customer", mails.account),
            "order_id": ids_or_null("order", mails.order),
            "sent_at": moments(mails.sent_at),
            "delivered_at": moments(emails.delivered_at),
            "bounced_at": moments(emails.bounced_at),
            "bounce_kind": pl.Series(["hard", "soft", None]).gather(kinds),
            "opened_at": moments(emails.opened_at),
            "machine_opened_at": moments(emails.machine_opened_at),
            "clicked_at": moments(emails.clicked_at),
            "clicked_product_id": ids_or_null("product", emails.clicked_product),
            "unsubscribed_at": moments(emails.unsubscribed_at),
            "complained_at": moments(emails.complained_at),
        },
    )


def _write_mailings(ledger: Ledger, business: Business) -> None:
    mailings = business.mailings
    sent_at = moments(np.array([m.sent_at for m in mailings]))
    names = pl.Series([*(c.name for c in CATEGORIES), None])
    ledger.write(
        "mailings",
        {
            "mailing_id": ids("mailing", np.arange(len(mailings))),
            "kind": ["flow" if m.flow else "campaign" for m in mailings],
            "flow": [m.flow for m in mailings],
            "name": [m.name for m in mailings],
            "subject": [m.subject for m in mailings],
            "category_name": names.gather(np.array([m.category for m in mailings]) % len(names)),
            "created_at": moments(np.array([m.created_at for m in mailings])),
            "scheduled_at": sent_at,
            "sent_at": sent_at,
        },
    )
