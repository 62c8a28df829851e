"""What is asked of a platform that writes to customers: who may be written to, one message each.

A connector that can do so has `sender()`. What is to be sent, and whether it may be, is decided in
`defs/outbox.py`; a sender hands one message over and knows how to find it again, so that a run
killed between the platform's acceptance and our record of it never sends twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable


@dataclass(frozen=True)
class Outgoing:
    """One message, or update of a profile, for one person.

    `message_id` is ours and deterministic: the platform is told it and can be asked for it. `kind`
    names the event that starts the platform's flow or journey; `properties` are the event's.
    `profile` are properties of the person to set; consent is never among them. `joins` and
    `leaves` name audiences (a list or a tag) the person is put into or taken out of.
    """

    message_id: str
    kind: str
    email: str
    occurred_at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)
    profile: Mapping[str, Any] = field(default_factory=dict)
    joins: str | None = None
    leaves: str | None = None


@dataclass(frozen=True)
class Consent:
    """What the platform says of an address now, and why, in its own words.

    `may_email`: marketing may go there. `is_suppressed`: nothing at all may, not even about an
    order: it bounced hard, complained, was suppressed by hand or is to be forgotten.
    """

    may_email: bool
    is_suppressed: bool
    reason: str


class RefusedError(Exception):
    """The platform will never take this message; says why, without the address."""


class Sender(Protocol):
    """Hands messages to one platform. Every method may raise HttpError."""

    def consents(self, emails: Sequence[str]) -> dict[str, Consent]:
        """Return what the platform knows of each address; those it does not know are missing."""
        ...

    def send(self, outgoing: Outgoing) -> str:
        """Hand one message over and return the platform's id of it. Raises RefusedError."""
        ...

    def sent(self, outgoing: Outgoing) -> str | None:
        """Return the platform's id of this message when it has it already, else None."""
        ...


@runtime_checkable
class Activating(Protocol):
    """A connector through which customers can be written to."""

    def sender(self) -> Sender:
        """Return the sender of this connection."""
        ...
