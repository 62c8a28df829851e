"""What the doctor asks a Klaviyo account, and how to mend what is wrong."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from ecom_ai_os.platforms import Finding
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.klaviyo.client import Client, Params
from ecom_ai_os.platforms.klaviyo.filters import equals
from ecom_ai_os.platforms.klaviyo.metrics import PLACED_ORDER, metric_pages, metrics_in, named
from ecom_ai_os.platforms.klaviyo.settings import KlaviyoConnection

KEYS_PAGE = "Klaviyo → Settings → API keys"
ONE: Params = {"page[size]": 1}
#: Scope → a list that needs it.
READ: dict[str, tuple[str, Params]] = {
    "metrics:read": ("metrics", {}),
    "profiles:read": ("profiles", ONE),
    "events:read": ("events", ONE),
    "campaigns:read": ("campaigns", ONE | {"filter": equals("messages.channel", "email")}),
    "flows:read": ("flows", ONE),
    "lists:read": ("lists", ONE),
    "segments:read": ("segments", ONE),
}
#: Scope → where a body that says nothing is refused as invalid by a key that has it.
WRITE = {"events:write": "events", "profiles:write": "profile-import", "lists:write": "lists"}


@dataclass(frozen=True)
class Doctor:
    """Examines one connection."""

    name: str
    settings: KlaviyoConnection
    client: Client

    def findings(self) -> Iterator[Finding]:
        """Yield findings until one that makes the next pointless."""
        for look in (self._configured, self._reachable):
            finding = look()
            yield finding
            if not finding.is_ok:
                return
        refused = yield from self._scopes()
        if not refused:
            yield self._orders()
        yield self._sending()

    def _says(self, says: str, mend: str = "") -> Finding:
        return Finding(not mend, self.name, says, mend)

    def _configured(self) -> Finding:
        if urlsplit(self.settings.base_url).scheme not in ("http", "https"):
            return self._says(
                f"base_url {self.settings.base_url!r} is no web address",
                f"leave base_url out of [connections.{self.name}]",
            )
        if not self.settings.api_key.get_secret_value():
            return self._says(
                "has no API key",
                f"set ECOM__CONNECTIONS__{self.name.upper()}__API_KEY to a private key from "
                f"{KEYS_PAGE}",
            )
        return self._says(f"is configured (revision {self.settings.revision})")

    def _reachable(self) -> Finding:
        """Ask for metrics; a key without that scope has come through all the same."""
        problem = self._problem("metrics", {})
        if not problem or problem.status == 403:
            return self._says("the API answers and knows the key")
        return self._says(str(problem), self._mend(problem))

    def _mend(self, problem: HttpError) -> str:
        if problem.status == 401:
            return f"renew the private key in {KEYS_PAGE}"
        if problem.status == 400 and "revision" in str(problem).lower():
            return f'set revision = "2026-07-15" in [connections.{self.name}]'
        return "try again later"

    def _scopes(self) -> Generator[Finding, None, bool]:
        """Yield what cannot be read; return whether there is any such thing."""
        problems = {scope: self._problem(path, params) for scope, (path, params) in READ.items()}
        refused = {scope: problem for scope, problem in problems.items() if problem}
        for scope, problem in refused.items():
            is_scope = problem.status == 403
            mend = f"make a key with the scope {scope} in {KEYS_PAGE}"
            yield self._says(str(problem), mend if is_scope else self._mend(problem))
        if not refused:
            yield self._says("everything it needs can be read")
        return bool(refused)

    def _orders(self) -> Finding:
        if named(metrics_in(metric_pages(self.client)), [PLACED_ORDER]):
            return self._says("orders reach Klaviyo, so campaigns have revenue")
        return self._says(
            f"has no metric {PLACED_ORDER!r}: campaigns have no revenue until the shop is connected"
        )

    def _sending(self) -> Finding:
        missing = [scope for scope, path in WRITE.items() if not self._may_write(path)]
        if missing:
            return self._says(f"reads only: to send messages its key needs {', '.join(missing)}")
        return self._says("its key may send events, set properties and fill lists")

    def _may_write(self, path: str) -> bool:
        try:
            self.client.ask_once("POST", path, {"data": {}})
        except HttpError as error:
            return error.status == 400
        return False

    def _problem(self, path: str, params: Params) -> HttpError | None:
        try:
            self.client.ask_once("GET", path, params=params)
        except HttpError as error:
            return error
        return None
