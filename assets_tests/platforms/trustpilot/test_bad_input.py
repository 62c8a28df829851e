"""Whatever stands in the records, every stream is read to its end and the good ones land."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from assets_tests.platforms.bad_records import bad_records
from assets_tests.platforms.trustpilot.unit_stub import (
    KEYS,
    PRODUCT,
    SERVICE,
    Unit,
    opened,
    review,
)
from assets_tests.platforms.vendor_stub import Answer, Request
from assets_tests.platforms.woocommerce.shop_stub import records
from ecom_ai_os.platforms.trustpilot import CONNECTOR
from ecom_ai_os.warehouse import Warehouse

FIELDS = ("id", "createdAt", "stars", "consumer", "companyReply", "conversationId", "unheard_of")
RECORDS = bad_records(FIELDS)
GOOD = review(7, "2026-11-01T10:00:00")
READ = {"changed_since": "2026-11-22T06:00:00+00:00", "whole_at": "2026-11-22T06:00:00+00:00"}
DUE = READ | {"whole_at": "2026-11-10T06:00:00+00:00"}


def answering(rows: list[Any]) -> Unit:
    """A unit whose lists are these rows, whatever is asked."""

    def respond(request: Request) -> Answer | None:
        key = KEYS.get(request.path)
        return Answer(json.dumps({key: rows}).encode()) if key else None

    return Unit(before=respond)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(RECORDS)
def test_every_stream_is_read_to_its_end(tmp_path: Path, bad: list[dict[str, Any]]) -> None:
    with opened(answering([GOOD, *bad, None, "text"])) as trustpilot:
        for stream in ("service_reviews", "product_reviews"):
            for cursor in (None, READ, DUE):
                batches = list(trustpilot.read(stream, cursor, tmp_path))
                assert GOOD in records(batches, stream)
                assert len(batches[-1].quarantined) == 2


def test_good_records_land_beside_bad_ones(tmp_path: Path, warehouse: Warehouse) -> None:
    rows = [GOOD, {"stars": 1}, review(8, "nonsense"), [1], GOOD, review(9, "2026-11-02T10:00:00")]
    warehouse.prepare({"trustpilot": CONNECTOR.streams})
    stream = next(each for each in CONNECTOR.streams if each.name == "service_reviews")
    with opened(answering(rows)) as trustpilot:
        for batch in trustpilot.read("service_reviews", None, tmp_path):
            landed = warehouse.land("tp", "trustpilot", stream, batch)
    assert landed.quarantined == {"service_reviews": 3}
    found = warehouse.read("select record_id from trustpilot.service_reviews order by 1")
    assert list(found["record_id"]) == [GOOD["id"], f"{9:024x}"]
    reasons = warehouse.read("select reason from quality.quarantine order by 1")["reason"]
    assert list(reasons) == ["$.createdAt is not a time", "no id at $.id", "not a JSON object"]


def test_a_whole_reading_with_broken_records_takes_nothing_for_deleted(
    tmp_path: Path, warehouse: Warehouse
) -> None:
    warehouse.prepare({"trustpilot": CONNECTOR.streams})
    stream = next(each for each in CONNECTOR.streams if each.name == "product_reviews")
    for rows in ([GOOD, review(8, "2026-11-02T10:00:00")], [GOOD, review(8, "nonsense")]):
        with opened(answering(rows)) as trustpilot:
            (batch,) = trustpilot.read("product_reviews", DUE, tmp_path)
            warehouse.land("tp", "trustpilot", stream, batch)
    assert warehouse.read("from trustpilot.product_reviews where is_deleted").is_empty()


def test_text_that_is_not_utf8_costs_itself_only(tmp_path: Path) -> None:
    unit = Unit()
    body = b'{"reviews": [{"id": "1", "createdAt": "2026-11-01T10:00:00", "text": "caf\xe9"}]}'
    unit.before = lambda request: Answer(body) if request.path == SERVICE else None
    with opened(unit) as trustpilot:
        (row,) = records(
            list(trustpilot.read("service_reviews", None, tmp_path)), "service_reviews"
        )
    assert row["text"] == "caf�"


@pytest.mark.parametrize("cursor", [None, READ, DUE])
def test_conversations_that_are_gone_or_none_are_passed_over(
    tmp_path: Path, cursor: dict[str, Any] | None
) -> None:
    talked = ("gone", "odd", "good", 5, "")
    rows = [review(n, "2026-11-01T10:00:00", conversationId=key) for n, key in enumerate(talked)]
    talk = {"id": "good", "sourceId": GOOD["id"], "comments": []}
    answers = {"gone": Answer({}, 404), "odd": Answer([1]), "good": Answer(talk)}

    def respond(request: Request) -> Answer | None:
        if request.path == PRODUCT:
            return Answer({"productReviews": rows})
        return answers.get(request.path.rpartition("/")[2])

    with opened(Unit(before=respond)) as trustpilot:
        batches = list(trustpilot.read("product_reviews", cursor, tmp_path))
    assert records(batches, "conversations") == [talk]
