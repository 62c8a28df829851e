"""Every location is read as far as needed, and one that refuses costs the others nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from assets_tests.platforms.google.profile_stub import ONE, TWO, Profile, names, opened, review
from assets_tests.platforms.vendor_stub import Answer, Request
from ecom_ai_os.platforms.google import client, reviews
from ecom_ai_os.platforms.http import HttpError

NOW = "2026-11-23T06:00:00+00:00"  # the stub's Date
YESTERDAY = "2026-11-22T06:00:00+00:00"
READ = {"read": {ONE: YESTERDAY, TWO: YESTERDAY}, "whole_at": YESTERDAY}
DUE = READ | {"whole_at": "2026-11-10T06:00:00+00:00"}
MONTHS = [f"2026-{month:02}-10T08:00:00Z" for month in (11, 11, 10, 9, 8, 7, 6)]


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "REVIEWS_PER_PAGE", 2)


def profile() -> Profile:
    return Profile(
        {place: [review(place, n, at) for n, at in enumerate(MONTHS)] for place in (ONE, TWO)}
    )


def every() -> list[str]:
    return [f"{place}/reviews/{n}" for place in (ONE, TWO) for n in range(len(MONTHS))]


def test_an_increment_stops_a_month_before_the_last_one(tmp_path: Path) -> None:
    with opened(profile()) as (google, running):
        batches = list(google.read("reviews", READ, tmp_path))
    asked = [request.path for request in running.requests if request.path.startswith("/v4")]
    assert len(asked) == 4, "two pages of each location"
    assert batches[-1].cursor == {"read": {ONE: NOW, TWO: NOW}, "whole_at": YESTERDAY}
    assert not batches[-1].snapshot


def test_a_new_location_is_read_to_its_end(tmp_path: Path) -> None:
    known = READ | {"read": {ONE: YESTERDAY}}
    with opened(profile()) as (google, _):
        found = names(list(google.read("reviews", known, tmp_path)))
    assert [name for name in every() if name.startswith(TWO)] == found[-7:]


def test_a_killed_backfill_goes_on_with_the_next_location(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reviews, "BATCH_PAGES", 1)
    with opened(profile()) as (google, running):
        reading = google.read("reviews", None, tmp_path)
        first = next(reading)
        reading.close()
        n_before = len(running.requests)
        rest = list(google.read("reviews", first.cursor, tmp_path))
        asked = [request.path for request in running.requests[n_before:]]
    assert first.cursor == {"read": {ONE: NOW}}
    assert names([first]) == [name for name in every() if name.startswith(ONE)]
    assert names([first, *rest]) == every()
    assert asked.count(f"/v4/{ONE}/reviews") == 2, "what is new there"
    assert rest[-1].cursor == {"read": {ONE: NOW, TWO: NOW}, "whole_at": NOW}


def test_a_review_edited_while_reading_hides_no_other(tmp_path: Path) -> None:
    stub = profile()

    def edit(request: Request) -> None:
        """The last one moves to the top before the second page is asked for."""
        rows = stub.reviews[ONE]
        if ONE in request.path and "pageToken" in request.query and rows[-1]["name"][-1] == "6":
            rows.insert(0, rows.pop() | {"updateTime": "2026-11-23T05:59:00Z"})

    stub.before = edit
    with opened(stub) as (google, _):
        (batch,) = google.read("reviews", DUE, tmp_path)
    assert batch.snapshot == {"reviews"} and batch.cursor["whole_at"] == NOW
    assert names([batch]) == every()


def test_one_location_that_refuses_costs_the_others_nothing(tmp_path: Path) -> None:
    def refuse(request: Request) -> Answer | None:
        return Answer({"error": {"code": 403}}, 403) if TWO in request.path else None

    for cursor, whole_at in ((None, NOW), (READ, YESTERDAY), (DUE, NOW)):
        stub = profile()
        stub.before = refuse
        with opened(stub) as (google, _):
            reading = google.read("reviews", cursor, tmp_path)
            batch = next(reading)
            with pytest.raises(HttpError, match=f"{TWO}.*HTTP 403"):
                next(reading)
        before = cursor or {"read": {}}
        assert f"{ONE}/reviews/0" in names([batch])
        assert batch.cursor["read"] == before["read"] | {ONE: NOW}
        assert batch.cursor["whole_at"] == whole_at
        assert not batch.snapshot, "nothing counts as deleted"


def test_while_one_refuses_the_others_are_not_read_whole_every_day(tmp_path: Path) -> None:
    def refuse(request: Request) -> Answer | None:
        return Answer({"error": {"code": 403}}, 403) if TWO in request.path else None

    stub, n_pages = profile(), []
    stub.before = refuse
    with opened(stub) as (google, running):
        cursor = DUE
        for _ in range(2):
            n_before = len(running.requests)
            with pytest.raises(HttpError):
                for batch in google.read("reviews", cursor, tmp_path):
                    cursor = batch.cursor
            paths = [request.path for request in running.requests[n_before:]]
            n_pages.append(paths.count(f"/v4/{ONE}/reviews"))
        stub.before = lambda request: None
        *_, healed = google.read("reviews", cursor, tmp_path)
    assert n_pages == [8, 2], "four pages, read twice; then what a month may have changed"
    assert healed.cursor["read"] == {ONE: NOW, TWO: NOW}


def test_an_account_without_locations_is_an_error(tmp_path: Path) -> None:
    with opened(Profile()) as (google, _), pytest.raises(HttpError, match="no business location"):
        list(google.read("reviews", DUE, tmp_path))


@pytest.mark.parametrize(
    "body", [b"<html>", {"reviews": {}}, {"error": {"code": 500}}, [], b'{"reviews": [']
)
def test_what_is_no_list_is_never_taken_for_an_empty_one(tmp_path: Path, body: object) -> None:
    stub = Profile({ONE: []})
    stub.before = lambda request: Answer(body) if ONE in request.path else None
    with opened(stub) as (google, _), pytest.raises(HttpError, match=f"{ONE}/reviews sent"):
        list(google.read("reviews", None, tmp_path))


def test_secrets_stay_out_of_errors(tmp_path: Path) -> None:
    def respond(request: Request) -> Answer | None:
        is_token = request.path == "/token"
        words = b'{"error": "invalid_grant", "of": "secret refresh"}'
        return Answer(words, 400) if is_token else None

    with opened(Profile({ONE: []}, respond)) as (google, _):
        with pytest.raises(HttpError, match=r"invalid_grant.*… …") as raised:
            list(google.read("reviews", None, tmp_path))
    assert "secret" not in str(raised.value)
