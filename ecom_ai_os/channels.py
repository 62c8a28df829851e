"""Channels: how customers are written to and teams are told; `[channels.…]` of ecom.toml."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, SecretStr

TEAMS = ("operations", "buying", "support", "marketing", "data")


class EmailChannel(BaseModel):
    """`[channels.email]`: the connection that e-mails and profile updates are handed over to.

    `events` gives the event that starts a flow or journey another name than the message's kind;
    `audiences` says what the platform calls the list or tag that members are put into.
    """

    model_config = ConfigDict(extra="forbid")

    connection: str | None = None
    mode: Literal["dry_run", "live"] = "dry_run"
    events: dict[str, str] = {}
    audiences: dict[str, str] = {"vip": "VIP"}

    def event(self, kind: str) -> str:
        """Return the platform's name of what starts the flow for this kind of message."""
        return self.events.get(kind, kind)

    def audience(self, name: str | None) -> str | None:
        """Return the platform's name of an audience."""
        return self.audiences.get(name, name) if name else None


class AlertTargets(BaseModel):
    """`[channels.alerts]`: where each team is told of new problems, as Apprise addresses.

    Several are parted by commas. They hold passwords, so they come from the environment alone:
    `ECOM__CHANNELS__ALERTS__BUYING` is that of the team buying. The team data is told of runs
    that failed and of connections that could not be read or fell silent.
    """

    model_config = ConfigDict(extra="forbid")

    operations: SecretStr | None = None
    buying: SecretStr | None = None
    support: SecretStr | None = None
    marketing: SecretStr | None = None
    data: SecretStr | None = None

    def by_team(self) -> dict[str, SecretStr]:
        """Return the targets of the teams that have any."""
        targets = {team: getattr(self, team) for team in TEAMS}
        return {team: target for team, target in targets.items() if target}


class Channels(BaseModel):
    """All ways out of the house."""

    model_config = ConfigDict(extra="forbid")

    email: EmailChannel = EmailChannel()
    alerts: AlertTargets = AlertTargets()
