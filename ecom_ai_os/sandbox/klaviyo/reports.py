"""The values reports of campaigns and flows, and the account."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import orjson

from ecom_ai_os.sandbox.klaviyo.bodies import Body, attributes
from ecom_ai_os.sandbox.klaviyo.errors import invalid
from ecom_ai_os.sandbox.klaviyo.limits import REPORT, Tier

ZONE = ZoneInfo("Europe/Berlin")
LONGEST = timedelta(days=366)
STATISTICS = frozenset(
    (
        *("average_order_value", "bounce_rate", "bounced", "bounced_or_failed"),
        *("bounced_or_failed_rate", "click_rate", "click_to_open_rate", "clicks", "clicks_unique"),
        *("conversion_rate", "conversion_uniques", "conversion_value", "conversions", "delivered"),
        *("delivery_rate", "failed", "failed_rate", "open_rate", "opens", "opens_unique"),
        *("recipients", "revenue_per_recipient", "spam_complaint_rate", "spam_complaints"),
        *("unsubscribe_rate", "unsubscribe_uniques", "unsubscribes"),
    )
)
#: Time frames by key that end now: days back.
FRAMES = {"last_7_days": 7, "last_30_days": 30, "last_90_days": 90, "last_365_days": 365}

Report = Callable[[duckdb.DuckDBPyConnection, Body, str], Body]


def values(kind: str, connection: duckdb.DuckDBPyConnection, body: Body, site: str) -> Body:
    """Answer a `<kind>-values-report`: one result a message. Raises RefusedError."""
    asked = attributes(body, f"{kind}-values-report")
    statistics = asked.get("statistics")
    if not isinstance(statistics, list) or not statistics or set(statistics) - STATISTICS:
        raise invalid("Invalid statistics.", pointer="/data/attributes/statistics")
    _check_conversion(connection, asked.get("conversion_metric_id"))
    groups = _groups(kind, asked.get("group_by"))
    since, until = _timeframe(connection, asked.get("timeframe"))
    rows = connection.execute(
        "from klaviyo.performance(?, ?, ?)", [kind == "campaign", since, until]
    ).fetchall()
    results = [
        {
            "groupings": _chosen(groupings, groups),
            "statistics": _chosen(numbers, statistics),
        }
        for groupings, numbers in rows
    ]
    return {
        "data": {
            "type": f"{kind}-values-report",
            "attributes": {"results": results},
            "relationships": _relationships(kind, results),
        },
        "links": {"self": f"{site}/api/{kind}-values-reports"},
    }


def account(site: str, currency: str) -> Body:
    """The one account of this key."""
    link = f"{site}/api/accounts/"
    address = dict.fromkeys(("address1", "address2", "city", "region", "country", "zip"))
    record = {
        "type": "account",
        "id": "SbxAcc",
        "attributes": {
            "test_account": True,
            "contact_information": {
                "default_sender_name": "Sandbox Shop",
                "default_sender_email": "hello@sandbox.example",
                "website_url": "https://sandbox.example",
                "organization_name": "Sandbox Shop",
                "street_address": address,
            },
            "industry": None,
            "timezone": ZONE.key,
            "preferred_currency": currency,
            "public_api_key": "SbxAcc",
            "locale": "en-US",
        },
        "links": {"self": f"{link}SbxAcc/"},
    }
    return {"data": [record], "links": {"self": link, "prev": None, "next": None}}


def _chosen(text: str, names: list[str]) -> Body:
    found = orjson.loads(text)
    return {name: found[name] for name in names}


def _groups(kind: str, asked: Any) -> list[str]:
    required = [f"{kind}_id", f"{kind}_message_id"]
    allowed = {*required, f"{kind}_message_name", "send_channel"}
    groups = asked if asked is not None else [*required, "send_channel"]
    if not isinstance(groups, list) or set(required) - set(groups) or set(groups) - allowed:
        raise invalid("Invalid group_by.", pointer="/data/attributes/group_by")
    return groups


def _check_conversion(connection: duckdb.DuckDBPyConnection, metric_id: Any) -> None:
    known = connection.execute("from klaviyo.metrics where id = ?", [metric_id]).fetchall()
    if not known:
        raise invalid("Invalid metric.", pointer="/data/attributes/conversion_metric_id")


def _timeframe(connection: duckdb.DuckDBPyConnection, asked: Any) -> tuple[datetime, datetime]:
    """Return the frame in the account's zone, whatever offset its ends were given with."""
    pointer = "/data/attributes/timeframe"
    if not isinstance(asked, dict):
        raise invalid("'timeframe' is a required field.", pointer=pointer)
    if asked.get("key") in FRAMES:
        [(now,)] = connection.execute("select this_moment()").fetchall()
        return now - timedelta(days=FRAMES[asked["key"]]), now
    try:
        since, until = (
            datetime.fromisoformat(asked[end]).replace(tzinfo=ZONE) for end in ("start", "end")
        )
    except (KeyError, TypeError, ValueError):
        raise invalid("Invalid timeframe.", pointer=pointer) from None
    if until - since > LONGEST:
        raise invalid("The timeframe may not be longer than a year.", pointer=pointer)
    return since, until


def _relationships(kind: str, results: list[Body]) -> Body:
    def of(group: str, type_: str) -> Body:
        ids = sorted({result["groupings"][group] for result in results})
        return {"data": [{"type": type_, "id": each} for each in ids]}

    found = {f"{kind}s": of(f"{kind}_id", kind)}
    if kind == "flow":
        found["flow-messages"] = of("flow_message_id", "flow-message")
    return found


#: path under /api → tier, scopes, what is reported
REPORTS: dict[str, tuple[Tier, tuple[str, ...], Report]] = {
    "campaign-values-reports": (REPORT, ("campaigns:read",), partial(values, "campaign")),
    "flow-values-reports": (REPORT, ("flows:read",), partial(values, "flow")),
}
