"""The sandbox's records have the fields and types a real WooCommerce was recorded to send."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson
import pytest

from assets_tests.sandbox.conftest import Client
from assets_tests.sandbox.test_woocommerce import ask

pytestmark = pytest.mark.shared

#: Fields this list of the real server's has and a sandbox record may do without.
OPTIONAL = {"_links"}
RECORDED = {
    "orders": ("orders_full_p1", "orders_full_p2"),
    "refunds": ("refunds_all",),
    "customers": ("customers_p1", "customers_p2"),
    "products": ("products_p1", "products_p2"),
    "products/1/variations": ("variations_34", "variations_64", "variations_79"),
    "coupons": ("coupons",),
    "products/reviews": ("reviews_all_p1", "reviews_all_p2", "reviews_all_p3"),
}
Shape = dict[str, set[str]]


def shape(records: list[dict[str, Any]]) -> Shape:
    """Field path → JSON types seen there; list items share their list's path."""
    seen: Shape = defaultdict(set)

    def look(value: Any, path: str) -> None:
        seen[path].add("number" if type(value) in (int, float) else type(value).__name__)
        if isinstance(value, dict):
            for key, item in value.items():
                look(item, f"{path}.{key}")
        if isinstance(value, list):
            for item in value:
                look(item, f"{path}[]")

    for record in records:
        for key, value in record.items():
            if key not in OPTIONAL:
                look(value, key)
    return seen


@pytest.mark.parametrize("path", RECORDED)
def test_records_have_the_recorded_shape(client: Client, shared: Path, path: str) -> None:
    folder = shared / "reference" / "woocommerce_recordings"
    pairs = [orjson.loads((folder / f"hpos_{name}.json").read_bytes()) for name in RECORDED[path]]
    recorded = shape([row for pair in pairs for row in pair["response"]["body"]])
    always = {key for key in recorded if "." not in key and "[" not in key}
    if path == "refunds":  # the recorded shop gave no shipping back
        orders = orjson.loads((folder / "hpos_orders_full_p1.json").read_bytes())
        in_orders = shape(orders["response"]["body"])
        recorded |= {k: v for k, v in in_orders.items() if k.startswith("shipping_lines")}
    served = shape(ask(client, f"/wp-json/wc/v3/{path}", per_page=100).json())
    assert served
    for field, types in served.items():
        if not field.startswith(("cost_of_goods_sold", "meta_data[].value")):
            assert field in recorded, f"the real server sends no {field}"
            assert types <= recorded[field] | {"NoneType"}, field
    assert always <= served.keys(), "fields the real server sends are missing"


@pytest.mark.parametrize(
    "name, params",
    [
        ("orders_per_page_101", {"per_page": "101"}),
        ("orders_per_page_abc", {"per_page": "abc"}),
        ("orders_page_0", {"page": "0"}),
        ("orders_date_garbage", {"modified_after": "yesterday"}),
        ("orders_filter_orderby_bad", {"orderby": "total"}),
        ("orders_status_wc-completed", {"status": "wc-completed"}),
        ("err_multi_invalid", {"per_page": "999", "orderby": "x", "status": "bogus"}),
    ],
)
def test_refusals_are_word_for_word(
    client: Client, shared: Path, name: str, params: dict[str, str]
) -> None:
    path = shared / "reference" / "woocommerce_recordings" / f"hpos_{name}.json"
    recorded = orjson.loads(path.read_bytes())["response"]
    answer = ask(client, **params)
    assert (answer.status_code, answer.json()) == (recorded["status"], recorded["body"])
