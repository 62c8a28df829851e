"""An e-mail platform in memory that can be down, lose its answer, refuse, or see its caller die."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from ecom_ai_os.platforms.activation import Consent, Outgoing, RefusedError
from ecom_ai_os.platforms.http import HttpError

SUBSCRIBED = Consent(True, False, "subscribed")
LEFT = Consent(False, False, "unsubscribed")
BOUNCED = Consent(False, True, "bounced")


class KilledError(BaseException):
    """The run is dead: nothing after it happens."""


@dataclass
class FakePlatform:
    """Goes wrong in one way, `fault`, at a time.

    none; down; deaf (answers no question); lost (accepts, its answer never comes); refuse; kill.
    Of the messages in `stuck` it accepts what it is sent and never gives an answer one can read.
    """

    people: dict[str, Consent] = field(default_factory=dict)
    fault: str = "none"
    stuck: set[str] = field(default_factory=set)
    accepted: list[Outgoing] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def consents(self, emails: Sequence[str]) -> dict[str, Consent]:
        if self.fault == "deaf":
            raise HttpError("mail.test/profiles did not answer in time", is_transient=True)
        return {email: self.people[email] for email in emails if email in self.people}

    def send(self, outgoing: Outgoing) -> str:
        if self.fault == "down":
            raise HttpError("mail.test/events refused the request (HTTP 503)", is_transient=True)
        if self.fault == "refuse":
            raise RefusedError("the profile is being deleted")
        with self.lock:
            self.accepted.append(outgoing)
        if self.fault == "lost":
            raise HttpError("mail.test/events: the connection was cut", is_transient=True)
        if self.fault == "kill":
            raise KilledError
        if outgoing.message_id in self.stuck:
            raise KeyError(outgoing.email)
        return f"e-{outgoing.message_id}"

    def sent(self, outgoing: Outgoing) -> str | None:
        if self.fault == "deaf":
            raise HttpError("mail.test/events did not answer in time", is_transient=True)
        if outgoing.message_id in self.stuck:
            raise HttpError("mail.test/events refused the request (HTTP 500)", is_transient=True)
        self.asked.append(outgoing.message_id)
        ids = {known.message_id for known in self.accepted}
        return f"e-{outgoing.message_id}" if outgoing.message_id in ids else None
