"""The vendor's own client (PyPI: klaviyo-api), unmodified, works against the sandbox.

It asks in revision 2026-10-15, in which all but campaigns is as in ours.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from assets_tests.platforms.klaviyo.conftest import Account, event, ids
from assets_tests.sandbox.conftest import NOW
from ecom_ai_os.sandbox.klaviyo.auth import API_KEY

sdk: Any = pytest.importorskip("klaviyo_api", reason="needs the extra `sdks`")


@pytest.fixture
def theirs(account: Account) -> Any:
    return sdk.KlaviyoAPI(API_KEY, max_delay=2, max_retries=1, test_host=account.url)


def test_it_reads_what_ours_reads(account: Account, theirs: Any) -> None:
    account.configure(window_scale=0)
    for stream, page in {
        "profiles": theirs.Profiles.get_profiles(page_size=100),
        "campaigns": theirs.Campaigns.get_campaigns(),
        "flows": theirs.Flows.get_flows(include=["flow-actions"]),
        "lists": theirs.Lists.get_lists(),
        "segments": theirs.Segments.get_segments(),
    }.items():
        assert {row.id for row in page.data} == ids(account.read(stream), stream)


def test_it_follows_pages_of_events_with_what_they_belong_to(account: Account, theirs: Any) -> None:
    first = theirs.Events.get_events(page_size=10, include=["metric", "profile"], sort="datetime")
    # It finds cursors by itself in https links only.
    [cursor] = parse_qs(urlsplit(first.links.next).query)["page[cursor]"]
    rest = theirs.Events.get_events(page_cursor=cursor, page_size=1000, sort="datetime")
    assert {row.id for row in [*first.data, *rest.data]} == ids(account.read("events"), "events")
    assert {row["type"] for row in first.included} == {"metric", "profile"}


def test_it_writes_what_ours_reads(account: Account, theirs: Any) -> None:
    theirs.Events.create_event(event("new@example.com", "theirs", NOW))
    [profile] = theirs.Profiles.get_profiles(filter='equals(email,"new@example.com")').data
    assert profile.id in ids(account.read("profiles"), "profiles")
    with pytest.raises(sdk.openapi_client.ApiException, match="duplicate_profile"):
        theirs.Profiles.create_profile(
            {"data": {"type": "profile", "attributes": {"email": "new@example.com"}}}
        )


def test_it_reads_reports(account: Account, theirs: Any) -> None:
    attributes = {
        "statistics": ["recipients", "opens_unique"],
        "timeframe": {"key": "last_30_days"},
        "conversion_metric_id": theirs.Metrics.get_metrics().data[0].id,
    }
    body = {"data": {"type": "campaign-values-report", "attributes": attributes}}
    [result] = theirs.Reporting.query_campaign_values(body).data.attributes.results
    assert result.statistics == {"recipients": 3.0, "opens_unique": 2.0}
