"""Client and sandbox, built apart, understand each other: everything, then only what changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets_tests.platforms.woocommerce.shop_stub import connection, ids, records
from assets_tests.sandbox.conftest import server, small_business, start_anew
from ecom_ai_os.platforms.woocommerce import WooCommerce
from ecom_ai_os.sandbox.app import Sandbox
from ecom_ai_os.sandbox.woocommerce.auth import CONSUMER_KEY, CONSUMER_SECRET

__all__ = ["server", "small_business"]

SALES = [1001, 1003, 1004, 1005, 1006]


@pytest.fixture
def sandbox(server: tuple[str, Sandbox]) -> Sandbox:
    """As if it had just started."""
    start_anew(server[1])
    return server[1]


@pytest.fixture
def shop(server: tuple[str, Sandbox], sandbox: Sandbox) -> WooCommerce:
    keys = {"consumer_key": CONSUMER_KEY, "consumer_secret": CONSUMER_SECRET}
    return WooCommerce("woo", connection(server[0], **keys))


def test_the_doctor_is_content(shop: WooCommerce) -> None:
    assert all(finding.is_ok for finding in shop.check())


def test_a_day_later_only_what_happened_is_read(
    shop: WooCommerce, sandbox: Sandbox, tmp_path: Path
) -> None:
    first = list(shop.read("orders", None, tmp_path))
    assert ids(first, "orders") == SALES
    n_asked = sandbox.counters.read()["woocommerce.requests"]
    sandbox.clock.advance(1)
    second = list(shop.read("orders", first[-1].cursor, tmp_path))
    assert sandbox.counters.read()["woocommerce.requests"] - n_asked <= 3
    changed = ids(second, "orders")
    assert 1007 in changed and 1001 not in changed


@pytest.mark.parametrize(
    "fault", ["php_notice", "bom", "list_as_object", "html_503", "totals_missing", "too_heavy"]
)
def test_soiled_answers_are_outlasted(
    shop: WooCommerce, sandbox: Sandbox, tmp_path: Path, fault: str
) -> None:
    sandbox.faults.arm(fault=fault, next=4)
    assert ids(list(shop.read("orders", None, tmp_path)), "orders") == SALES
    assert sandbox.faults.n_played[fault]


@pytest.mark.parametrize("fault", ["html_500", "html_502", "html_200", "cut", "malformed_json"])
def test_faults_of_any_server_are_outlasted(
    shop: WooCommerce, sandbox: Sandbox, tmp_path: Path, fault: str
) -> None:
    list(shop.read("coupons", None, tmp_path))  # learns the simulated clock
    sandbox.faults.arm(fault=fault, next=2, where="orders")
    assert ids(list(shop.read("orders", None, tmp_path)), "orders") == SALES
    assert sandbox.faults.n_played[fault] == 2


def test_every_stream_is_read(shop: WooCommerce, tmp_path: Path) -> None:
    read = {stream.name: list(shop.read(stream.name, None, tmp_path)) for stream in shop.streams}
    assert ids(read["products"], "products") == [1, 2]
    assert ids(read["variations"], "variations") == [11, 12]
    assert ids(read["customers"], "customers") == [501, 502]
    assert {row["parent_id"] for row in records(read["order_refunds"], "order_refunds")} >= {1001}
