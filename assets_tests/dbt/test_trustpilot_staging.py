"""Trustpilot's reviews reach the shape that reviews of any platform have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from assets_tests.dbt.conftest import Read
from assets_tests.dbt.raw_shop import create_raw_layer, land, land_broken
from assets_tests.dbt.rendered import create_staging
from assets_tests.dbt.test_woocommerce_staging import spoiled

SERVICE = {
    "id": "a1",
    "stars": 4,
    "title": "Good",
    "text": " Fast. ",
    "language": "DA",
    "createdAt": "2026-08-01T10:00:00",
    "updatedAt": "2026-08-02T10:00:00",
    "isVerified": True,
    "status": "active",
    "referenceId": "1001",
    "referralEmail": "a@b.c",
    "consumer": {"displayName": "John Doe"},
    "location": {"name": "Pilestraede 58"},
    "companyReply": {"text": "Thanks", "createdAt": "2026-08-03T10:00:00"},
    "reportData": None,
}
PRODUCT = {
    "id": "b1",
    "stars": 2,
    "content": "Zip broke",
    "language": "en",
    "createdAt": "2026-08-01T10:00:00.000Z",
    "state": "published",
    "referenceId": "1001",
    "consumer": {"name": "John", "email": "a@b.c"},
    "product": {"sku": " BAG ", "name": "Bag", "productUrl": "https://shop.example/bag"},
    "conversationId": "c1",
}
TALK = {
    "id": "c1",
    "__parentId": "b1",
    "comments": [
        {"createdAt": "2026-08-05T10:00:00", "author": {"type": "businessUser"}, "content": "2nd"},
        {"createdAt": "2026-08-03T10:00:00", "author": {"type": "consumer"}, "content": "Hello?"},
        {"createdAt": "2026-08-04T10:00:00", "author": {"type": "businessUser"}, "content": "Hm"},
    ],
}
LATER = "2026-08-11T00:00:00Z"


def landed(con: duckdb.DuckDBPyConnection) -> None:
    hidden = SERVICE | {"id": "a2", "reportData": {"reviewVisibility": "hidden"}, "stars": 9}
    anonymous = SERVICE | {"id": "a3", "referralEmail": None, "referenceId": " ", "language": "x"}
    first = {"connection": "tp", "loaded_at": "2026-08-10T00:00:00Z"}
    land(con, "trustpilot.service_reviews", SERVICE, hidden, anonymous, **first)
    land(con, "trustpilot.service_reviews", SERVICE | {"id": "a4"}, is_deleted=True, **first)
    land(con, "trustpilot.product_reviews", PRODUCT, **first)
    land(con, "trustpilot.conversations", TALK, connection="tp", loaded_at=LATER)
    for table in ("service_reviews", "product_reviews", "conversations"):
        broken = spoiled(SERVICE | PRODUCT | TALK)
        land_broken(con, f"trustpilot.{table}", broken, parent_id="0")


@pytest.fixture(scope="module")
def trustpilot() -> Iterator[Read]:
    with duckdb.connect() as con:
        create_raw_layer(con)
        create_staging(con, "trustpilot", "reviews")
        landed(con)
        yield lambda sql: con.execute(sql).fetchall()


def at(day: int) -> datetime:
    return datetime(2026, 8, day, 10, tzinfo=UTC)


def row(read: Read, review_id: str, *columns: str) -> tuple[Any, ...]:
    (found,) = read(
        f"select {', '.join(columns)} from staging.stg_trustpilot__reviews "
        f"where review_id = '{review_id}'"
    )
    return found


def test_a_review_of_the_shop(trustpilot: Read) -> None:
    text = ("platform", "subject", "sku", "order_number", "email", "author_name", "location")
    assert row(trustpilot, "tp/a1", *text) == (
        *("trustpilot", "shop", None, "1001", "a@b.c", "John Doe", "Pilestraede 58"),
    )
    rest = ("rating", "body", "language", "reviewed_at", "edited_at", "status", "reply")
    assert row(trustpilot, "tp/a1", *rest) == (4, "Fast.", "da", at(1), at(2), "approved", "Thanks")


def test_a_review_of_a_product_with_the_shops_first_answer(trustpilot: Read) -> None:
    text = ("subject", "sku", "product_name", "order_number", "email", "body", "is_verified")
    assert row(trustpilot, "tp/b1", *text) == (
        *("product", "BAG", "Bag", "1001", "a@b.c", "Zip broke", True),
    )
    assert row(trustpilot, "tp/b1", "reply", "replied_at", "reviewed_at") == ("Hm", at(4), at(1))
    assert row(trustpilot, "tp/b1", "loaded_at") == (datetime.fromisoformat(LATER),)


def test_what_is_hidden_removed_or_not_said(trustpilot: Read) -> None:
    assert row(trustpilot, "tp/a2", "status", "rating") == ("hold", None)
    assert row(trustpilot, "tp/a3", "email", "order_number", "language") == (None, None, None)
    assert row(trustpilot, "tp/a4", "status", "is_deleted") == ("removed", True)


def test_no_broken_field_stops_a_run(trustpilot: Read) -> None:
    everything = "select count(columns(*)) from staging.stg_trustpilot__reviews"
    assert trustpilot(everything)
    n_broken = 2 * len(list(spoiled(SERVICE | PRODUCT | TALK)))
    assert trustpilot(
        "select count(*) from staging.stg_trustpilot__reviews where connection = 'bad'"
    ) == [(n_broken,)]
