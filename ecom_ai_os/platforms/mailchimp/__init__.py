"""Mailchimp, read and written to through its Marketing API 3.0.

The parts: settings.py, client.py (one request), paging.py (a list that changes while it is read),
snapshots.py, members.py, reports.py with details.py (a stream from its cursor to batches),
sender.py (messages handed over), check.py (the doctor).

Customer journeys cannot be read, only triggered; classic automations can. Not read: what no
workflow asks for (landing pages, surveys, growth history, notes, the vendor's copy of the shop).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from ecom_ai_os.platforms import Batch, ConnectionSettings, Finding, RawTable, Reader, Stream
from ecom_ai_os.platforms.mailchimp.check import Doctor
from ecom_ai_os.platforms.mailchimp.client import Client
from ecom_ai_os.platforms.mailchimp.members import Members
from ecom_ai_os.platforms.mailchimp.reports import Reports
from ecom_ai_os.platforms.mailchimp.sender import MailchimpSender
from ecom_ai_os.platforms.mailchimp.settings import MailchimpConnection
from ecom_ai_os.platforms.mailchimp.snapshots import Snapshot, Whole


def _of_audience(name: str, path: str, key: str, id_field: str = "id") -> Whole:
    table = RawTable(name, id="$.__id", updated_at=None, parent_id="$.list_id")
    return Whole(table, f"lists/{{parent}}/{path}", key, id_field=id_field)


OLDEST_FIRST = {"sort_field": "create_time", "sort_dir": "ASC"}
READERS: tuple[Reader[Client], ...] = (
    Snapshot(
        "lists",
        Whole(RawTable("lists", updated_at=None), "lists", "lists"),
        (
            _of_audience("merge_fields", "merge-fields", "merge_fields", "merge_id"),
            _of_audience("segments", "segments", "segments"),
            _of_audience("abuse_reports", "abuse-reports", "abuse_reports"),
        ),
    ),
    Members(),
    Snapshot(
        "campaigns",
        Whole(RawTable("campaigns", updated_at=None), "campaigns", "campaigns", OLDEST_FIRST),
    ),
    Snapshot(
        "automations",
        Whole(RawTable("automations", updated_at=None), "automations", "automations"),
        (
            Whole(
                RawTable(
                    "automation_emails", id="$.__id", updated_at=None, parent_id="$.workflow_id"
                ),
                "automations/{parent}/emails",
                "emails",
                is_paged=False,
            ),
        ),
    ),
    Reports(),
)


class Mailchimp:
    """One Mailchimp account; may be used by several threads, which share its connections."""

    platform: ClassVar[str] = "mailchimp"
    streams: ClassVar[tuple[Stream, ...]] = tuple(reader.stream for reader in READERS)
    Settings: ClassVar[type[ConnectionSettings]] = MailchimpConnection

    def __init__(self, name: str, settings: MailchimpConnection) -> None:
        self.name = name
        self.settings = settings
        self._client = Client(settings)

    def read(self, stream: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
        """Yield what is new in a stream since `cursor`; see `Connector.read`.

        Raises HttpError naming what is wrong, never the key or a customer's data.
        """
        reader = next(reader for reader in READERS if reader.stream.name == stream)
        yield from reader.batches(self._client, cursor, spool)

    def check(self) -> Iterator[Finding]:
        """Yield what the doctor says: key, data centre, lists, audience, merge fields."""
        yield from Doctor(self.name, self.settings, self._client).findings()

    def sender(self) -> MailchimpSender:
        """Return what hands messages to this account."""
        return MailchimpSender(self.settings, self._client)


CONNECTOR = Mailchimp
