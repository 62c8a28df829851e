"""Telling a team: any service Apprise knows (Slack, Teams, e-mail, ntfy, JSON …) by its address.

The addresses hold passwords: neither they nor Apprise's own words are shown or logged.
"""

from __future__ import annotations

import logging

from pydantic import SecretStr

#: severity of an alert → what Apprise calls it: the colour or symbol the service shows
KINDS = {"critical": "failure", "warning": "warning", "info": "info"}


def tell(targets: SecretStr, title: str, text: str, severity: str) -> tuple[int, str | None]:
    """Send one notification to each target (Apprise addresses parted by commas).

    Returns how many took it, and the problem, if there was one.
    """
    import apprise

    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    services = apprise.Apprise()
    is_understood = services.add(targets.get_secret_value())
    kind = apprise.NotifyType(KINDS[severity])
    took_it = [bool(s.notify(title=title, body=text, notify_type=kind)) for s in services]
    if not is_understood:
        return sum(took_it), "an address is none that Apprise understands"
    if not all(took_it):
        return sum(took_it), f"{took_it.count(False)} of {len(took_it)} targets did not take it"
    return len(took_it), None
