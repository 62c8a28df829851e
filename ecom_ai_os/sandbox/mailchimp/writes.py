"""Which request changes what."""

import re
from collections.abc import Callable
from typing import Any

import duckdb

from ecom_ai_os.sandbox.mailchimp import edits
from ecom_ai_os.sandbox.mailchimp.problems import not_found

#: As documents/scalars.sql has it.
LIST_ID = "a6b5da1054"
MEMBER = re.compile(r"lists/(?P<list>[^/]+)/members/(?P<member>[^/]+)(?P<rest>/.*)?")
TRIGGER = re.compile(r"customer-journeys/journeys/(\d+)/steps/(\d+)/actions/trigger")

Record = dict[str, Any]
Write = Callable[[duckdb.DuckDBPyConnection, str, Record], str | None]
WRITES: dict[tuple[str, str], Write] = {
    ("PUT", ""): edits.upsert,
    ("PATCH", ""): edits.update,
    ("DELETE", ""): lambda cursor, member, _: edits.delete(cursor, member, for_good=False),
    ("POST", "/actions/delete-permanent"): lambda cursor, member, _: edits.delete(
        cursor, member, for_good=True
    ),
    ("POST", "/tags"): edits.tag,
    ("POST", "/events"): edits.add_event,
}


def perform(cursor: duckdb.DuckDBPyConnection, method: str, path: str, body: Record) -> str | None:
    """Do what a request asks for. Returns the member the answer shows; None: it shows nothing.

    Raises ProblemError.
    """
    if method == "POST" and (found := TRIGGER.fullmatch(path)):
        edits.trigger(cursor, int(found[1]), int(found[2]), body)
        return None
    if method == "POST" and path == f"lists/{LIST_ID}/members":
        return edits.create(cursor, body)
    found = MEMBER.fullmatch(path)
    write = WRITES.get((method, found["rest"] or "")) if found else None
    if not found or not write or found["list"] != LIST_ID:
        raise not_found()
    return write(cursor, edits.email_id(found["member"]), body)
