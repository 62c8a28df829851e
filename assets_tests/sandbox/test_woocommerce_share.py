"""One business on two platforms: each order stands with everything of it on one of them only."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets_tests.sandbox.conftest import NOW, Client, serving
from assets_tests.sandbox.test_woocommerce import ids
from ecom_ai_os.sandbox.app import Sandbox
from ecom_ai_os.sandbox.clock import Clock

SALES = {1001, 1003, 1004, 1005, 1006}
TEST_ORDER = 1002
OF_AN_ORDER = ("LineItem", "Fulfillment", "Refund", "Return")


@pytest.fixture(params=[30, 100])
def split(small_business: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Client]:
    shutil.copy(small_business, tmp_path / "business.duckdb")
    clock = Clock(tmp_path / "clock.json", NOW.date())
    clock.set(NOW)
    sandbox = Sandbox(tmp_path, clock, "standard", woocommerce_share=request.param)
    with serving(sandbox) as url:
        yield Client(url, sandbox)
    sandbox.close()


def test_an_order_is_on_one_platform_with_everything_of_it(split: Client) -> None:
    found = split.data("{ orders(first: 50) { nodes { legacyResourceId } } }")
    shopify = {int(node["legacyResourceId"]) for node in found["orders"]["nodes"]}
    woocommerce = set(ids(split))
    assert woocommerce and not shopify & woocommerce
    assert (shopify | woocommerce) - {TEST_ORDER} == SALES
    with split.sandbox.shop.reading() as cursor:
        for name in OF_AN_ORDER:
            rows = cursor.execute(f'select distinct _order from shopify."{name}"').fetchall()
            assert {order for (order,) in rows} <= shopify, name
