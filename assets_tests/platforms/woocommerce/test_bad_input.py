"""Whatever stands in the records, every stream is read to its end and the good ones land."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings

from assets_tests.platforms.bad_records import bad_records
from assets_tests.platforms.vendor_stub import Answer, vendor
from assets_tests.platforms.woocommerce.shop_stub import connection, order, records
from ecom_ai_os.platforms.woocommerce import CONNECTOR, WooCommerce
from ecom_ai_os.warehouse import Warehouse

FIELDS = (
    *("id", "status", "date_created_gmt", "date_modified_gmt", "customer_id", "line_items"),
    *("refunds", "variations", "meta_data", "product_id", "variation_id", "unheard_of"),
)
RECORDS = bad_records(FIELDS)
GOOD = order(7, "2026-11-01T10:00:00")
CURSOR = {
    "changed_since": "2026-11-23T05:55:00+00:00",
    "whole_at": "2026-11-23T05:55:00+00:00",
    "swept_at": "2026-11-01T05:55:00+00:00",
}


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(RECORDS)
def test_every_stream_is_read_to_its_end(tmp_path: Path, bad: list[dict[str, Any]]) -> None:
    rows = json.dumps([GOOD, *bad, None, "text"]).encode()
    answer = Answer(rows, headers={"X-WP-Total": str(len(bad) + 3)})
    with vendor(lambda request: answer) as running:
        woo = WooCommerce("woo", connection(running.url))
        for stream in woo.streams:
            for cursor in (None, CURSOR):
                batches = list(woo.read(stream.name, cursor, tmp_path))
                if stream.name in ("orders", "products", "coupons"):
                    assert GOOD in records(batches, stream.tables[0].name)


def test_good_records_land_beside_bad_ones(tmp_path: Path, warehouse: Warehouse) -> None:
    bad = [{"status": "no id"}, GOOD | {"id": 8, "date_modified_gmt": "nonsense"}, [1], GOOD]
    answer = Answer([GOOD, *bad], headers={"X-WP-Total": "5"})
    warehouse.prepare({"woocommerce": CONNECTOR.streams})
    with vendor(lambda request: answer) as running:
        woo = WooCommerce("woo", connection(running.url))
        for batch in woo.read("orders", None, tmp_path):
            landed = warehouse.land("woo", "woocommerce", woo.streams[0], batch)
    assert landed.quarantined == {"orders": 3}
    assert warehouse.read("select record_id from woocommerce.orders").rows() == [("7",)]
    reasons = warehouse.read("select reason from quality.quarantine order by 1")["reason"]
    assert list(reasons) == [
        "$.date_modified_gmt is not a time",
        "no id at $.id",
        "not a JSON object",
    ]
