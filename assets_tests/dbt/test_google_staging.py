"""Google's reviews reach the shape that reviews of any platform have, in their authors' words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import duckdb
import pytest

from assets_tests.dbt.conftest import Read
from assets_tests.dbt.raw_shop import create_raw_layer, land, land_broken
from assets_tests.dbt.rendered import create_staging
from assets_tests.dbt.test_woocommerce_staging import spoiled

PLACE = "accounts/1/locations/9"
REVIEW = {
    "name": f"{PLACE}/reviews/a",
    "reviewId": "a",
    "reviewer": {"displayName": "Jane", "isAnonymous": False},
    "starRating": "FOUR",
    "comment": "Great.",
    "createTime": "2026-08-01T10:00:00.123Z",
    "updateTime": "2026-08-02T10:00:00Z",
    "reviewReply": {"comment": "Thank you", "updateTime": "2026-08-03T10:00:00Z"},
}
TOLD = {
    "before": (
        "(Translated by Google) Good room.\n\nQuiet.\n\n(Original)\nDobra soba.\n\nTiho.",
        "Dobra soba.\n\nTiho.",
        "Good room.\n\nQuiet.",
    ),
    "behind": ("Geht so.\n\n(Translated by Google)\nSo so.", "Geht so.", "So so."),
    "in one line": ("(Translated by Google) Ok (Original) Oké", "Oké", "Ok"),
    "alone": ("(Translated by Google) Only this.", "Only this.", "Only this."),
    "plain": ("Nothing (Original) here.", "Nothing (Original) here.", None),
    "empty": (" ", None, None),
}


def named(key: str, **fields: Any) -> dict[str, Any]:
    return REVIEW | {"id": f"{PLACE}/reviews/{key}"} | fields


def landed(con: duckdb.DuckDBPyConnection) -> None:
    place = {"id": "locations/9", "title": "Pilestraede"}
    land(con, "google.locations", place, connection="g")
    wordless = {"reviewer": {"isAnonymous": True, "displayName": "A Google user"}}
    land(con, "google.reviews", named("a"), connection="g")
    land(con, "google.reviews", named("b", comment=None, **wordless), connection="g")
    land(con, "google.reviews", named("c", starRating="SIX"), connection="g", is_deleted=True)
    for key, (comment, *_) in TOLD.items():
        told = named(key, comment=comment, reviewReply={"comment": comment})
        land(con, "google.reviews", told, connection="g")
    land_broken(con, "google.reviews", spoiled(REVIEW))


@pytest.fixture(scope="module")
def google() -> Iterator[Read]:
    with duckdb.connect() as con:
        create_raw_layer(con)
        create_staging(con, "google", "reviews")
        landed(con)
        yield lambda sql: con.execute(sql).fetchall()


def row(read: Read, key: str, *columns: str) -> tuple[Any, ...]:
    (found,) = read(
        f"select {', '.join(columns)} from staging.stg_google__reviews "
        f"where review_id = 'g/{PLACE}/reviews/{key}'"
    )
    return found


def test_a_review_of_a_location(google: Read) -> None:
    text = ("platform", "subject", "author_name", "location", "rating", "body", "status", "reply")
    assert row(google, "a", *text) == (
        *("google", "shop", "Jane", "Pilestraede", 4, "Great.", "approved", "Thank you"),
    )
    assert row(google, "a", "reviewed_at", "edited_at", "replied_at") == (
        datetime(2026, 8, 1, 10, 0, 0, 123_000, tzinfo=UTC),
        datetime(2026, 8, 2, 10, tzinfo=UTC),
        datetime(2026, 8, 3, 10, tzinfo=UTC),
    )


def test_what_is_not_said_or_removed(google: Read) -> None:
    assert row(google, "b", "body", "author_name", "language") == (None, None, None)
    assert row(google, "c", "rating", "status") == (None, "removed")


@pytest.mark.parametrize("key", TOLD)
def test_the_authors_words_are_told_from_googles(google: Read, key: str) -> None:
    _, body, translated = TOLD[key]
    assert row(google, key, "body", "body_translated", "reply") == (body, translated, body)


def test_no_broken_field_stops_a_run(google: Read) -> None:
    assert google("select count(columns(*)) from staging.stg_google__reviews")
    assert google("select count(*) from staging.stg_google__reviews where connection = 'bad'") == [
        (len(list(spoiled(REVIEW))),)
    ]
