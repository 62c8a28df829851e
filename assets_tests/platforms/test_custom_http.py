"""The HTTP road of a custom shop, against a real server on loopback."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from assets_tests.platforms.vendor_stub import Answer, Request, page, vendor
from ecom_ai_os.platforms import Batch, http
from ecom_ai_os.platforms.custom import Custom
from ecom_ai_os.platforms.http import HttpError

COLUMNS = {"customer_id": "id", "email": "contact.email", "updated_at": "changed"}


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0.001)
    monkeypatch.setattr(http, "MAX_BACKOFF_SECONDS", 0.01)


def customers(first: int, last: int) -> list[dict[str, Any]]:
    return [{"id": n, "contact": {"email": f"{n}@x.de"}} for n in range(first, last + 1)]


def connect(url: str, its: dict[str, Any] | None = None, **settings: Any) -> Custom:
    entity = {"url": "/v1/customers", "records": "data.items", "columns": COLUMNS} | (its or {})
    table = {"platform": "custom", "road": "http", "base_url": url, "currency": "EUR"}
    table |= {"entities": {"customers": entity}} | settings
    return Custom("api", Custom.Settings.model_validate(table))


def read(
    connector: Custom, spool: Path, cursor: dict[str, Any] | None = None
) -> tuple[list[str], list[Batch]]:
    batches = list(connector.read("customers", cursor, spool))
    files = [path for batch in batches for path in batch.files["customers"]]
    lines = [line for path in files for line in path.read_bytes().splitlines()]
    return [orjson.loads(line)["record_id"] for line in lines], batches


def by_page(request: Request) -> Answer:
    number = int(request.query["page"][0])
    items = customers(2 * number - 1, min(2 * number, 5)) if number <= 3 else []
    return Answer({"data": {"items": items}})


def by_offset(request: Request) -> Answer:
    offset = int(request.query["offset"][0])
    return Answer({"data": {"items": customers(offset + 1, min(offset + 2, 5))}})


def by_cursor(request: Request) -> Answer:
    after = int(request.query.get("after", ["0"])[0])
    items = customers(after + 1, min(after + 2, 5))
    return Answer({"data": {"items": items}, "meta": {"next": after + 2 if after < 4 else None}})


def by_link(request: Request) -> Answer:
    after = int(request.query.get("from", ["0"])[0])
    link = {"Link": f'</v1/customers?from={after + 2}>; rel="next"'} if after < 4 else {}
    return Answer({"data": {"items": customers(after + 1, min(after + 2, 5))}}, headers=link)


@pytest.mark.parametrize(
    ("respond", "pages"),
    [
        (by_page, {"kind": "page"}),
        (by_offset, {"kind": "offset"}),
        (by_cursor, {"kind": "cursor", "param": "after", "next": "meta.next"}),
        (by_link, {"kind": "link", "size_param": "limit", "size": 2}),
    ],
)
def test_every_way_of_paging_is_followed_to_the_end(
    tmp_path: Path, respond: Callable[[Request], Answer], pages: dict[str, Any]
) -> None:
    with vendor(respond) as shop:
        ids, (batch,) = read(connect(shop.url, pages=pages), tmp_path)
    assert ids == ["1", "2", "3", "4", "5"]
    assert batch.snapshot == {"customers"}


def test_a_record_is_mapped_and_kept_as_it_came(tmp_path: Path) -> None:
    record = {"id": "007", "contact": None, "extra": [1, {"a": 2}]}
    with vendor(lambda _: Answer([record, 5])) as shop:
        _, (batch,) = read(connect(shop.url, {"records": ""}), tmp_path)
    (line,) = batch.files["customers"][0].read_bytes().splitlines()
    mapped = {"customer_id": "007", "email": None, "updated_at": None}
    assert orjson.loads(line) == {"record_id": "007", "mapped": mapped, "source": record}
    assert [q.payload for q in batch.quarantined] == ["5"]


def test_only_what_changed_is_asked_for_on_the_vendors_clock(tmp_path: Path) -> None:
    with vendor(lambda _: Answer({"data": {"items": customers(1, 1)}})) as shop:
        connector = connect(shop.url, {"since": "updated_after", "params": {"sort": "id"}})
        _, (first,) = read(connector, tmp_path)
        read(connector, tmp_path, first.cursor)
    assert shop.requests[0].query == {"sort": ["id"]}
    # the stub's clock stands at 06:00:00; ten minutes are asked for again
    assert shop.requests[1].query == {"sort": ["id"], "updated_after": ["2026-11-23T05:50:00Z"]}
    assert first.snapshot == frozenset()


def test_a_reading_that_was_cut_off_goes_on_where_it_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecom_ai_os.platforms.custom.http.BATCH_RECORDS", 2)
    pages = {"kind": "cursor", "param": "after", "next": "meta.next"}
    with vendor(by_cursor) as shop:
        connector = connect(shop.url, {"since": "since"}, pages=pages)
        first = next(iter(connector.read("customers", None, tmp_path)))
        ids, _ = read(connector, tmp_path, first.cursor)
    assert ids == ["3", "4", "5"]


def test_an_expired_place_starts_the_reading_again(tmp_path: Path) -> None:
    def respond(request: Request) -> Answer:
        return Answer({}, 410) if request.query.get("after") == ["gone"] else by_cursor(request)

    pages = {"kind": "cursor", "param": "after", "next": "meta.next"}
    with vendor(respond) as shop:
        connector = connect(shop.url, {"since": "since"}, pages=pages)
        _, (done,) = read(connector, tmp_path)
        ids, _ = read(connector, tmp_path, done.cursor | {"next": "gone"})
    assert ids == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (page("<h1>Sign in</h1>", 200), r"sent a web page .*Sign in"),
        (Answer(b'{"data": {"items": [{"id"'), "sent malformed JSON"),
        (Answer({"data": {"items": [1]}}, cut_after=9), "was cut"),
        (Answer({"error": "slow down"}, 429, {"Retry-After": "0"}), r"HTTP 429.*slow down"),
        (Answer({"error": "s3cret is wrong"}, 401), r"HTTP 401\): {\"error\": \"… is wrong"),
        (Answer({"data": {"rows": []}}), r"no data.items \(it has: rows\)"),
        (Answer({"data": {"items": {"id": 1}}}), r"data.items is no list"),
        (Answer(status=302, headers={"Location": "/login"}), r"redirects to .*/login"),
    ],
)
def test_an_answer_that_is_none_says_what_it_is(tmp_path: Path, answer: Answer, says: str) -> None:
    with vendor(lambda _: answer) as shop:
        connector = connect(shop.url, auth={"kind": "header", "prefix": ""}, token="s3cret")
        with pytest.raises(HttpError, match=says):
            read(connector, tmp_path)
        (finding,) = connector.check()
    assert not finding.is_ok


def test_a_pause_asked_for_is_kept(tmp_path: Path) -> None:
    def respond(_: Request) -> Answer:
        if len(shop.requests) == 1:
            return Answer({}, 429, {"Retry-After": "0"})
        return Answer({"data": {"items": customers(1, 1)}})

    with vendor(respond) as shop:
        assert read(connect(shop.url), tmp_path)[0] == ["1"]


@pytest.mark.parametrize(
    ("pages", "answer", "says"),
    [
        ({"kind": "page"}, {"items": customers(1, 2)}, "the same page again and again"),
        ({"kind": "cursor"}, {"items": customers(1, 2), "next_cursor": "a"}, "the same page"),
        ({"kind": "cursor"}, {"items": [], "next_cursor": "a"}, "next page that is this page"),
        ({"kind": "cursor"}, {"items": [], "next_cursor": "http://h.example/"}, "another host"),
    ],
)
def test_pages_that_lead_nowhere_are_named(
    tmp_path: Path, pages: dict[str, Any], answer: Any, says: str
) -> None:
    with vendor(lambda _: Answer(answer)) as shop:
        connector = connect(shop.url, {"records": "items"}, pages=pages)
        with pytest.raises(HttpError, match=says):
            read(connector, tmp_path)


def test_a_name_and_password_are_sent(tmp_path: Path) -> None:
    with vendor(lambda _: Answer({"data": {"items": []}})) as shop:
        auth = {"kind": "basic", "user": "shop"}
        read(connect(shop.url, auth=auth, password="s3cret"), tmp_path)
    sent = base64.b64encode(b"shop:s3cret").decode()
    assert shop.requests[0].headers["Authorization"] == f"Basic {sent}"


def test_a_refused_token_is_fetched_anew(tmp_path: Path) -> None:
    tokens = iter(["old", "new"])

    def respond(request: Request) -> Answer:
        if request.path == "/token":
            return Answer({"access_token": next(tokens), "expires_in": 3600})
        is_good = request.headers["Authorization"] == "Bearer new"
        return Answer({"data": {"items": customers(1, 1)}}) if is_good else Answer({}, 401)

    with vendor(respond) as shop:
        auth = {"kind": "oauth2", "token_url": f"{shop.url}/token", "client_id": "me"}
        auth |= {"scope": "orders"}
        ids, _ = read(connect(shop.url, auth=auth, client_secret="s3cret"), tmp_path)
    assert ids == ["1"]
    assert shop.requests[0].text == "grant_type=client_credentials&scope=orders"


def test_an_empty_answer_deletes_nothing(tmp_path: Path) -> None:
    with vendor(lambda _: Answer({"data": {"items": []}})) as shop:
        _, (batch,) = read(connect(shop.url), tmp_path)
    assert batch.snapshot == frozenset()


def test_the_doctor_names_fields_that_no_record_has() -> None:
    with vendor(lambda _: Answer({"data": {"items": [{"id": 1, "mail": "a@x.de"}]}})) as shop:
        (finding,) = connect(shop.url).check()
        (fine,) = connect(shop.url, {"columns": {"customer_id": "id"}}).check()
    assert finding.says == "no record has a field contact, changed (it has: id, mail)"
    assert fine.says == "the API answers with 1 records a page"
