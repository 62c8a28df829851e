"""Metrics: what events are of. Few, and read whole every time."""

from __future__ import annotations

from datetime import datetime

from ecom_ai_os.platforms import RawTable
from ecom_ai_os.platforms.klaviyo.client import Client
from ecom_ai_os.platforms.klaviyo.listing import Listing
from ecom_ai_os.platforms.klaviyo.records import Record
from ecom_ai_os.platforms.spool import Spool

PLACED_ORDER = "Placed Order"


class Metrics(Listing):
    """Reads the stream `metrics`."""

    name = "metrics"
    tables = (RawTable("metrics", updated_at="$.attributes.updated"),)

    def fill(self, spool: Spool, client: Client, since: datetime | None) -> datetime:
        now = None
        for page in client.walk("metrics"):
            spool.add("metrics", page)
            now = now or page.now
        assert now is not None
        return now


def all_metrics(client: Client) -> tuple[list[Record], datetime]:
    """Return the account's metrics that have an id, and the vendor's time. Raises HttpError."""
    pages = list(client.walk("metrics"))
    metrics = [record for page in pages for record in page.records]
    return [metric for metric in metrics if isinstance(metric.get("id"), str)], pages[0].now
