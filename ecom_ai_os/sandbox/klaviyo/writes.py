"""What can be written: events, profiles, lists and who is in them, merges and erasures."""

from collections.abc import Callable
from typing import Any

import duckdb
import orjson
from starlette.requests import Request
from starlette.responses import Response

from ecom_ai_os.sandbox.klaviyo import bodies, listing
from ecom_ai_os.sandbox.klaviyo.answers import document, site
from ecom_ai_os.sandbox.klaviyo.errors import invalid, not_found, refusal
from ecom_ai_os.sandbox.klaviyo.limits import LIST_CREATION, XL, L, M, Tier
from ecom_ai_os.sandbox.klaviyo.people import LISTS, PROFILES
from ecom_ai_os.sandbox.klaviyo.resource import Resource
from ecom_ai_os.sandbox.klaviyo.state import State

Body = dict[str, Any]
Write = Callable[[State, Request, Body], Response]
MOST_MEMBERS = 1000
FIELDS = (
    *("first_name", "last_name", "organization", "locale", "title", "image"),
    *("email", "phone_number", "external_id", "location", "properties", "anonymous_id", "_kx"),
)


def create_event(state: State, request: Request, body: Body) -> Response:
    """Take an event, unless there is one of the same profile, metric and unique_id."""
    event = bodies.event(body, state.shop.now)
    with state.writing() as cursor:
        profile_id = _upsert(cursor, event.profile)
        metric = _metric(cursor, event.metric)
        properties = event.properties | {"$event_id": event.unique_id}
        if event.value is not None:
            properties["$value"] = event.value
        taken = cursor.execute(
            "insert into klaviyo.written_events by name select $1 as metric, $2 as profile_id, "
            "$3 as unique_id, $4 as happened_at, this_moment() as received_at, $5 as properties "
            "on conflict do nothing returning number",
            [metric, profile_id, event.unique_id, event.time, orjson.dumps(properties).decode()],
        ).fetchall()
    request.state.counters.add(f"klaviyo.events_{'taken' if taken else 'ignored'}")
    return Response(status_code=202)


def import_profile(state: State, request: Request, body: Body) -> Response:
    """Create a profile, or change what is given of it; null clears a field."""
    given = bodies.profile(body, FIELDS)
    with state.writing() as cursor:
        is_known = _known(cursor, given) is not None
        profile_id = _upsert(cursor, given)
    return _record(state, request, PROFILES, profile_id, 200 if is_known else 201)


def create_profile(state: State, request: Request, body: Body) -> Response:
    given = bodies.profile(body, FIELDS)
    with state.writing() as cursor:
        if known := _known(cursor, given):
            raise refusal(
                409,
                "duplicate_profile",
                "Conflict.",
                "A profile already exists with one of these identifiers.",
                pointer="/data/attributes",
                duplicate_profile_id=known,
            )
        profile_id = _upsert(cursor, given)
    return _record(state, request, PROFILES, profile_id, 201)


def create_list(state: State, request: Request, body: Body) -> Response:
    """Create a list; several may have one name."""
    attributes = bodies.attributes(body, "list")
    name = attributes.get("name")
    if not isinstance(name, str) or not name:
        raise invalid("'name' is a required field.", pointer="/data/attributes/name")
    with state.writing() as cursor:
        [(list_id,)] = cursor.execute(
            "insert into klaviyo.written_lists select klaviyo.short_id('written', "
            "nextval('klaviyo.numbers')::varchar), $1, $2, this_moment() returning list_id",
            [name, attributes.get("opt_in_process", "double_opt_in")],
        ).fetchall()
    return _record(state, request, LISTS, list_id, 201)


def add_members(state: State, request: Request, body: Body) -> Response:
    ids = _members(body)
    with state.writing() as cursor:
        _check_list(cursor, request.path_params["id"])
        cursor.execute(
            "insert into klaviyo.written_members select $1, id, this_moment() "
            "from klaviyo.profiles where id in (select unnest($2)) on conflict do nothing",
            [request.path_params["id"], ids],
        )
    return Response(status_code=204)


def remove_members(state: State, request: Request, body: Body) -> Response:
    ids = _members(body)
    with state.writing() as cursor:
        _check_list(cursor, request.path_params["id"])
        cursor.execute(
            "delete from klaviyo.written_members "
            "where list_id = $1 and profile_id in (select unnest($2))",
            [request.path_params["id"], ids],
        )
    return Response(status_code=204)


def merge_profiles(state: State, request: Request, body: Body) -> Response:
    """Move a profile's events and memberships to another; the profile itself is gone."""
    into, source = bodies.merge(body)
    with state.writing() as cursor:
        for profile_id in (into, source):
            if not _exists(cursor, profile_id):
                raise not_found(f"A profile with id {profile_id} does not exist.")
        _go(cursor, source, into)
        for table in ("events", "members"):
            moved = f"klaviyo.written_{table}"
            cursor.execute(
                f"update {moved} set profile_id = $1 where profile_id = $2", [into, source]
            )
    link = f"{site(request)}/api/profiles/{into}/"
    data = {"type": "profile", "id": into, "links": {"self": link}}
    return document({"data": data, "links": {"self": link}}, 201)


def erase_profile(state: State, request: Request, body: Body) -> Response:
    """Forget a person for good."""
    given = bodies.erased(body)
    with state.writing() as cursor:
        if known := _known(cursor, given):
            _go(cursor, known, None)
    return Response(status_code=202)


MEMBERS = "lists/{id}/relationships/profiles"
#: (method, path under /api) → tier, scopes, what is done
WRITES: dict[tuple[str, str], tuple[Tier, tuple[str, ...], Write]] = {
    ("POST", "events"): (XL, ("events:write",), create_event),
    ("POST", "profile-import"): (L, ("profiles:write",), import_profile),
    ("POST", "profiles"): (L, ("profiles:write",), create_profile),
    ("POST", "lists"): (LIST_CREATION, ("lists:write",), create_list),
    ("POST", MEMBERS): (M, ("lists:write", "profiles:write"), add_members),
    ("DELETE", MEMBERS): (M, ("lists:write", "profiles:write"), remove_members),
    ("POST", "profile-merge"): (M, ("profiles:write",), merge_profiles),
    ("POST", "data-privacy-deletion-jobs"): (M, ("data-privacy:write",), erase_profile),
}


def _upsert(cursor: duckdb.DuckDBPyConnection, given: bodies.Given) -> str:
    """Return the id of the profile the identifiers name, with the given fields written to it."""
    profile_id = _known(cursor, given) or _new_id(cursor, given)
    fields = {k: v for k, v in given.fields.items() if k not in ("properties", "location")}
    cursor.execute(
        "insert into klaviyo.written_profiles values "
        "($1, $2, $3, $4, $5, $6, this_moment(), this_moment()) on conflict do update set "
        "email = coalesce(excluded.email, email), "
        "phone_number = coalesce(excluded.phone_number, phone_number), "
        "external_id = coalesce(excluded.external_id, external_id), "
        "fields = json_merge_patch(fields, excluded.fields), "
        "properties = json_merge_patch(properties, excluded.properties), "
        "updated_at = this_moment()",
        [
            profile_id,
            given.email,
            given.phone_number,
            given.external_id,
            orjson.dumps(fields).decode(),
            orjson.dumps(given.fields.get("properties") or {}).decode(),
        ],
    )
    cursor.execute("delete from klaviyo.profiles where id = $1", [profile_id])
    cursor.execute(
        "insert into klaviyo.profiles by name from klaviyo.profile_state where id = $1",
        [profile_id],
    )
    return profile_id


def _known(cursor: duckdb.DuckDBPyConnection, given: bodies.Given) -> str | None:
    rows = cursor.execute(
        "select id from klaviyo.profiles "
        "where id = $1 or email = $2 or external_id = $3 or ($2 is null and phone = $4) "
        "order by id = $1 desc, email = $2 desc limit 1",
        [given.id, given.email, given.external_id, given.phone_number],
    ).fetchall()
    return rows[0][0] if rows else None


def _new_id(cursor: duckdb.DuckDBPyConnection, given: bodies.Given) -> str:
    key = given.email or given.phone_number or given.external_id
    [(profile_id,)] = cursor.execute("select klaviyo.profile_id($1)", [key]).fetchall()
    return str(profile_id)


def _go(cursor: duckdb.DuckDBPyConnection, profile_id: str, into: str | None) -> None:
    """Let a profile go into another or nowhere, and what went into it before with it."""
    cursor.execute("insert into klaviyo.gone_profiles values ($1, $2)", [profile_id, into])
    cursor.execute(
        "update klaviyo.gone_profiles set into_id = $2 where into_id = $1", [profile_id, into]
    )
    cursor.execute("delete from klaviyo.profiles where id = $1", [profile_id])
    cursor.execute("create or replace table klaviyo.accounts as from klaviyo.account_state")


def _metric(cursor: duckdb.DuckDBPyConnection, name: str) -> int:
    """Return the number of a metric, which its first event makes."""
    known = cursor.execute("select metric from klaviyo.metrics where name = $1", [name])
    if found := known.fetchall():
        return int(found[0][0])
    [(metric, created_at)] = cursor.execute(
        "insert into klaviyo.written_metrics "
        "select nextval('klaviyo.numbers') + 100, $1, this_moment() returning metric, created_at",
        [name],
    ).fetchall()
    cursor.execute(
        "insert into klaviyo.metrics select $1, klaviyo.short_id('metric', $2), $2, 'API', $3",
        [metric, name, created_at],
    )
    return int(metric)


def _exists(cursor: duckdb.DuckDBPyConnection, profile_id: str) -> bool:
    found = cursor.execute("from klaviyo.profiles where id = $1", [profile_id])
    return bool(found.fetchall())


def _check_list(cursor: duckdb.DuckDBPyConnection, list_id: str) -> None:
    if not cursor.execute("from klaviyo.lists where id = $1", [list_id]).fetchall():
        raise not_found(f"A list with id {list_id} does not exist.")


def _members(body: Body) -> list[str]:
    data = body.get("data")
    if not isinstance(data, list) or not all(
        isinstance(each, dict) and each.get("type") == "profile" and isinstance(each.get("id"), str)
        for each in data
    ):
        raise invalid("A list of profiles is required.")
    if len(data) > MOST_MEMBERS:
        raise invalid(f"No more than {MOST_MEMBERS} profiles are taken at once.")
    return [each["id"] for each in data]


def _record(state: State, request: Request, of: Resource, key: str, status: int) -> Response:
    with state.reading(site(request)) as cursor:
        [text] = listing.documents(cursor, of, [key])
    record = orjson.loads(text)
    for name in of.additional:
        record["attributes"].pop(name, None)
    return document({"data": record, "links": record["links"]}, status)
