"""What the API is told of members: it stays in tables of its own, beside the shop's state."""

import hashlib
import re
from typing import Any

import duckdb
import orjson

from ecom_ai_os.sandbox.mailchimp.lists import STATUSES
from ecom_ai_os.sandbox.mailchimp.params import TIME
from ecom_ai_os.sandbox.mailchimp.problems import ProblemError, invalid, not_found

#: Journeys made in the app with a step that starts on "API trigger".
JOURNEY_STEPS = {(2451, 8801), (2452, 8811)}
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TAKEN_BACK = {"unsubscribed", "cleaned"}
UPSERT = """
insert into mailchimp.edits by name
select
    $id as email_id, $email as email_address, $status as status, $fields::json as merge_fields,
    $vip as vip, $language as language, getvariable('now')::timestamptz as edited_at,
    false as is_deleted
on conflict (email_id) do update set
    status = coalesce(excluded.status, status),
    merge_fields = json_merge_patch(coalesce(merge_fields, '{}'), excluded.merge_fields),
    vip = coalesce(excluded.vip, vip),
    language = coalesce(excluded.language, language),
    edited_at = excluded.edited_at
"""


def email_id(address: str) -> str:
    """The name of an address in paths; a path may hold the address itself as well."""
    is_address = "@" in address
    return hashlib.md5(address.strip().lower().encode()).hexdigest() if is_address else address


def upsert(cursor: duckdb.DuckDBPyConnection, member: str, body: dict[str, Any]) -> str:
    """PUT: change a member, or make one with `status_if_new`. Returns its id."""
    if _status(cursor, member):
        return update(cursor, member, body)
    status = body.get("status_if_new") or body.get("status")
    return create(cursor, body | {"status": status})


def create(cursor: duckdb.DuckDBPyConnection, body: dict[str, Any]) -> str:
    """Make a member. Raises ProblemError for one that exists or was deleted for good."""
    address, status = body.get("email_address"), body.get("status")
    if not isinstance(address, str) or not ADDRESS.fullmatch(address.strip()):
        raise invalid(("email_address", "Please provide a valid email address."))
    if status not in STATUSES:
        raise invalid(("status", "Data did not match any of the schemas described in anyOf."))
    if _is_forgotten(cursor, email_id(address)):
        raise ProblemError(
            400,
            "Forgotten Email Not Subscribed",
            f"{address} was permanently deleted and cannot be re-imported. The contact must "
            "re-subscribe to get back on the list.",
        )
    if _status(cursor, email_id(address)):
        raise ProblemError(
            400,
            "Member Exists",
            f"{address} is already a list member. Use PUT to insert or update list members.",
        )
    return _write(cursor, email_id(address), body)


def update(cursor: duckdb.DuckDBPyConnection, member: str, body: dict[str, Any]) -> str:
    """PATCH: change a member that is there. Raises ProblemError."""
    status = _status(cursor, member)
    if not status:
        raise not_found()
    if status in TAKEN_BACK and body.get("status") in ("subscribed", "pending"):
        raise ProblemError(
            400,
            "Member In Compliance State",
            f"{body.get('email_address', 'The contact')} is in a compliance state due to "
            "unsubscribe, bounce, or compliance review and cannot be subscribed.",
        )
    return _write(cursor, member, body)


def delete(cursor: duckdb.DuckDBPyConnection, member: str, *, for_good: bool) -> None:
    """Archive a member, or forget it. Raises ProblemError."""
    if not _status(cursor, member):
        raise not_found()
    _write(cursor, member, {"status": "archived"})
    if for_good:
        cursor.execute(
            "update mailchimp.edits set is_deleted = true, merge_fields = '{}' where email_id = ?",
            [member],
        )


def tag(cursor: duckdb.DuckDBPyConnection, member: str, body: dict[str, Any]) -> None:
    """Put tags on a member and take tags off; missing ones are made. Raises ProblemError."""
    if not _status(cursor, member):
        raise not_found()
    tags = body.get("tags")
    if not isinstance(tags, list) or not all(
        isinstance(t, dict) and t.get("name") and t.get("status") in ("active", "inactive")
        for t in tags
    ):
        raise invalid(("tags", "Schema describes object, a name and a status are required."))
    for each in tags:
        number = int(hashlib.md5(str(each["name"]).encode()).hexdigest()[:7], 16)
        now = "getvariable('now')::timestamptz"
        cursor.execute(
            f"insert into mailchimp.tags values ($id, $name, {now}, {now}) "
            f"on conflict do update set updated_at = {now}",
            {"id": number, "name": each["name"]},
        )
        if each["status"] == "active":
            sql = f"insert or ignore into mailchimp.member_tags values (?, ?, {now})"
        else:
            sql = "delete from mailchimp.member_tags where email_id = ? and tag_id = ?"
        cursor.execute(sql, [member, number])
    _write(cursor, member, {})


def add_event(cursor: duckdb.DuckDBPyConnection, member: str, body: dict[str, Any]) -> None:
    """Keep an event of a member; the same one twice is two. Raises ProblemError."""
    if _status(cursor, member) in (None, "archived"):
        raise not_found()
    name, properties = body.get("name"), body.get("properties", {})
    if not isinstance(name, str) or not 2 <= len(name) <= 30:
        raise invalid(("name", "Event name must be 2-30 characters in length."))
    if not isinstance(properties, dict) or not all(
        isinstance(value, str) for value in properties.values()
    ):
        raise invalid(("properties", "Schema describes string."))
    at = body.get("occurred_at")
    if at is not None and not TIME.fullmatch(str(at)):
        raise invalid(("occurred_at", "Value is not a valid date/time."))
    cursor.execute(
        "insert into mailchimp.events (email_id, name, properties, occurred_at, "
        "starts_automations) values (?, ?, ?, coalesce(?, getvariable('now'))::timestamptz, ?)",
        [member, name, orjson.dumps(properties).decode(), at, not body.get("is_syncing")],
    )


def trigger(
    cursor: duckdb.DuckDBPyConnection, journey: int, step: int, body: dict[str, Any]
) -> None:
    """Start a journey's step for a member. Raises ProblemError."""
    address = body.get("email_address")
    if not isinstance(address, str):
        raise invalid(("email_address", "This value should not be blank."))
    if (journey, step) not in JOURNEY_STEPS or not _status(cursor, email_id(address)):
        raise not_found()
    cursor.execute(
        "insert into mailchimp.triggers values (?, ?, ?, getvariable('now')::timestamptz)",
        [journey, step, email_id(address)],
    )


def _status(cursor: duckdb.DuckDBPyConnection, member: str) -> str | None:
    row = cursor.execute("select status from mailchimp.members where id = ?", [member]).fetchone()
    return row[0] if row else None


def _is_forgotten(cursor: duckdb.DuckDBPyConnection, member: str) -> bool:
    sql = "select is_deleted from mailchimp.edits where email_id = ? and is_deleted"
    return cursor.execute(sql, [member]).fetchone() is not None


def _write(cursor: duckdb.DuckDBPyConnection, member: str, body: dict[str, Any]) -> str:
    fields = body.get("merge_fields", {})
    if not isinstance(fields, dict):
        raise invalid(("merge_fields", "Schema describes object."))
    known = cursor.execute("select tag, type from mailchimp.merge_field_list").fetchall()
    kinds = dict(known)
    wrong = [name for name, value in fields.items() if not _fits(kinds.get(name), value)]
    if wrong:
        message = "Data did not match any of the schemas described in anyOf."
        raise invalid(*((f"merge_fields.{name}", message) for name in wrong))
    cursor.execute(
        UPSERT,
        {
            "id": member,
            "email": body.get("email_address"),
            "status": body.get("status"),
            "fields": orjson.dumps({k: v for k, v in fields.items() if k in kinds}).decode(),
            "vip": body.get("vip"),
            "language": body.get("language"),
        },
    )
    return member


def _fits(kind: str | None, value: Any) -> bool:
    """Merge fields that the audience does not have are ignored."""
    if kind is None:
        return True
    if kind == "number":
        return value == "" or (isinstance(value, int | float) and not isinstance(value, bool))
    return isinstance(value, dict) if kind == "address" else isinstance(value, str | int | float)
