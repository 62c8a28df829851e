"""Problems as episodes: a finding seen on many days is one problem that opened, lasted and ended.

Episodes are rebuilt from all findings ever made and the days on which somebody looked, so running a
day twice, or running past days late and in any order, gives the same episodes.
"""

from __future__ import annotations

import hashlib

import polars as pl

#: what a finding says of itself; the newest sighting's values describe the episode
DETAILS = ("severity", "team", "title", "evidence")
SUBJECT = ("workflow", "kind", "subject_type", "subject_id")


def rebuild(findings: pl.DataFrame, looks: pl.DataFrame, quiet_looks: int = 2) -> pl.DataFrame:
    """Return one row by episode.

    `findings`: workflow, kind, subject_type, subject_id, severity, team, title, evidence, found_on,
    found_at; one row by subject and day. `looks`: workflow, kind, looked_on, looked_at: the days
    on which that kind was looked for, found or not. An episode ends at the look that has found its
    subject missing for `quiet_looks` looks in a row; seen again later, it is a new episode.

    Columns out: alert_id, the subject's and details' columns, first_seen_on, first_seen_at,
    last_seen_at, resolved_at (null while open), n_days_seen.
    """
    numbered = _numbered(looks)
    days = numbered.select("workflow", "kind", "look", found_on="looked_on")
    seen = findings.join(days, on=["workflow", "kind", "found_on"]).sort(*SUBJECT, "look")
    gap = (pl.col("look") - pl.col("look").shift(1)).over(SUBJECT)
    run = (gap > quiet_looks).fill_null(True).cast(pl.Int64).cum_sum().over(SUBJECT)
    episodes = (
        seen.with_columns(run=run)
        .group_by(*SUBJECT, "run", maintain_order=True)
        .agg(
            *(pl.col(name).last() for name in DETAILS),
            first_seen_on=pl.col("found_on").first(),
            first_seen_at=pl.col("found_at").first(),
            last_seen_at=pl.col("found_at").last(),
            n_days_seen=pl.len(),
            ended_look=pl.col("look").last() + quiet_looks,
        )
    )
    return _identified(_resolved(episodes, numbered)).drop("run", "ended_look")


def keep_routing(episodes: pl.DataFrame, previous: pl.DataFrame) -> pl.DataFrame:
    """Add routed_at from `previous` (subject, first_seen_at, last_seen_at, routed_at).

    An episode is routed when an earlier version of it was: one of the same subject that overlaps
    it in time, since a past day run late may move an episode's beginning and so its alert_id.
    """
    overlapping = (
        episodes.select("alert_id", *SUBJECT, "first_seen_at", "last_seen_at")
        .join(previous.filter(pl.col("routed_at").is_not_null()), on=list(SUBJECT), suffix="_old")
        .filter(
            pl.col("first_seen_at") <= pl.col("last_seen_at_old"),
            pl.col("first_seen_at_old") <= pl.col("last_seen_at"),
        )
        .group_by("alert_id")
        .agg(pl.col("routed_at").min())
    )
    return episodes.join(overlapping, on="alert_id", how="left", maintain_order="left")


def alert_id(workflow: str, kind: str, subject_type: str, subject_id: str, first_seen: str) -> str:
    """Return the id of the episode of this subject that began on `first_seen` (ISO date)."""
    text = "\x1f".join((workflow, kind, subject_type, subject_id, first_seen))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _numbered(looks: pl.DataFrame) -> pl.DataFrame:
    rank = pl.col("looked_on").rank("dense").over("workflow", "kind").cast(pl.Int64)
    return looks.with_columns(look=rank)


def _resolved(episodes: pl.DataFrame, looks: pl.DataFrame) -> pl.DataFrame:
    ends = looks.select("workflow", "kind", ended_look="look", resolved_at="looked_at")
    return episodes.join(
        ends, on=["workflow", "kind", "ended_look"], how="left", maintain_order="left"
    )


def _identified(episodes: pl.DataFrame) -> pl.DataFrame:
    keys = episodes.select(*SUBJECT, pl.col("first_seen_on").cast(pl.Utf8))
    ids = [alert_id(*row) for row in keys.iter_rows()]
    return episodes.with_columns(pl.Series("alert_id", ids, dtype=pl.Utf8))
