"""Request bodies, checked as Klaviyo does: all or nothing, with pointers to what is wrong."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from starlette.requests import Request

from ecom_ai_os.sandbox.klaviyo.answers import MEDIA_TYPE
from ecom_ai_os.sandbox.klaviyo.errors import invalid, refusal

Body = dict[str, Any]

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
PHONE = re.compile(r"\+[1-9]\d{6,14}")
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
MOST_PROPERTIES, LONGEST_METRIC, MOST_BYTES = 400, 128, 5_000_000


@dataclass(frozen=True)
class Given:
    """What a body says of a profile; the address is in lower case."""

    id: str | None
    email: str | None
    phone_number: str | None
    external_id: str | None
    fields: Body


@dataclass(frozen=True)
class Event:
    metric: str
    profile: Given
    time: datetime
    unique_id: str
    properties: Body
    value: float | None


def read(request: Request) -> Body:
    """Raises RefusedError unless the request's body is a JSON:API document."""
    content = request.state.body
    kind = request.headers.get("content-type", "").partition(";")[0]
    if kind not in (MEDIA_TYPE, "application/json"):
        raise refusal(415, "unsupported_media_type", "Unsupported media type.", f"'{kind}'.")
    if len(content) > MOST_BYTES:
        raise refusal(413, "payload_too_large", "Payload too large.", "At most 5 MB are taken.")
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise invalid("Malformed request body.") from None
    if not isinstance(body, dict) or "data" not in body:
        raise invalid("'data' is a required field.")
    return body


def attributes(body: Body, kind: str, pointer: str = "/data") -> Body:
    data = body.get("data")
    if not isinstance(data, dict) or data.get("type") != kind:
        raise invalid(f"'type' must be '{kind}'.", pointer=f"{pointer}/type")
    found = data.get("attributes", {})
    if not isinstance(found, dict):
        raise invalid("'attributes' must be an object.", pointer=f"{pointer}/attributes")
    return found


def profile(body: Body, known: tuple[str, ...] | None = None, pointer: str = "/data") -> Given:
    given = attributes(body, "profile", pointer)
    if known and (unknown := given.keys() - set(known)):
        name = min(unknown)
        raise invalid(f"'{name}' is not a valid field.", pointer=f"{pointer}/attributes/{name}")
    _check_identifiers(given, pointer)
    found = Given(
        body["data"].get("id"),
        given["email"].strip().lower() if given.get("email") else None,
        given.get("phone_number"),
        given.get("external_id"),
        given,
    )
    if not (found.id or found.email or found.phone_number or found.external_id):
        raise invalid("One of email, phone_number, external_id or id is required.", pointer=pointer)
    return found


def _check_identifiers(given: Body, pointer: str) -> None:
    email, phone = given.get("email"), given.get("phone_number")
    if email is not None and not (isinstance(email, str) and ADDRESS.fullmatch(email.strip())):
        raise invalid(
            f"'{email}' is not a valid email address.", pointer=f"{pointer}/attributes/email"
        )
    if phone is not None and not (isinstance(phone, str) and PHONE.fullmatch(phone)):
        raise invalid(
            "The phone number must be in E.164 format.",
            pointer=f"{pointer}/attributes/phone_number",
        )


def event(body: Body, now: datetime) -> Event:
    given = attributes(body, "event")
    properties = given.get("properties")
    if not isinstance(properties, dict) or len(properties) > MOST_PROPERTIES:
        raise invalid(
            "'properties' must be an object of at most 400.", pointer="/data/attributes/properties"
        )
    metric = attributes(_object(given, "metric"), "metric", "/data/attributes/metric/data")
    name = metric.get("name")
    if not isinstance(name, str) or not 0 < len(name) < LONGEST_METRIC:
        raise invalid("'name' is required.", pointer="/data/attributes/metric/data/attributes/name")
    at = _time(given.get("time"), now)
    who = profile(_object(given, "profile"), pointer="/data/attributes/profile/data")
    unique_id = given.get("unique_id") or str(int(at.timestamp()))
    return Event(name, who, at, str(unique_id), properties, given.get("value"))


def _time(text: Any, now: datetime) -> datetime:
    """Return the moment said, in whole seconds; now when none is."""
    if text is None:
        return now
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        raise invalid("Invalid time.", pointer="/data/attributes/time") from None
    aware = (at if at.tzinfo else at.replace(tzinfo=UTC)).replace(microsecond=0)
    if not FIRST <= aware <= now + timedelta(days=366):
        raise invalid("The time is out of range.", pointer="/data/attributes/time")
    return aware


def _object(given: Body, name: str) -> Body:
    found = given.get(name)
    if not isinstance(found, dict):
        raise invalid(f"'{name}' is a required field.", pointer=f"/data/attributes/{name}")
    return found


def merge(body: Body) -> tuple[str, str]:
    """Return (the profile merged into, the one that goes)."""
    try:
        [source] = body["data"]["relationships"]["profiles"]["data"]
        return str(body["data"]["id"]), str(source["id"])
    except (KeyError, TypeError, ValueError):
        raise invalid("Exactly one source profile is required.") from None


def erased(body: Body) -> Given:
    given = attributes(body, "data-privacy-deletion-job")
    return profile(_object(given, "profile"), pointer="/data/attributes/profile/data")
