"""Episodes: a problem opens once, lasts, ends; replays in any order change nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ecom_ai_os.science import episodes

DAY = date(2026, 5, 1)


def at(day: int) -> datetime:
    return datetime.combine(DAY + timedelta(days=day), time(), UTC)


def looks(*days: int) -> pl.DataFrame:
    rows = [("inventory", "out_of_stock", DAY + timedelta(days=d), at(d)) for d in days]
    schema = {"workflow": pl.Utf8, "kind": pl.Utf8, "looked_on": pl.Date}
    return pl.DataFrame(rows, schema=schema | {"looked_at": pl.Datetime("us", "UTC")}, orient="row")


def findings(*days: int, sku: str = "a", severity: str = "warning") -> pl.DataFrame:
    about = ("inventory", "out_of_stock", "sku", sku, severity, "operations")
    rows = [(*about, f"day {d}", "{}", DAY + timedelta(days=d), at(d)) for d in days]
    schema = dict.fromkeys([*episodes.SUBJECT, *episodes.DETAILS], pl.Utf8)
    times = {"found_on": pl.Date, "found_at": pl.Datetime("us", "UTC")}
    return pl.DataFrame(rows, schema=schema | times, orient="row")


def test_seen_on_three_days_is_one_open_problem():
    (row,) = episodes.rebuild(findings(0, 1, 2), looks(0, 1, 2)).to_dicts()
    assert (row["first_seen_at"], row["last_seen_at"]) == (at(0), at(2))
    assert row["resolved_at"] is None
    assert row["n_days_seen"] == 3
    assert row["title"] == "day 2"


def test_one_quiet_day_ends_nothing_and_two_do():
    assert episodes.rebuild(findings(0, 2), looks(0, 1, 2)).height == 1
    (row,) = episodes.rebuild(findings(0), looks(0, 1, 2, 3)).to_dicts()
    assert row["resolved_at"] == at(2)


def test_back_after_its_end_is_a_new_problem():
    first, second = episodes.rebuild(findings(0, 4), looks(*range(6))).to_dicts()
    assert first["resolved_at"] == at(2)
    assert second["resolved_at"] is None
    assert first["alert_id"] != second["alert_id"]


def test_days_on_which_nobody_looked_end_nothing():
    (row,) = episodes.rebuild(findings(0, 9), looks(0, 9)).to_dicts()
    assert row["resolved_at"] is None


def test_subjects_do_not_mix():
    both = pl.concat([findings(0, 1), findings(1, sku="b")])
    assert episodes.rebuild(both, looks(0, 1))["n_days_seen"].to_list() == [2, 1]


def test_an_id_is_the_same_everywhere():
    (row,) = episodes.rebuild(findings(0), looks(0)).to_dicts()
    assert row["alert_id"] == "684654c178aaad1d"


def test_nothing_found_is_no_episode():
    assert episodes.rebuild(findings(), looks(0)).is_empty()


def test_an_alert_already_sent_is_not_sent_again_when_its_past_is_found_late():
    old = episodes.rebuild(findings(2, 3), looks(2, 3)).with_columns(routed_at=pl.lit(at(3)))
    late = episodes.rebuild(findings(1, 2, 3), looks(1, 2, 3))
    assert late["alert_id"].to_list() != old["alert_id"].to_list()
    assert episodes.keep_routing(late, old)["routed_at"].to_list() == [at(3)]


def test_a_new_episode_of_an_old_subject_is_not_yet_sent():
    old = episodes.rebuild(findings(0), looks(0)).with_columns(routed_at=pl.lit(at(0)))
    now = episodes.rebuild(findings(0, 8), looks(*range(9)))
    assert episodes.keep_routing(now, old)["routed_at"].to_list() == [at(0), None]


@given(st.sets(st.integers(0, 20)), st.sets(st.integers(0, 20)), st.integers(1, 4))
def test_episodes_cover_just_what_was_found_and_never_touch(seen, looked, quiet):
    days = sorted(looked | seen)
    rows = episodes.rebuild(findings(*sorted(seen)), looks(*days), quiet).to_dicts()
    assert sum(row["n_days_seen"] for row in rows) == len(seen)
    for before, after in pairwise(rows):
        assert before["resolved_at"] is not None
        assert before["last_seen_at"] < before["resolved_at"] <= after["first_seen_at"]


@given(st.sets(st.integers(0, 12), min_size=1), st.randoms(use_true_random=False))
def test_the_order_in_which_days_were_run_does_not_matter(seen, random):
    found, looked = findings(*sorted(seen)), looks(*range(13))
    order = list(range(found.height))
    random.shuffle(order)
    one, other = (episodes.rebuild(f, looked) for f in (found, found[order]))
    assert one.equals(other)
