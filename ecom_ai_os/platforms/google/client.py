"""Google Business Profile: accounts, their locations, and reviews of a location.

Three of Google's APIs; reviews are still read through v4
(https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews/list), whose
JSON leaves out what is empty: a location without reviews is `{}`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ecom_ai_os.platforms.google.settings import GoogleConnection
from ecom_ai_os.platforms.http import Http, HttpError, address, patient
from ecom_ai_os.platforms.oauth import Bearer
from ecom_ai_os.platforms.pace import Limit, Pace
from ecom_ai_os.platforms.spool import Record

#: https://developers.google.com/my-business/content/limits; a project has none until approved.
LIMIT = Limit(300, 60.0)
#: Pause after a 429: the quota is by the minute.
REFUSED_SECONDS = 60.0
MAX_CONCURRENT = 4
#: The vendor's caps.
ACCOUNTS_PER_PAGE, LOCATIONS_PER_PAGE, REVIEWS_PER_PAGE = 20, 100, 50
LOCATION_FIELDS = "name,title,storeCode,metadata"


@dataclass(frozen=True)
class ReviewPage:
    """Some records of a list; `unread` are texts of what stood among them and is none."""

    records: list[Record]
    unread: list[str]
    next_token: str | None = None

    @property
    def updated(self) -> list[datetime]:
        """When the records were last changed, as far as they say so readably."""
        return [at for at in map(updated_at, self.records) if at]


@dataclass(frozen=True)
class Location:
    """A place with reviews. `name` is that of v4, `accounts/1/locations/9`; `record` has none."""

    name: str
    record: Record

    @property
    def is_verified(self) -> bool:
        """Whether Google lets its owner read its reviews; said only where it does not."""
        metadata = self.record.get("metadata")
        return not isinstance(metadata, dict) or metadata.get("hasVoiceOfMerchant") is not False


class Client:
    """Asks for one Google account; safe to share by threads."""

    def __init__(self, settings: GoogleConnection) -> None:
        self.settings = settings
        secrets = [
            settings.client_secret.get_secret_value(),
            settings.refresh_token.get_secret_value(),
        ]
        tokens = Bearer(f"{settings.host('oauth2')}/token", settings.grant, Http(secrets=secrets))
        self._http = Http(
            headers={"Accept": "application/json"},
            auth=tokens,
            timeout_seconds=settings.timeout_seconds,
            secrets=secrets,
        )
        tokens.hidden = self._http.secrets
        self._pace = Pace(LIMIT)
        self._seen_at: datetime | None = None

    @property
    def now(self) -> datetime:
        """The time on Google's clock when it last answered."""
        return self._seen_at or datetime.now(UTC)

    @property
    def _accounts_url(self) -> str:
        return f"{self.settings.host('mybusinessaccountmanagement')}/v1/accounts"

    def probe(self) -> None:
        """Ask for accounts once, without patience. Raises HttpError."""
        self.ask(self._accounts_url, "accounts")

    def accounts(self) -> list[str]:
        """Return the accounts the user may manage, such as `accounts/1`. Raises HttpError."""
        pages = self._pages(self._accounts_url, "accounts", pageSize=ACCOUNTS_PER_PAGE)
        names = [record.get("name") for page in pages for record in page.records]
        return [name for name in names if isinstance(name, str)]

    def locations(self) -> list[Location]:
        """Return the locations of all accounts; one of several accounts counts once.

        Raises HttpError.
        """
        host = self.settings.host("mybusinessbusinessinformation")
        found: dict[str, Location] = {}
        for account in sorted(self.accounts()):
            url = f"{host}/v1/{account}/locations"
            params = {"readMask": LOCATION_FIELDS, "pageSize": LOCATIONS_PER_PAGE}
            for page in self._pages(url, "locations", **params):
                for record in page.records:
                    if isinstance(name := record.get("name"), str):
                        found.setdefault(name, Location(f"{account}/{name}", record))
        return list(found.values())

    def reviews(self, location: str) -> Iterator[ReviewPage]:
        """Yield a location's reviews, the last changed first. Raises HttpError."""
        url = f"{self.settings.host('mybusiness')}/v4/{location}/reviews"
        params = {"pageSize": REVIEWS_PER_PAGE, "orderBy": "updateTime desc"}
        return self._pages(url, "reviews", **params)

    def ask(self, url: str, key: str, **params: Any) -> ReviewPage:
        """Ask once, in turn, for a page of a list that stands under `key`. Raises HttpError."""
        with self._pace.turn():
            try:
                reply = self._http.ask("GET", url, params=params)
            except HttpError as error:
                if error.status == 429:
                    self._pace.hold(error.retry_after or REFUSED_SECONDS)
                # Google now and then answers so for lists that are there.
                error.is_transient |= error.status == 404
                raise
        self._seen_at = reply.now
        return _page(reply.body, key, url)

    def _pages(self, url: str, key: str, **params: Any) -> Iterator[ReviewPage]:
        page = patient()(self.ask, url, key, **params)
        yield page
        while page.next_token:
            page = patient()(self.ask, url, key, pageToken=page.next_token, **params)
            yield page


def _page(body: Any, key: str, url: str) -> ReviewPage:
    items = body.get(key, []) if isinstance(body, dict) and "error" not in body else None
    if not isinstance(items, list):
        raise HttpError(f"{address(url)} sent no list of {key}", is_transient=True)
    token = body.get("nextPageToken")
    return ReviewPage(
        [item for item in items if isinstance(item, dict)],
        [str(item)[:1000] for item in items if not isinstance(item, dict)],
        str(token) if token else None,
    )


def updated_at(record: Record) -> datetime | None:
    """Return when a review was last changed by its author."""
    try:
        at = datetime.fromisoformat(record["updateTime"])
    except (KeyError, TypeError, ValueError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
