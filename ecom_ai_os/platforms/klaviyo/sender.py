"""Messages handed over to Klaviyo: as events that trigger its flows, with properties and lists.

The event comes last and carries our id of the message as its `unique_id`: Klaviyo keeps one event
of a profile, metric and unique_id, so that a message handed over twice is sent once. All that comes
before may be repeated. Consent is read and never written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, timedelta
from threading import Lock

from ecom_ai_os.platforms.activation import Consent, Outgoing, RefusedError
from ecom_ai_os.platforms.http import HttpError, patient
from ecom_ai_os.platforms.klaviyo.client import Client, Params
from ecom_ai_os.platforms.klaviyo.filters import any_of, both, equals, since
from ecom_ai_os.platforms.klaviyo.metrics import metric_pages, metrics_in, named
from ecom_ai_os.platforms.klaviyo.profiles import WITH_CONSENT
from ecom_ai_os.platforms.klaviyo.records import Record, attribute

#: Addresses in one question; longer ones than 8 KB are refused on the way.
MOST_ADDRESSES = 50
#: Statuses of an answer that will be the same tomorrow.
REFUSED = (400, 404, 409, 413, 422)
#: Before our properties of a profile, so that the shop's own are never overwritten.
PREFIX = "ai_os_"
MESSAGE_ID = PREFIX + "message_id"
#: What leads to suppression and yet lets mails about an order pass.
ONLY_MARKETING = "UNSUBSCRIBE"


class KlaviyoSender:
    """Hands messages to one account; see `activation.Sender`."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._lists: dict[str, str] = {}
        self._metrics: dict[str, list[str]] = {}
        self._making_lists = Lock()

    def consents(self, emails: Sequence[str]) -> dict[str, Consent]:
        """Return what Klaviyo knows of each address; those it does not know are missing."""
        asked = {email.strip().lower(): email for email in emails}
        found = {}
        for chunk in _chunks(list(asked)):
            for profile in self._profiles(chunk):
                email = str(attribute(profile, "email")).lower()
                if email in asked:
                    found[asked[email]] = _consent(profile)
        return found

    def _profiles(self, emails: list[str]) -> list[Record]:
        """Return the profiles of the addresses; one that Klaviyo refuses to look for has none.

        Raises HttpError, also when it refuses all of them: then the fault is ours.
        """
        wanted: Params = {"filter": any_of("email", emails)}
        try:
            pages = list(self._client.walk("profiles", **WITH_CONSENT | wanted))
            return [profile for page in pages for profile in page.records]
        except HttpError as error:
            if error.status != 400 or len(emails) == 1:
                raise
            half = len(emails) // 2
            answers = [self._unless_refused(part) for part in (emails[:half], emails[half:])]
            if answers == [None, None]:
                raise
            return [profile for answer in answers for profile in answer or ()]

    def _unless_refused(self, emails: list[str]) -> list[Record] | None:
        try:
            return self._profiles(emails)
        except HttpError as error:
            if error.status != 400:
                raise
            return None

    def send(self, outgoing: Outgoing) -> str:
        """Set properties, move between lists, then hand over the event; return its unique_id.

        Raises RefusedError, HttpError.
        """
        try:
            if outgoing.profile or outgoing.joins or outgoing.leaves:
                self._update(outgoing)
            self._client.ask("POST", "events", _event(outgoing))
        except HttpError as error:
            if error.status in REFUSED:
                raise RefusedError(_without(outgoing.email, str(error))) from None
            raise
        return outgoing.message_id

    def sent(self, outgoing: Outgoing) -> str | None:
        """Return the id of the event that hands this message over, when Klaviyo shows it already.

        It may show it two hours late; sending again is safe all the same.
        """
        profile = self._profile(outgoing.email)
        if not profile:
            return None
        for metric in self._metrics_of(outgoing.kind):
            if found := self._find(profile, metric, outgoing):
                return found
        return None

    def _metrics_of(self, name: str) -> list[str]:
        """Return the ids of the metrics of a name: its first event makes one."""
        if not self._metrics.get(name):
            self._metrics[name] = named(metrics_in(metric_pages(self._client)), [name])
        return self._metrics[name]

    def _find(self, profile: str, metric: str, outgoing: Outgoing) -> str | None:
        wanted = both(
            equals("profile_id", profile),
            equals("metric_id", metric),
            since("datetime", outgoing.occurred_at - timedelta(seconds=1)),
        )
        for page in self._client.walk("events", filter=wanted, sort="datetime"):
            for event in page.records:
                properties = attribute(event, "event_properties")
                if isinstance(properties, dict) and (
                    properties.get(MESSAGE_ID) == outgoing.message_id
                ):
                    return str(event["id"])
        return None

    def _profile(self, email: str) -> str | None:
        page = self._client.page(
            "profiles", {"filter": any_of("email", [email.lower()]), "page[size]": 1}
        )
        return next((str(record["id"]) for record in page.records), None)

    def _update(self, outgoing: Outgoing) -> None:
        properties = {PREFIX + name: value for name, value in outgoing.profile.items()}
        attributes = {"email": outgoing.email, "properties": properties}
        body = {"data": {"type": "profile", "attributes": attributes}}
        reply = self._client.ask("POST", "profile-import", body)
        member = {"data": [{"type": "profile", "id": reply.body["data"]["id"]}]}
        if outgoing.leaves and (left := self._list(outgoing.leaves)):
            self._client.ask("DELETE", f"lists/{left}/relationships/profiles", member)
        if outgoing.joins:
            joined = self._list_made(outgoing.joins)
            self._client.ask("POST", f"lists/{joined}/relationships/profiles", member)

    def _list(self, name: str) -> str | None:
        """Return the id of the first list of that name, which need not be the only one."""
        if name not in self._lists:
            pages = self._client.walk("lists", filter=any_of("name", [name]), sort="created")
            ids = [str(record["id"]) for page in pages for record in page.records]
            if not ids:
                return None
            self._lists[name] = ids[0]
        return self._lists[name]

    def _list_made(self, name: str) -> str:
        """Return the id of a list, made when there is none of the name.

        After a lost answer the list is looked for before it is made again, and threads wait for
        each other: nothing but that keeps two lists of a name from being.
        """
        with self._making_lists:
            return patient()(self._find_or_make_list, name)

    def _find_or_make_list(self, name: str) -> str:
        if found := self._list(name):
            return found
        attributes = {"name": name, "opt_in_process": "single_opt_in"}
        body = {"data": {"type": "list", "attributes": attributes}}
        reply = self._client.ask_once("POST", "lists", body)
        self._lists[name] = str(reply.body["data"]["id"])
        return self._lists[name]


def _event(outgoing: Outgoing) -> Record:
    metric = {"type": "metric", "attributes": {"name": outgoing.kind}}
    profile = {"type": "profile", "attributes": {"email": outgoing.email}}
    attributes = {
        "unique_id": outgoing.message_id,
        "time": outgoing.occurred_at.astimezone(UTC).isoformat(timespec="seconds"),
        "properties": dict(outgoing.properties) | {MESSAGE_ID: outgoing.message_id},
        "metric": {"data": metric},
        "profile": {"data": profile},
    }
    return {"data": {"type": "event", "attributes": attributes}}


def _consent(profile: Record) -> Consent:
    """Return what a profile's subscriptions say: only a yes that nothing suppresses is one."""
    subscriptions = attribute(profile, "subscriptions")
    try:
        marketing = subscriptions["email"]["marketing"]
        said, may = str(marketing["consent"]), marketing["can_receive_email_marketing"]
        reasons = [str(each["reason"]) for each in marketing.get("suppression") or []]
    except (KeyError, TypeError, AttributeError):
        return Consent(False, False, "no subscription is known")
    may_email = said == "SUBSCRIBED" and may is True and not reasons
    is_suppressed = any(reason != ONLY_MARKETING for reason in reasons)
    return Consent(may_email, is_suppressed, ", ".join([said, *reasons]))


def _without(email: str, text: str) -> str:
    """Return the text without the address, which a refusal quotes however odd it is."""
    return re.sub(re.escape(email), "…", text, flags=re.IGNORECASE)


def _chunks(emails: list[str]) -> list[list[str]]:
    return [emails[k : k + MOST_ADDRESSES] for k in range(0, len(emails), MOST_ADDRESSES)]
