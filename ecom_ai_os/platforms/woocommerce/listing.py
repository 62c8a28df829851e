"""WooCommerce's lists, walked by id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime

from ecom_ai_os.platforms import listing
from ecom_ai_os.platforms.woocommerce.client import Client, Page
from ecom_ai_os.platforms.woocommerce.paging import Place, changed_since, walk


@dataclass(frozen=True)
class Listing(listing.Listing[Client]):
    """How one list is read.

    - `path`: under wc/v3; `params`: so that it hides nothing
    - `has_trash`: it has a status of its own for what was thrown away
    """

    path: str
    params: dict[str, str] = field(default_factory=dict)
    has_trash: bool = False

    def changed(self, client: Client, since: datetime) -> Iterator[Page]:
        """Yield what was changed at `since` or later."""
        for page, _ in walk(client, self.path, **self.params, **changed_since(since)):
            yield page

    def everything(
        self, client: Client, place: listing.Place | None
    ) -> Iterator[tuple[Page, listing.Place]]:
        """Yield all there is from a place on."""
        begin = Place(**place) if place else Place()
        for page, after in walk(client, self.path, begin, **self.params):
            yield page, asdict(after)

    def gone(self, client: Client, since: datetime) -> list[str]:
        """Return the ids of what was thrown away at `since` or later."""
        return trashed(client, self.path, since) if self.has_trash else []


def trashed(client: Client, path: str, since: datetime) -> list[str]:
    """Return the ids of what was thrown away at `since` or later; trashing counts as a change."""
    pages = walk(client, path, status="trash", _fields="id", **changed_since(since))
    return listing.ids(page for page, _ in pages)
