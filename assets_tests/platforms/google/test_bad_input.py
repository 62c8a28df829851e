"""Whatever stands in the records, reviews are read to their end and the good ones land."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings

from assets_tests.platforms.bad_records import bad_records
from assets_tests.platforms.google.profile_stub import ONE, Profile, names, opened, review
from assets_tests.platforms.vendor_stub import Answer, Request
from assets_tests.platforms.woocommerce.shop_stub import records
from ecom_ai_os.platforms.google import CONNECTOR
from ecom_ai_os.warehouse import Warehouse

FIELDS = ("name", "reviewId", "updateTime", "starRating", "reviewer", "unheard_of")
RECORDS = bad_records(FIELDS)
GOOD = review(ONE, 7, "2026-11-01T10:00:00.123456789Z")
READ = {"read": {ONE: "2026-11-22T06:00:00+00:00"}, "whole_at": "2026-11-22T06:00:00+00:00"}
DUE = READ | {"whole_at": "2026-11-10T06:00:00+00:00"}


def answering(rows: list[Any]) -> Profile:
    def respond(request: Request) -> Answer | None:
        is_reviews = request.path.startswith("/v4")
        return Answer(json.dumps({"reviews": rows}).encode()) if is_reviews else None

    return Profile({ONE: []}, respond)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(RECORDS)
def test_reviews_are_read_to_their_end(tmp_path: Path, bad: list[dict[str, Any]]) -> None:
    with opened(answering([GOOD, *bad, None, "text"])) as (google, _):
        for cursor in (None, READ, DUE):
            (batch,) = google.read("reviews", cursor, tmp_path)
            assert GOOD in records([batch], "reviews")
            assert len(batch.quarantined) == 2


def test_good_records_land_beside_bad_ones(tmp_path: Path, warehouse: Warehouse) -> None:
    later = review(ONE, 9, "2026-11-02T10:00:00Z")
    rows = [later, GOOD, {"starRating": "ONE"}, review(ONE, 8, "nonsense"), [1], GOOD]
    warehouse.prepare({"google": CONNECTOR.streams})
    with opened(answering(rows)) as (google, _):
        for batch in google.read("reviews", None, tmp_path):
            landed = warehouse.land("g", "google", CONNECTOR.streams[0], batch)
    assert landed.quarantined == {"reviews": 3}
    found = warehouse.read("select record_id from google.reviews order by 1")["record_id"]
    assert list(found) == [GOOD["name"], later["name"]]
    reasons = warehouse.read("select reason from quality.quarantine order by 1")["reason"]
    assert list(reasons) == ["$.updateTime is not a time", "no id at $.name", "not a JSON object"]


def test_a_broken_location_is_passed_over(tmp_path: Path) -> None:
    def respond(request: Request) -> Answer | None:
        locations = [None, {"title": "nameless"}, {"name": 5}, {"name": "locations/1"}]
        is_list = request.path.endswith("/locations")
        return Answer({"locations": locations}) if is_list else None

    with opened(Profile({ONE: [GOOD]}, respond)) as (google, _):
        assert names(list(google.read("reviews", None, tmp_path))) == [GOOD["name"]]
