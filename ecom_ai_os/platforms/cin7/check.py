"""What the doctor asks a Cin7 account, and how to mend what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecom_ai_os.platforms import Finding
from ecom_ai_os.platforms.cin7.client import Client
from ecom_ai_os.platforms.http import HttpError

KEYS_PAGE = {
    "core": "Integrations → API in Cin7 Core",
    "omni": "Settings → Integrations & API → API v1 in Cin7 Omni",
}
LISTS = {
    "core": (
        *("me", "ref/location", "supplier", "ref/productavailability", "product"),
        "purchaseList",
    ),
    "omni": ("Branches", "Contacts", "Products", "Stock", "PurchaseOrders"),
}
ONE = {"core": {"Page": "1", "Limit": "1"}, "omni": {"page": "1", "rows": "1"}}


@dataclass(frozen=True)
class Doctor:
    """Examines one connection."""

    name: str
    client: Client

    def findings(self) -> Iterator[Finding]:
        """Yield findings until one that makes the next pointless."""
        configured = self._configured()
        yield configured
        if not configured.is_ok:
            return
        product, is_whole = self.client.settings.product, True
        for path in LISTS[product]:
            if problem := self._problem(path):
                is_whole = False
                yield Finding(False, self.name, f"{path}: {problem}", self._mend(problem))
                # Only Omni allows one list and not another.
                if product == "core" or problem.status != 403:
                    return
        if is_whole:
            yield Finding(True, self.name, "every list it needs can be read")

    def _configured(self) -> Finding:
        settings = self.client.settings
        if all(settings.secrets):
            says = f"is configured for Cin7 {settings.product.title()} at {settings.root}"
            return Finding(True, self.name, says)
        first, second = (
            f"ECOM__CONNECTIONS__{self.name.upper()}__{name.upper()}"
            for name in settings.secret_names
        )
        mend = f"set {first} and {second} to those of {KEYS_PAGE[settings.product]}"
        return Finding(False, self.name, "has no credentials", mend)

    def _problem(self, path: str) -> HttpError | None:
        try:
            self.client.get(path, **ONE[self.client.settings.product])
        except HttpError as error:
            return error
        return None

    def _mend(self, problem: HttpError) -> str:
        settings = self.client.settings
        if problem.status == 401 or (problem.status == 403 and settings.product == "core"):
            names = " and ".join(settings.secret_names)
            return f"renew {names} of [connections.{self.name}] from {KEYS_PAGE[settings.product]}"
        if problem.status == 403:
            return f"allow the connection this endpoint in {KEYS_PAGE['omni']}"
        if problem.status in (200, 404):
            return f"check url in [connections.{self.name}]"
        return "try again later"
