"""What the other systems know of the small shop of story.py by its second day.

Mailchimp: Ann has opted out there, Bob's address bounced, Eve reads and never bought; a mail
program opened Ann's campaign for her. Klaviyo: Eve's address bounced there. Trustpilot: Ann writes
of orders 1 and 2, somebody of a product nobody sells. Cin7: counts A in its own store, has bought
it and waits for more.
"""

from __future__ import annotations

import json
from typing import Any

import duckdb

from assets_tests.dbt.test_cin7_staging import (
    availability,
    core_line,
    product,
    purchase,
    received,
    receiving,
)
from assets_tests.dbt.test_klaviyo_staging import profile
from assets_tests.dbt.test_mailchimp_staging import CAMPAIGN, event, member
from assets_tests.dbt.test_trustpilot_staging import PRODUCT, SERVICE

LANDED_AT = "2026-08-21T00:00:00Z"
ANN, BOB, EVE = "a", "b", "e"
SENT = {"campaign_id": "c1", "list_id": "list", "status": "sent"}
OPENED_AT = "2026-08-02T09:00:00+00:00"


def others(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Land what the other systems say."""
    for platform, tables in SYSTEMS.items():
        for table, records in tables.items():
            rows = [[platform, key, json.dumps(row), LANDED_AT] for key, row in records.items()]
            warehouse.executemany(
                f"insert into {platform}.{table} values ($1, $2, null, null, $3, false, $4)", rows
            )


def recipient(person: str, address: str) -> dict[str, Any]:
    return SENT | {"email_id": person, "email_address": address}


EVE_OPENED = event(EVE, "open", OPENED_AT, email_address="eve@x.de")
MAIL: dict[str, dict[str, Any]] = {
    "members": {
        f"list/{ANN}": member(ANN, "unsubscribed", email_address="Ann@X.de", sms_phone_number=""),
        f"list/{BOB}": member(
            BOB, "cleaned", email_address="bob@x.de", sms_phone_number="", merge_fields={}
        ),
        f"list/{EVE}": member(
            EVE, "subscribed", email_address="eve@x.de", sms_phone_number="", merge_fields={}
        ),
    },
    "campaigns": {"c1": CAMPAIGN},
    "sent_to": {
        f"c1/{ANN}": recipient(ANN, "ann@x.de"),
        f"c1/{EVE}": recipient(EVE, "eve@x.de"),
    },
    "email_activity": {
        "c1/a/open": event(ANN, "open", OPENED_AT, email_address="ann@x.de"),
        "c1/e/open": EVE_OPENED,
    },
    "activity_by_people": {"c1/e/open": EVE_OPENED},
}
AFTER = {"createdAt": "2026-08-10T10:00:00Z", "updatedAt": None}
WITHOUT = {"referenceId": None, "consumer": {"name": "Ann Lee"}} | AFTER
REVIEWS: dict[str, dict[str, Any]] = {
    "service_reviews": {"s1": SERVICE | {"referenceId": "#2", "referralEmail": None} | AFTER},
    "product_reviews": {
        "p1": PRODUCT | WITHOUT | {"consumer": {"email": "ANN@x.de"}, "product": {"sku": "a"}},
        "p2": PRODUCT | WITHOUT | {"referenceId": "1", "product": {"name": "thing 1"}},
        "p3": PRODUCT | WITHOUT | {"product": {"sku": "Z", "name": "Nobody's"}},
    },
}


WAITING = purchase("p2", core_line("a", "A", 20), OrderDate="2026-08-15T00:00:00")
ARRIVED = purchase(
    "p1",
    core_line("a", "A", 10),
    OrderDate="2026-07-01T00:00:00",
    StockReceived=[receiving(received("a", 10, "2026-07-09"))],
)
# Core tells what is on order; here it does not.
SHELF = availability("a", "A", None, 4) | {"OnOrder": None, "InTransit": None}
STOCK: dict[str, dict[str, Any]] = {
    "core_products": {"a": product("a", "A", AverageCost=3.0)},
    "core_product_availability": {"a|Main": SHELF},
    "core_purchases": {"p1": ARRIVED, "p2": WAITING},
}
SYSTEMS: dict[str, dict[str, dict[str, Any]]] = {
    "mailchimp": MAIL,
    "klaviyo": {"profiles": {"eve": profile("eve", "Eve@x.de", "SUBSCRIBED", "HARD_BOUNCE")}},
    "trustpilot": REVIEWS,
    "cin7": STOCK,
}
