"""Whatever stands in the answers, streams are read to their ends and good records land."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from assets_tests.platforms.bad_records import bad_records
from assets_tests.platforms.klaviyo.conftest import connection, rows
from assets_tests.platforms.vendor_stub import Answer, Request, page, vendor
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.klaviyo import CONNECTOR, Klaviyo, limits
from ecom_ai_os.warehouse import Warehouse

FIELDS = (
    *("id", "type", "attributes", "relationships", "links", "data", "name", "datetime"),
    *("created", "updated", "definition", "flow-actions", "groupings", "statistics"),
    *("campaign_id", "joined_group_at", "subscriptions", "unheard_of"),
)
AT = "2026-11-22T05:55:00+00:00"
GOOD = {
    "type": "event",
    "id": "good",
    "attributes": {
        "name": "Opened Email",
        "datetime": AT,
        "created": AT,
        "updated": AT,
        "updated_at": AT,
    },
}
#: What stream has been read up to.
CURSORS: dict[str, dict[str, Any]] = {
    "events": {"until": {"good": AT}, "swept_at": AT, "open": []},
    "profiles": {"until": AT, "whole_at": AT, "open": []},
    "campaigns": {"until": AT, "whole_at": AT},
    "flows": {"until": AT, "whole_at": AT},
    "lists": {"until": AT, "whole_at": AT},
    "segments": {"until": AT, "whole_at": AT},
    "campaign_values": {"begin": AT, "until": AT},
    "flow_values": {"begin": AT, "until": AT},
}
RESULT = {
    "groupings": {
        "campaign_id": "k",
        "campaign_message_id": "m",
        "flow_id": "f",
        "flow_message_id": "m",
        "send_channel": "email",
    },
    "statistics": {"recipients": 1},
}


@pytest.fixture(autouse=True)
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """These vendors have no limits."""
    monkeypatch.setattr(limits, "BURST_SECONDS", 0.0)
    monkeypatch.setattr(limits, "STEADY_SECONDS", 0.0)


def answering(items: list[Any]) -> Any:
    """Answer every list with these records, every report with these results."""

    def respond(request: Request) -> Answer:
        if request.path.endswith("-reports"):
            results = [RESULT, *items]
            return Answer({"data": {"attributes": {"results": results}}})
        return Answer({"data": [GOOD, *items, None, "text"], "included": items, "links": None})

    return respond


def opened(url: str) -> Klaviyo:
    return Klaviyo("mail", connection(url))


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(bad_records(FIELDS))
def test_every_stream_is_read_to_its_end(tmp_path: Path, bad: list[dict[str, Any]]) -> None:
    with vendor(answering(bad)) as running:
        klaviyo = opened(running.url)
        for stream in klaviyo.streams:
            for cursor in (None, CURSORS[stream.name]):
                batches = list(klaviyo.read(stream.name, cursor, tmp_path))
                found = rows(batches, stream.tables[0].name)
                if stream.name.endswith("_values"):
                    assert any(row.get("statistics") == RESULT["statistics"] for row in found)
                else:
                    assert GOOD in found


def landed(warehouse: Warehouse, tmp_path: Path, respond: Any, stream: str) -> Any:
    warehouse.prepare({"klaviyo": CONNECTOR.streams})
    [of] = [each for each in CONNECTOR.streams if each.name == stream]
    n_quarantined = 0
    with vendor(respond) as running:
        for batch in opened(running.url).read(stream, None, tmp_path):
            outcome = warehouse.land("mail", "klaviyo", of, batch)
            n_quarantined += sum(outcome.quarantined.values())
    return n_quarantined


def test_good_records_land_beside_bad_ones(tmp_path: Path, warehouse: Warehouse) -> None:
    nowhen = GOOD | {"id": "nowhen", "attributes": {"updated": "nonsense"}}
    bad = [{"type": "profile"}, nowhen, [1], GOOD]
    assert landed(warehouse, tmp_path, answering(bad), "profiles") > 0
    assert warehouse.read("select record_id from klaviyo.profiles").rows() == [("good",)]
    reasons = warehouse.read("select distinct reason from quality.quarantine order by 1")["reason"]
    assert list(reasons) == [
        "$.attributes.updated is not a time",
        "no id at $.id",
        "not a JSON object",
    ]


def test_results_that_say_not_what_they_are_of_are_kept_with_the_reason(
    tmp_path: Path, warehouse: Warehouse
) -> None:
    assert landed(warehouse, tmp_path, answering([{"groupings": {}}]), "flow_values") == 1
    ids = warehouse.read("select distinct left(record_id, 9) from klaviyo.flow_values").rows()
    assert ids == [("f/m/email",)]


def test_bytes_that_are_not_utf8_cost_themselves_only(tmp_path: Path) -> None:
    body = json.dumps({"data": [GOOD]}).encode().replace(b"Opened", b"Open\xe9d")
    with vendor(lambda request: Answer(body)) as running:
        [batch] = list(opened(running.url).read("campaigns", None, tmp_path))
    assert rows([batch], "campaigns")[0]["attributes"]["name"] == "Open\ufffdd Email"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (page("<html>Just a moment</html>", 200), "sent a web page where JSON was expected"),
        (page("<html>Forbidden</html>", 403), "HTTP 403"),
        (Answer(b'{"data": [{"email": "a@b.c"'), "sent malformed JSON"),
        (Answer({"data": "many"}), "sent no list of records"),
        (Answer({"data": [], "links": {"next": "https://elsewhere.example/"}}), "another host"),
        (Answer({"errors": [{"code": "x", "title": "No", "detail": "a@b.c"}]}, 400), "x: No …@…"),
    ],
)
def test_an_answer_that_cannot_be_used_is_named(tmp_path: Path, answer: Answer, says: str) -> None:
    with vendor(lambda request: answer) as running, pytest.raises(HttpError, match=says) as fault:
        list(opened(running.url).read("campaigns", None, tmp_path))
    assert "a@b.c" not in str(fault.value) and "pk_test" not in str(fault.value)
    assert "/api/campaigns" in str(fault.value) or "another host" in says
