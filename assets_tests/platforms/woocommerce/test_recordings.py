"""Answers recorded from a real WooCommerce 10.0.2 are read whole, land and are staged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assets_tests.platforms.vendor_stub import Answer, Request, vendor
from assets_tests.platforms.woocommerce.conftest import Recordings
from assets_tests.platforms.woocommerce.shop_stub import Shop, connection, ids, opened, records
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.woocommerce import CONNECTOR, WooCommerce
from ecom_ai_os.platforms.woocommerce.client import Client
from ecom_ai_os.warehouse import Warehouse

pytestmark = pytest.mark.shared

LISTS = {
    "orders": ("orders_full_p1", "orders_full_p2"),
    "refunds": ("refunds_all",),
    "customers": ("customers_p1", "customers_p2", "customers_p4"),
    "products": ("products_p1", "products_p2"),
    "products/reviews": ("reviews_all_p1", "reviews_all_p2", "reviews_all_p3"),
    "coupons": ("coupons",),
}


def recorded_shop(recordings: Recordings) -> Shop:
    """The recorded records, served in pages of any size."""
    lists: dict[str, list[dict[str, Any]]] = {
        path: [row for name in names for row in recordings.body(name)]
        for path, names in LISTS.items()
    }
    for product in (34, 44, 54, 64, 68, 72, 75, 79):
        path = f"products/{product}/variations"
        lists[path] = recordings.body(f"variations_{product}")
    return Shop(lists)


def test_every_recorded_record_is_read_and_lands(
    recordings: Recordings, tmp_path: Path, warehouse: Warehouse
) -> None:
    shop = recorded_shop(recordings)
    warehouse.prepare({"woocommerce": CONNECTOR.streams})
    with opened(shop, tmp_path) as woo:
        for stream in woo.connector.streams:
            for batch in woo.read(stream.name):
                landed = warehouse.land("woo", "woocommerce", stream, batch)
                assert not landed.quarantined
    counts = {
        table.name: warehouse.read(f"select count(*) as n from woocommerce.{table.name}")["n"][0]
        for stream in CONNECTOR.streams
        for table in stream.tables
    }
    expected = {path.rpartition("/")[2]: len(rows) for path, rows in shop.lists.items()}
    n_variations = sum(len(rows) for path, rows in shop.lists.items() if "/variations" in path)
    assert counts["orders"] == counts["order_ids"] == 154
    assert counts["order_refunds"] == 23
    assert counts["variations"] == n_variations == 41
    for table in ("customers", "products", "reviews", "coupons"):
        assert counts[table] == expected[table]


def test_a_recorded_order_lands_verbatim(recordings: Recordings, tmp_path: Path) -> None:
    with opened(recorded_shop(recordings), tmp_path) as woo:
        read = {row["id"]: row for row in records(woo.read("orders"), "orders")}
    for row in recordings.body("orders_full_p1"):
        assert json.dumps(read[row["id"]]) == json.dumps(row)


def test_pages_recorded_beyond_the_end_end_a_walk(recordings: Recordings, tmp_path: Path) -> None:
    """Under custom order tables such a page says that there are 0 records in all."""
    empty = recordings("orders_p9_of8")["response"]
    gone = Answer(empty["body"], 200, {"X-WP-Total": empty["headers"]["X-WP-Total"]})
    shop = recorded_shop(recordings)
    del shop.lists["products"][30:]

    def before(request: Request) -> Answer | None:
        is_later = request.path.endswith("/products") and "offset" in request.query
        return gone if is_later else None

    shop.before, shop.has_totals = before, False
    with opened(shop, tmp_path) as woo:
        assert len(ids(woo.read("products"), "products")) == 30


@pytest.mark.parametrize("mode", ["hpos", "cpt"])
@pytest.mark.parametrize(
    "name, says",
    [
        ("err_bad_key", "Sorry, you cannot list resources"),
        ("err_bad_secret", "Consumer secret is invalid"),
        ("err_writeonly_get", "does not have read permissions"),
        ("err_customerkey_orders", "(HTTP 403)"),
        ("oauth_bad_signature", "provided signature does not match"),
        ("oauth_nonce_reused", "nonce has already been used"),
        ("orders_per_page_101", "Invalid parameter(s): per_page"),
        ("orders_status_wc-completed", "Invalid parameter(s): status"),
        ("err_no_route", "No route was found"),
    ],
)
def test_recorded_refusals_are_told_and_not_repeated(
    recordings: Recordings, mode: str, name: str, says: str
) -> None:
    if not (recordings.folder / f"{mode}_{name}.json").exists():
        pytest.skip("recorded in the other mode")
    answer = recordings(name, mode)["response"]
    with vendor(lambda request: Answer(answer["body"], answer["status"])) as running:
        client = Client("woo", connection(running.url))
        with pytest.raises(HttpError) as error:
            client.page("orders")
    assert says in str(error.value) and not error.value.is_transient
    assert len(running.requests) == 1


@pytest.mark.parametrize(
    "name, mend",
    [
        ("err_bad_key", "renew consumer_key"),
        ("err_writeonly_get", "permission Read"),
        ("err_customerkey_orders", "administrator or shop manager"),
    ],
)
def test_the_doctor_knows_the_recorded_refusals(
    recordings: Recordings, name: str, mend: str
) -> None:
    refusal = recordings(name)["response"]

    def respond(request: Request) -> Answer:
        if request.path.endswith("/wc/v3"):
            return Answer(recordings.body("wc_v3_index"))
        return Answer(refusal["body"], refusal["status"])

    with vendor(respond) as running:
        last = list(WooCommerce("woo", connection(running.url)).check())[-1]
    assert not last.is_ok and mend in last.mend


def test_the_doctor_is_content_with_the_recorded_shop(
    recordings: Recordings, tmp_path: Path
) -> None:
    with opened(recorded_shop(recordings), tmp_path) as woo:
        findings = list(woo.connector.check())
    assert all(finding.is_ok for finding in findings), findings
    assert findings[-1].says == "WooCommerce 10.0.2"
