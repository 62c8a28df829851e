"""Messages handed to Mailchimp: merge fields, tags, an event of the member, a step of a journey.

Nothing here subscribes anybody or changes a status, and nobody is made a member: a write to an
address the audience does not have is refused. The event carries our message's id and is what
`sent` looks for. A journey's step is triggered after it, since the vendor keeps no list of
triggers: a run killed between the two loses one message rather than sends it twice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any

import orjson

from ecom_ai_os.platforms.activation import Consent, Outgoing, RefusedError
from ecom_ai_os.platforms.http import HttpError, patient
from ecom_ai_os.platforms.mailchimp.client import Client
from ecom_ai_os.platforms.mailchimp.details import lookup
from ecom_ai_os.platforms.mailchimp.paging import Walk, before, side_by_side, unless_gone
from ecom_ai_os.platforms.mailchimp.settings import MailchimpConnection, Step

#: The vendor's bounds of an event's name.
MIN_NAME, MAX_NAME = 2, 30
#: Bounced for good, or put away by the merchant: nothing is sent there.
UNREACHABLE = {"cleaned", "archived"}
#: Refused before it was looked at; after any other fault a message may have come through.
REFUSALS = {403, 429, 503}


class MailchimpSender:
    """Hands messages to one audience; see `activation.Sender`."""

    def __init__(self, settings: MailchimpConnection, client: Client) -> None:
        self._settings = settings
        self._client = client

    @cached_property
    def audience(self) -> str:
        """The audience messages go through. Raises HttpError when it is not there or not clear."""
        list_ids = self._client.list_ids()
        wanted = self._settings.audience or (list_ids[0] if len(list_ids) == 1 else "")
        if wanted not in list_ids:
            said = f"audience {wanted!r} is not" if wanted else "which one is written to is not set"
            raise HttpError(f"{said} among the account's {len(list_ids)} audiences")
        return wanted

    def consents(self, emails: Sequence[str]) -> dict[str, Consent]:
        """Return each member's consent: marketing may go to who is subscribed."""
        found = side_by_side(self._consent, emails)
        return {email: consent for email, consent in found if consent}

    def send(self, outgoing: Outgoing) -> str:
        """Hand one message over; returns our own id of it, as the vendor gives none.

        Raises RefusedError for an address that is no member, a name that is none to the vendor and
        whatever else it finds invalid.
        """
        if not MIN_NAME <= len(outgoing.kind) <= MAX_NAME:
            raise RefusedError(f"event names have {MIN_NAME} to {MAX_NAME} letters")
        member = self._member(outgoing.email)
        step = self._settings.journeys.get(outgoing.kind)
        with _refusals():
            self._update(member, outgoing)
            # Where we start the journey ourselves, the event starts nothing beside it.
            self._once(f"{member}/events", _event(outgoing) | {"is_syncing": step is not None})
        if step:
            self._trigger(step, outgoing.email)
        return outgoing.message_id

    def sent(self, outgoing: Outgoing) -> str | None:
        """Return the message's id when its event is among the member's."""
        with unless_gone():
            for page in Walk(self._client, f"{self._member(outgoing.email)}/events", "events"):
                for event in page.records:
                    if lookup(event, "properties.message_id") == outgoing.message_id:
                        return outgoing.message_id
        return None

    def _member(self, email: str) -> str:
        name = hashlib.md5(email.strip().lower().encode()).hexdigest()
        return f"lists/{self.audience}/members/{name}"

    def _consent(self, email: str) -> Consent | None:
        with unless_gone():
            member = self._client.get(self._member(email), fields="status,unsubscribe_reason").body
            status, why = lookup(member, "status"), str(lookup(member, "unsubscribe_reason") or "")
            is_suppressed = status in UNREACHABLE or "abuse" in why.lower()
            reason = f"{status}: {why}" if why else str(status)
            return Consent(status == "subscribed", is_suppressed, reason)
        return None

    def _merge_fields(self, outgoing: Outgoing) -> dict[str, Any]:
        names = self._settings.merge_fields
        return {
            names[name]: value if type(value) in (int, float) else _text(value)
            for name, value in outgoing.profile.items()
            if name in names
        }

    def _update(self, member: str, outgoing: Outgoing) -> None:
        """Set merge fields and tags, which may be done twice without harm."""
        ask = partial(patient(), self._client.ask)
        if merge_fields := self._merge_fields(outgoing):
            params = {"skip_merge_validation": "true"}
            ask("PATCH", member, json={"merge_fields": merge_fields}, params=params)
        if tags := _tags(outgoing):
            ask("POST", f"{member}/tags", json={"tags": tags})

    def _once(self, path: str, body: dict[str, Any]) -> None:
        """Send what would be two if it came twice. Raises HttpError."""

        def attempt() -> None:
            try:
                self._client.ask("POST", path, json=body)
            except HttpError as error:
                error.is_transient = error.is_transient and error.status in REFUSALS
                raise

        patient()(attempt)

    def _trigger(self, step: Step, email: str) -> None:
        journey = f"customer-journeys/journeys/{step.journey_id}/steps/{step.step_id}"
        try:
            self._once(f"{journey}/actions/trigger", {"email_address": email})
        except HttpError as error:
            raise RefusedError(f"its journey may not have started: {error}") from None


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what the vendor will never take into a RefusedError."""
    try:
        yield
    except HttpError as error:
        if error.status == 404:
            raise RefusedError("is no member of the audience") from None
        if error.status == 400:
            raise RefusedError(str(error)) from None
        raise


def _tags(outgoing: Outgoing) -> list[dict[str, str]]:
    wanted = ((outgoing.joins, "active"), (outgoing.leaves, "inactive"))
    return [{"name": name, "status": status} for name, status in wanted if name]


def _event(outgoing: Outgoing) -> dict[str, Any]:
    """Return the event; the vendor's properties are all text."""
    properties = {name: _text(value) for name, value in outgoing.properties.items()}
    return {
        "name": outgoing.kind,
        "properties": properties | {"message_id": outgoing.message_id},
        "occurred_at": before(outgoing.occurred_at),
    }


def _text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return orjson.dumps(value, default=str).decode().strip('"')
