"""Metrics: what events are of. Names are the same in every account, ids are not."""

from __future__ import annotations

from collections.abc import Iterable

from ecom_ai_os.platforms.klaviyo.client import Client, Page
from ecom_ai_os.platforms.klaviyo.records import Record, attribute

PLACED_ORDER = "Placed Order"


def metric_pages(client: Client) -> list[Page]:
    """Return the pages of all metrics of the account, few as they are. Raises HttpError."""
    return list(client.walk("metrics"))


def metrics_in(pages: Iterable[Page]) -> list[Record]:
    """Return the metrics that have an id."""
    metrics = (record for page in pages for record in page.records)
    return [metric for metric in metrics if isinstance(metric.get("id"), str)]


def named(metrics: Iterable[Record], names: Iterable[str]) -> list[str]:
    """Return the ids of metrics by name; several integrations may have one of a name."""
    wanted = set(names)
    return [metric["id"] for metric in metrics if attribute(metric, "name") in wanted]
