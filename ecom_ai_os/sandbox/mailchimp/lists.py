"""What can be listed, where, and how it may be filtered and sorted."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class List:
    """A list: its path, the key its records stand under, its view, the macro that writes them.

    - `path`: a pattern; group `list` is the audience, `parent` what the list is under
    - `parents`: the view of `parent`
    - `bounds`: parameter → (column, operator); `equals`: parameter → (column, allowed values)
    - `sort`: its sort fields and their columns; `order`: how it comes unasked
    - `echo`: what of its path stands beside the records
    - `is_single`: one record of it can be asked for by its id
    """

    path: str
    key: str
    view: str
    macro: str
    parents: str = ""
    bounds: dict[str, tuple[str, str]] = field(default_factory=dict)
    equals: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)
    sort: dict[str, str] = field(default_factory=dict)
    order: str = "id"
    echo: str = ""
    is_single: bool = False

    def match(self, path: str) -> dict[str, str] | None:
        """The named parts of a path, None when it is not of this list; `id` names one record."""
        tail = "(?:/(?P<id>[^/]+))?" if self.is_single else ""
        found = re.fullmatch(self.path + tail, path)
        return {k: v for k, v in found.groupdict().items() if v} if found else None


def _between(name: str, column: str) -> dict[str, tuple[str, str]]:
    """Both bounds are exclusive."""
    return {f"since_{name}": (column, ">"), f"before_{name}": (column, "<")}


AUDIENCE = r"lists/(?P<parent>[^/]+)"
MEMBER = r"lists/(?P<list>[^/]+)/members/(?P<parent>[^/]+)"
REPORT = r"reports/(?P<parent>[^/]+)"
STATUSES = ("subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived")

MEMBERS = List(
    f"{AUDIENCE}/members",
    "members",
    "members",
    "member_documents",
    parents="lists",
    bounds=_between("last_changed", "changed_at")
    | _between("timestamp_opt", "opted_in_at")
    | {"unsubscribed_since": ("changed_at", ">")},
    equals={"status": ("status", STATUSES)},
    sort={
        "timestamp_opt": "opted_in_at",
        "timestamp_signup": "signed_up_at",
        "last_changed": "changed_at",
    },
    echo="list_id",
    is_single=True,
)
ACTIVITY = List(
    f"{REPORT}/email-activity",
    "emails",
    "shown_activity",
    "activity_documents",
    parents="sendings",
    echo="campaign_id",
)
LISTS = (
    List(
        "lists",
        "lists",
        "lists",
        "list_documents",
        bounds=_between("date_created", "created_at"),
        sort={"date_created": "created_at"},
        is_single=True,
    ),
    MEMBERS,
    List(
        f"{AUDIENCE}/merge-fields",
        "merge_fields",
        "merge_fields",
        "merge_field_documents",
        parents="lists",
        equals={"type": ("type", ())},
        order="id::bigint",
        echo="list_id",
    ),
    List(
        f"{AUDIENCE}/segments",
        "segments",
        "segments",
        "segment_documents",
        parents="lists",
        bounds=_between("created_at", "created_at") | _between("updated_at", "updated_at"),
        order="id::bigint",
        echo="list_id",
    ),
    List(
        f"{AUDIENCE}/abuse-reports",
        "abuse_reports",
        "abuse_reports",
        "abuse_report_documents",
        parents="lists",
        order="id::bigint",
        echo="list_id",
    ),
    List(
        f"{MEMBER}/tags",
        "tags",
        "member_tag_list",
        "member_tag_documents",
        parents="members",
        order="id::bigint",
    ),
    List(
        f"{MEMBER}/events",
        "events",
        "event_list",
        "event_documents",
        parents="members",
        order="id::bigint desc",
    ),
    List(
        "campaigns",
        "campaigns",
        "campaigns",
        "campaign_documents",
        bounds=_between("send_time", "send_at") | _between("create_time", "created_at"),
        equals={
            "status": ("status", ("save", "paused", "schedule", "sending", "sent")),
            "list_id": ("list_id", ()),
        },
        sort={"create_time": "created_at", "send_time": "send_at"},
        order="mailing_id desc",
        is_single=True,
    ),
    List(
        "automations",
        "automations",
        "automations",
        "automation_documents",
        bounds=_between("create_time", "created_at"),
        equals={"status": ("status", ("save", "paused", "sending"))},
        is_single=True,
    ),
    List(
        r"automations/(?P<parent>[^/]+)/emails",
        "emails",
        "automation_emails",
        "automation_email_documents",
        parents="automations",
        is_single=True,
    ),
    List(
        "reports",
        "reports",
        "reports",
        "report_documents",
        bounds=_between("send_time", "sent_at"),
        order="mailing_id desc",
        is_single=True,
    ),
    List(
        f"{REPORT}/sent-to",
        "sent_to",
        "recipients",
        "sent_to_documents",
        parents="sendings",
        echo="campaign_id",
    ),
    ACTIVITY,
    List(
        f"{REPORT}/unsubscribed",
        "unsubscribes",
        "unsubscribes",
        "unsubscribe_documents",
        parents="sendings",
        echo="campaign_id",
    ),
)
