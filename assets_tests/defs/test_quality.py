"""Sources: what each connection brought, how fresh it is and why it was not read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import dagster as dg
import polars as pl

from ecom_ai_os.defs.ingest import STREAMS
from ecom_ai_os.defs.quality import sources
from ecom_ai_os.defs.tables import readings
from ecom_ai_os.warehouse import Warehouse


def test_each_source_says_what_came_and_what_did_not(warehouse: Warehouse) -> None:
    now = datetime.now(UTC)
    warehouse.prepare(STREAMS)
    with warehouse.transaction() as con:
        for connection, read_at in (("main", now), ("second", now - timedelta(days=2))):
            con.execute(
                "insert into ingest.cursors values ($1, 'orders', '{}', $2)", [connection, read_at]
            )
            con.execute(
                "insert into shopify.orders (connection, record_id, updated_at, is_deleted) "
                "values ($1, '1', $2, false), ($1, '2', $2, false), ($1, '3', $2, true)",
                [connection, read_at],
            )
        con.execute(
            "insert into quality.quarantine (connection, platform, entity, reason) "
            "values ('main', 'shopify', 'orders', 'no id')"
        )
    second = {"connection": "second", "stream": "orders", "read_at": now, "problem": "HTTP 401"}
    readings.note(warehouse, pl.DataFrame([second]))
    assert dg.materialize([sources], resources={"warehouse": warehouse}).success
    found = warehouse.read(
        "select connection, entity, n_records, n_quarantined, is_fresh, problem "
        "from quality.sources order by connection"
    )
    assert found.rows() == [
        ("main", "orders", 2, 1, True, None),
        ("second", "orders", 2, 0, False, "HTTP 401"),
    ]
