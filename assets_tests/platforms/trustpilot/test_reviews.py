"""Lists that change while they are read are read whole, and no further than needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets_tests.platforms.trustpilot.unit_stub import PRODUCT, SERVICE, Unit, opened, review
from assets_tests.platforms.vendor_stub import Answer, Request
from assets_tests.platforms.woocommerce.shop_stub import ids
from ecom_ai_os.platforms import listing
from ecom_ai_os.platforms.trustpilot import Trustpilot, client

NOW = "2026-11-23T06:00:00+00:00"  # the stub's Date
READ = {"changed_since": "2026-11-22T06:00:00+00:00", "whole_at": "2026-11-22T06:00:00+00:00"}
DUE = READ | {"whole_at": "2026-11-10T06:00:00+00:00"}


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "PER_PAGE", 3)


def by_hand(*numbers: int) -> list[str]:
    return [f"{number:024x}" for number in numbers]


def test_more_reviews_of_one_second_than_a_page_holds(tmp_path: Path) -> None:
    moments = ["2026-01-01T08:00:00"] * 2 + ["2026-02-01T08:00:00"] * 7 + ["2026-03-01T08:00:00"]
    unit = Unit({SERVICE: [review(n, at) for n, at in enumerate(moments)]})
    with opened(unit) as trustpilot:
        batches = list(trustpilot.read("service_reviews", None, tmp_path))
    assert ids(batches, "service_reviews") == by_hand(*range(10))


def test_a_review_taken_down_while_reading_hides_no_other(tmp_path: Path) -> None:
    rows = [review(n, f"2026-01-{n + 1:02}T08:00:00") for n in range(9)]
    unit = Unit({SERVICE: list(rows), PRODUCT: list(reversed(rows))})

    def take_down(request: Request) -> None:
        """The first one read goes before the second page is asked for."""
        found = unit.lists.get(request.path, [])
        if len(found) == 9 and request.query["page"] == ["2"]:
            del found[0]

    unit.before = take_down
    with opened(unit) as trustpilot:
        service = list(trustpilot.read("service_reviews", DUE, tmp_path))
        (product,) = trustpilot.read("product_reviews", DUE, tmp_path)
    assert ids(service, "service_reviews") == by_hand(*range(9))
    assert product.snapshot == {"product_reviews"}
    assert ids([product], "product_reviews") == by_hand(*range(9))


@pytest.mark.parametrize("order, n_pages", [("newest first", 2), ("oldest first", 4)])
def test_product_reviews_are_read_no_further_than_needed(
    tmp_path: Path, order: str, n_pages: int
) -> None:
    moments = [f"2026-{month:02}-10T08:00:00Z" for month in (11, 11, 11, 10, 9, 8, 7, 6, 5, 4)]
    rows = [review(n, at) for n, at in enumerate(moments)]
    unit = Unit({PRODUCT: rows if order == "newest first" else rows[::-1]})
    asked = []
    unit.before = lambda request: asked.append(request.path)
    with opened(unit) as trustpilot:
        batches = list(trustpilot.read("product_reviews", READ, tmp_path))
    assert asked.count(PRODUCT) == n_pages
    assert set(by_hand(0, 1, 2)) <= set(ids(batches, "product_reviews"))
    assert batches[-1].cursor["changed_since"] == "2026-11-23T05:55:00+00:00"


@pytest.mark.parametrize(
    "stream, path", [("service_reviews", SERVICE), ("product_reviews", PRODUCT)]
)
def test_a_killed_backfill_goes_on_where_it_stood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: str, path: str
) -> None:
    monkeypatch.setattr(listing, "BATCH_PAGES", 1)
    rows = [review(n, f"2026-01-{n + 1:02}T08:00:00") for n in range(8)]
    with opened(Unit({path: rows})) as trustpilot:
        reading = trustpilot.read(stream, None, tmp_path)
        landed = [next(reading), next(reading)]
        reading.close()
        rest = list(trustpilot.read(stream, landed[-1].cursor, tmp_path))
    assert ids(landed, stream) == by_hand(*range(len(ids(landed, stream))))
    assert ids([*landed, *rest], stream) == by_hand(*range(8))
    assert len(ids(rest, stream)) < 8
    assert rest[-1].cursor == {"changed_since": "2026-11-23T05:55:00+00:00", "whole_at": NOW}


def test_what_is_off_is_left_alone(tmp_path: Path) -> None:
    with opened(Unit(), product_reviews="off") as trustpilot:
        assert list(trustpilot.read("product_reviews", DUE, tmp_path)) == []


@pytest.mark.parametrize(
    "body", [b"<html>", {"reviews": None}, {"fault": {}}, [], b'{"reviews": [']
)
def test_what_is_no_list_is_never_taken_for_an_empty_one(tmp_path: Path, body: object) -> None:
    unit = Unit()
    unit.before = lambda request: Answer(body) if request.path == SERVICE else None
    with opened(unit) as trustpilot, pytest.raises(Exception, match=f"{SERVICE} sent") as raised:
        list(trustpilot.read("service_reviews", None, tmp_path))
    assert "startDateTime" not in str(raised.value)


def test_secrets_stay_out_of_errors(tmp_path: Path) -> None:
    def respond(request: Request) -> Answer | None:
        if request.path == SERVICE:
            return Answer(b"no: key secret token pass", 400, {"Content-Type": "text/plain"})
        return None

    settings = {"username": "user", "password": "pass"}
    with opened(Unit(before=respond), **settings) as trustpilot:
        with pytest.raises(Exception, match=r"HTTP 400\): no: … … … …"):
            list(trustpilot.read("service_reviews", None, tmp_path))


def test_a_refused_token_is_renewed_once(tmp_path: Path) -> None:
    asked: list[Request] = []

    def respond(request: Request) -> Answer | None:
        asked.append(request)
        return Answer({"fault": {}}, 401) if request.path == SERVICE else None

    with opened(Unit(before=respond)) as trustpilot:
        assert isinstance(trustpilot, Trustpilot)
        with pytest.raises(Exception, match="HTTP 401"):
            list(trustpilot.read("service_reviews", None, tmp_path))
    assert [request.method for request in asked] == ["POST", "GET", "GET", "POST", "GET"]
