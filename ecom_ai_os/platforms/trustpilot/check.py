"""What the doctor asks Trustpilot, and how to mend what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecom_ai_os.platforms import Finding
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.trustpilot.client import Client
from ecom_ai_os.platforms.trustpilot.settings import TrustpilotConnection


@dataclass(frozen=True)
class Doctor:
    """Examines one connection."""

    name: str
    settings: TrustpilotConnection

    def findings(self) -> Iterator[Finding]:
        """Yield findings until one that makes the next pointless."""
        configured = self._configured()
        yield configured
        if not configured.is_ok:
            return
        client = Client(self.settings)
        unit = self._unit(client)
        yield unit
        if unit.is_ok:
            yield self._service_reviews(client)
            yield self._product_reviews(client)

    def _says(self, says: str, mend: str = "") -> Finding:
        return Finding(not mend, self.name, says, mend)

    def _configured(self) -> Finding:
        settings, env = self.settings, f"ECOM__CONNECTIONS__{self.name.upper()}__"
        if not settings.business_unit:
            return self._says(
                "names no business unit",
                f'set business_unit = "your-shop.com" in [connections.{self.name}]',
            )
        if not settings.has_credentials:
            return self._says(
                "has no credentials",
                f"set {env}API_KEY and {env}API_SECRET to those of an application "
                "(Trustpilot Business → Integrations → Developers → APIs)",
            )
        if settings.username and not settings.password.get_secret_value():
            return self._says(f"has no password for {settings.username}", f"set {env}PASSWORD")
        who = settings.username or "the application"
        return self._says(f"is configured for {settings.business_unit}, read as {who}")

    def _unit(self, client: Client) -> Finding:
        """Find the business unit, which tells bad keys from an unknown domain."""
        try:
            body = client.ask(f"business-units/{client.unit}").body
        except HttpError as error:
            if error.status == 404:
                return self._says(
                    f"Trustpilot does not know {self.settings.business_unit}",
                    "set business_unit to the domain in the address of your Trustpilot page",
                )
            return self._says(str(error), self._mend(error))
        score = body.get("score") if isinstance(body, dict) else None
        stars = score.get("trustScore") if isinstance(score, dict) else None
        return self._says(f"found {self.settings.business_unit}, TrustScore {stars}")

    def _service_reviews(self, client: Client) -> Finding:
        access = self.settings.service_reviews
        if access == "off":
            return self._says("service reviews are not read")
        prefix = "private/" if access == "private" else ""
        path = f"{prefix}business-units/{client.unit}/reviews"
        or_else = f'or set service_reviews = "public" in [connections.{self.name}]'
        return self._readable(client, path, "reviews", f"{access} service reviews", or_else)

    def _product_reviews(self, client: Client) -> Finding:
        if self.settings.product_reviews == "off":
            return self._says("product reviews are not read")
        path = f"private/product-reviews/business-units/{client.unit}/reviews"
        or_else = f'or set product_reviews = "off" in [connections.{self.name}]'
        return self._readable(client, path, "productReviews", "product reviews", or_else)

    def _readable(self, client: Client, path: str, key: str, what: str, or_else: str) -> Finding:
        try:
            client.page(path, key)
        except HttpError as error:
            return self._says(f"{what}: {error}", f"{self._mend(error)}, {or_else}")
        return self._says(f"{what} can be read")

    def _mend(self, problem: HttpError) -> str:
        if problem.status == 403:
            return "give the user a role that may read the business unit's reviews"
        if problem.status in (400, 401):
            return f"renew the keys, and username and password, of [connections.{self.name}]"
        return "try again later"
