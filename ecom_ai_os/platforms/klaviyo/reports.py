"""How campaigns and flows performed: the values reports, a year at a time.

A report may be asked for twice a minute and covers a year at most, so there is one request a year
of the account's life, each landed as it comes, and then one a day: figures go on changing for a
month. Campaigns count in the year they were sent, flows in the year of each mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ecom_ai_os.platforms import Batch, RawTable, Stream
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.klaviyo.client import Client
from ecom_ai_os.platforms.klaviyo.metrics import PLACED_ORDER, metric_pages, metrics_in, named
from ecom_ai_os.platforms.klaviyo.records import Record, attribute, moment, rows
from ecom_ai_os.platforms.spool import Spool

YEAR = timedelta(days=365)
CHANGES_FOR = timedelta(days=30)
COUNTS = (
    *("recipients", "delivered", "bounced", "opens", "opens_unique", "clicks", "clicks_unique"),
    *("unsubscribes", "spam_complaints"),
)
#: Only of a metric that is an order: of another these would be its numbers.
CONVERSIONS = ("conversions", "conversion_uniques", "conversion_value")

Cursor = dict[str, Any]


@dataclass(frozen=True)
class Values:
    """Reads the stream `<kind>_values`; `kind` is campaign or flow.

    The cursor: `begin`, the day the account's first year begins; `until`, the moment up to which
    its figures are read.
    """

    kind: str

    @property
    def stream(self) -> Stream:
        name = f"{self.kind}_values"
        return Stream(name, (RawTable(name, updated_at=None, parent_id=f"$.{self.kind}_id"),))

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield each year's figures that may have changed since `cursor`. Raises HttpError."""
        pages = metric_pages(client)
        metrics, now = metrics_in(pages), pages[0].now
        if not metrics:
            yield Spool(folder).batch(cursor or {})
            return
        state = cursor or {"begin": _first_day(metrics, now).isoformat()}
        for begin in _years(datetime.fromisoformat(state["begin"]), now):
            until = min(begin + YEAR, now)
            if "until" in state and until <= datetime.fromisoformat(state["until"]) - CHANGES_FOR:
                continue
            spool = Spool(folder)
            spool.write(self.stream.name, self._year(client, metrics, begin))
            state = state | {"until": until.isoformat()}
            yield spool.batch(state)

    def _year(self, client: Client, metrics: list[Record], begin: datetime) -> Iterator[Record]:
        """Yield a year's results, each under an id of its own."""
        body = self._body(metrics, begin)
        params: dict[str, str | int] = {}
        while True:
            reply = client.ask("POST", f"{self.kind}-values-reports", body, **params)
            for result in _results(reply.body):
                yield self._record(result, begin)
            following = _cursor(reply.body)
            if not following:
                return
            params = {"page_cursor": following}

    def _body(self, metrics: list[Record], begin: datetime) -> Record:
        order = named(metrics, [PLACED_ORDER])
        attributes = {
            "statistics": [*COUNTS, *(CONVERSIONS if order else ())],
            # In the account's own time zone, whatever is said.
            "timeframe": {
                "start": f"{begin:%Y-%m-%d}T00:00:00",
                "end": f"{begin + YEAR:%Y-%m-%d}T00:00:00",
            },
            "conversion_metric_id": order[0] if order else metrics[0]["id"],
            "group_by": [f"{self.kind}_id", f"{self.kind}_message_id", "send_channel"],
        }
        return {"data": {"type": f"{self.kind}-values-report", "attributes": attributes}}

    def _record(self, result: Record, begin: datetime) -> Record:
        """Return a result with an id; without one when it does not say what it is of."""
        groups = result.get("groupings")
        names = (f"{self.kind}_id", f"{self.kind}_message_id", "send_channel")
        if not isinstance(groups, dict) or not all(groups.get(name) for name in names):
            return result
        of = [str(groups[name]) for name in names]
        year = f"{begin:%Y-%m-%d}"
        return result | {"id": "/".join([*of, year]), f"{self.kind}_id": of[0], "year_on": year}


def _first_day(metrics: list[Record], now: datetime) -> datetime:
    """Return midnight before the first metric came to be: nothing was sent before."""
    created = [at for metric in metrics if (at := moment(attribute(metric, "created")))]
    first = min([*created, now]) - timedelta(days=1)
    return first.replace(hour=0, minute=0, second=0)


def _years(begin: datetime, now: datetime) -> Iterator[datetime]:
    while begin < now:
        yield begin
        begin += YEAR


def _results(body: Any) -> list[Record]:
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict) or not isinstance(attribute(data, "results"), list):
        raise HttpError("a values report held no results", is_transient=True)
    return rows(attribute(data, "results"))


def _cursor(body: Record) -> str | None:
    """Return the mark of the next page; a report of few messages has one page."""
    links = body.get("links")
    following = links.get("next") if isinstance(links, dict) else None
    if not isinstance(following, str):
        return None
    marks = parse_qs(urlsplit(following).query).get("page_cursor", [])
    return marks[0] if marks else None
