"""What the doctor asks a WooCommerce shop, and how to mend what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from ecom_ai_os.platforms import Finding
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.woocommerce.client import V3, Client
from ecom_ai_os.platforms.woocommerce.settings import WooCommerceConnection

LISTS = ("orders", "customers", "products", "products/reviews", "coupons")
KEYS_PAGE = "WooCommerce → Settings → Advanced → REST API"
BEHIND_INDEX = "index.php/wp-json"
#: modified_after came with 5.8, /refunds with 9.0.
OLDEST_READ, OLDEST_WITH_REFUNDS = (5, 8), (9, 0)


@dataclass(frozen=True)
class Doctor:
    """Examines one connection."""

    name: str
    settings: WooCommerceConnection

    def findings(self) -> Iterator[Finding]:
        """Yield findings until one that makes the next pointless."""
        for look in (self._configured, self._api, self._keys):
            finding = look()
            yield finding
            if not finding.is_ok:
                return
        yield from self._lists()
        yield self._version()

    def _client(self, **changes: str) -> Client:
        return Client(self.name, self.settings.model_copy(update=changes))

    def _says(self, says: str, mend: str = "") -> Finding:
        return Finding(not mend, self.name, says, mend)

    def _set(self, line: str) -> str:
        return f"set {line} in [connections.{self.name}]"

    def _configured(self) -> Finding:
        settings, name = self.settings, self.name.upper()
        if urlsplit(settings.url).scheme not in ("http", "https"):
            return self._says(
                f"url {settings.url!r} is no web address", self._set('url = "https://your-shop"')
            )
        if not settings.has_credentials:
            return self._says(
                "has no credentials",
                f"set ECOM__CONNECTIONS__{name}__CONSUMER_KEY and …__CONSUMER_SECRET to a key with "
                f"read permission from {KEYS_PAGE}",
            )
        if not settings.is_https and settings.way_in != "oauth1":
            return self._says(
                f"over plain http WooCommerce ignores auth = {settings.auth!r}",
                self._set('auth = "oauth1" or an https url'),
            )
        return self._says(f"is configured for {settings.url} ({settings.way_in})")

    def _api(self) -> Finding:
        """Find the API; it stands behind index.php where the site's permalinks are plain."""
        problem = _problem(self._client(), V3, _fields="namespace")
        if not problem:
            return self._says("the REST API answers")
        if problem.status == 404 and self.settings.api_root != BEHIND_INDEX:
            behind = self._client(api_root=BEHIND_INDEX)
            if not _problem(behind, V3, _fields="namespace"):
                return self._says(
                    "its permalinks are plain, so its API stands behind index.php",
                    self._set(f'api_root = "{BEHIND_INDEX}"'),
                )
            return self._says(
                str(problem), "check url, and that WooCommerce is active and permalinks not plain"
            )
        return self._says(str(problem), "check url, and whether a firewall keeps programs out")

    def _keys(self) -> Finding:
        problem = _problem(self._client(), f"{V3}/orders", per_page=1, _fields="id")
        if not problem:
            return self._says("its keys may read orders")
        if problem.status == 401 and self.settings.way_in == "basic":
            query = self._client(auth="query")
            if not _problem(query, f"{V3}/orders", per_page=1, _fields="id"):
                return self._says(
                    "its host strips the Authorization header", self._set('auth = "query"')
                )
        return self._says(str(problem), self._mend(problem))

    def _mend(self, problem: HttpError) -> str:
        said = str(problem)
        if "read permissions" in said:
            return (
                "give the key the permission Read in WooCommerce → Settings → Advanced → REST API"
            )
        if problem.status == 403:
            return "make the key for an administrator or shop manager"
        if "timestamp" in said:
            return "set the clock of this machine or the shop's"
        if problem.status == 401:
            return f"renew consumer_key and consumer_secret of [connections.{self.name}]"
        return "try again later"

    def _lists(self) -> Iterator[Finding]:
        client = self._client()
        problems = {path: _problem(client, f"{V3}/{path}", per_page=1) for path in LISTS}
        refused = {path: problem for path, problem in problems.items() if problem}
        for path, problem in refused.items():
            yield self._says(f"{path}: {problem}", self._mend(problem))
        if not refused:
            yield self._says("every list it needs can be read")

    def _version(self) -> Finding:
        """Take the version from the newest order, which any key may read."""
        reply = self._client().get(f"{V3}/orders", per_page=1, _fields="id,version")
        text = next((str(order["version"]) for order in reply.body), "")
        version = tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
        if not version:
            return self._says("has no orders yet, so its WooCommerce version is unknown")
        if version < OLDEST_READ:
            return self._says(
                f"WooCommerce {text} cannot tell what changed", "update WooCommerce to 5.8 or later"
            )
        if version < OLDEST_WITH_REFUNDS:
            return self._says(f"WooCommerce {text}: refunds are read order by order, which is slow")
        return self._says(f"WooCommerce {text}")


def _problem(client: Client, path: str, **params: str | int) -> HttpError | None:
    try:
        client.get(path, **params)
    except HttpError as error:
        return error
    return None
