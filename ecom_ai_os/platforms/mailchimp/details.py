"""What stands behind a campaign's report: its recipients, what they did, who unsubscribed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ecom_ai_os.platforms import RawTable
from ecom_ai_os.platforms.mailchimp.client import Client, Page
from ecom_ai_os.platforms.mailchimp.paging import Walk, since, under, unless_gone
from ecom_ai_os.platforms.spool import Record, Spool

#: Whose an event is; what the audience knows of the person besides is read with the members.
RECIPIENT = ("campaign_id", "list_id", "email_id", "email_address")
BY_PEOPLE = RawTable(
    "activity_by_people", id="$.__id", updated_at="$.timestamp", parent_id="$.campaign_id"
)


@dataclass(frozen=True)
class Detail:
    """One list under `reports/<campaign>/`.

    `counters` are the numbers of the report, by their dotted paths, that move when the list does;
    `fields` are what is asked for, all of it when empty.
    """

    table: RawTable
    path: str
    key: str
    counters: tuple[str, ...]
    fields: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[RawTable, ...]:
        return (self.table,)

    def count(self, report: Record) -> str:
        """Return the list's counters, empty while they are all zero."""
        counts = [str(lookup(report, path) or 0) for path in self.counters]
        return "/".join(counts) if set(counts) != {"0"} else ""

    def read(
        self, client: Client, campaign: str, begin: datetime | None, folder: Path
    ) -> tuple[Spool, bool]:
        """Read the list; returns what it holds and whether all of it came.

        `begin`: from when on what happened is wanted, where the list can be asked so.
        """
        spool, walk = Spool(folder), self.walk(client, campaign)
        with unless_gone():
            for page in walk:
                spool.add(self.table.name, under(campaign, page, "email_id"))
            return spool, walk.is_whole
        return spool, True

    def walk(self, client: Client, campaign: str, **params: Any) -> Walk:
        if self.fields:
            names = [f"{self.key}.{name}" for name in self.fields]
            params["fields"] = ",".join([*names, "total_items"])
        path = f"reports/{campaign}/{self.path}"
        return Walk(client, path, self.key, params, id_field="email_id")


@dataclass(frozen=True)
class Activity(Detail):
    """Opens, clicks and bounces: one record each, where the vendor sends one a recipient.

    Neither opens by mail programs nor clicks by scanners are marked; the vendor leaves them out
    when asked to. So the list is read a second time without them, after the first: what is missing
    there was done by a machine.
    """

    @property
    def tables(self) -> tuple[RawTable, ...]:
        return (self.table, BY_PEOPLE)

    def read(
        self, client: Client, campaign: str, begin: datetime | None, folder: Path
    ) -> tuple[Spool, bool]:
        spool, is_whole = Spool(folder), True
        bounds = {"since": since(begin)} if begin else {}
        with unless_gone():
            for table, filters in ((self.table, {}), (BY_PEOPLE, {"filter_bots": "true"})):
                walk = self.walk(client, campaign, **bounds, **filters)
                for page in walk:
                    spool.add(table.name, events(page))
                is_whole = is_whole and walk.is_whole
        return spool, is_whole


def events(page: Page) -> Page:
    """Return the page with a record for each event of its recipients.

    The vendor gives events no id; `__id` is made of what tells them apart.
    """
    records, unread = [], list(page.unread)
    for recipient in page.records:
        activity = recipient.get("activity") or []
        for event in activity if isinstance(activity, list) else [activity]:
            if isinstance(event, dict):
                records.append(_named({k: recipient.get(k) for k in RECIPIENT} | event))
            else:
                unread.append(str(event)[:1000])
    return replace(page, records=records, unread=unread)


def _named(event: Record) -> Record:
    key = [event.get(name) for name in ("campaign_id", "email_id", "action", "timestamp")]
    if not all(isinstance(part, str) and part for part in key):
        return event
    if event.get("url"):
        key.append(hashlib.md5(str(event["url"]).encode()).hexdigest())
    return {"__id": "/".join(map(str, key))} | event


def lookup(record: Any, path: str) -> Any:
    """Return what stands at a dotted path, None when something else stands on the way."""
    for name in path.split("."):
        record = record.get(name) if isinstance(record, dict) else None
    return record


BOUNCES = ("bounces.hard_bounces", "bounces.soft_bounces")
DETAILS: tuple[Detail, ...] = (
    Detail(
        RawTable("sent_to", id="$.__id", updated_at=None, parent_id="$.campaign_id"),
        "sent-to",
        "sent_to",
        ("emails_sent", *BOUNCES),
        (*RECIPIENT, "status", "absplit_group", "gmt_offset"),
    ),
    Activity(
        RawTable(
            "email_activity", id="$.__id", updated_at="$.timestamp", parent_id="$.campaign_id"
        ),
        "email-activity",
        "emails",
        ("opens.opens_total", "clicks.clicks_total", *BOUNCES),
        (*RECIPIENT, "activity"),
    ),
    Detail(
        RawTable("unsubscribes", id="$.__id", updated_at="$.timestamp", parent_id="$.campaign_id"),
        "unsubscribed",
        "unsubscribes",
        ("unsubscribed",),
        (*RECIPIENT, "timestamp", "reason"),
    ),
)
