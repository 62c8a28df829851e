"""Shopify, read through its Admin GraphQL API 2026-10.

The parts: queries.graphql (what is asked for), streams.py (which tables it fills),
read.py (backfill and increments), bulk.py and pages.py (the two ways of
reading), client.py and pacing.py (the wire).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from ecom_ai_os.platforms import Batch, ConnectionSettings, Finding, Stream
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.shopify.client import Client
from ecom_ai_os.platforms.shopify.connection import ShopifyConnection, ShopifyError
from ecom_ai_os.platforms.shopify.read import Reader
from ecom_ai_os.platforms.shopify.streams import PLANS

log = logging.getLogger(__name__)

WITHOUT_ALL_ORDERS = "orders older than 60 days are not readable: scope read_all_orders is missing"
HOW_TO_ADD_SCOPES = "add them to the app's version in the Dev Dashboard and update its installation"


class Shopify:
    """One Shopify shop; may be read by several threads, one a stream."""

    platform: ClassVar[str] = "shopify"
    streams: ClassVar[tuple[Stream, ...]] = tuple(plan.stream for plan in PLANS)
    Settings: ClassVar[type[ConnectionSettings]] = ShopifyConnection

    def __init__(self, name: str, settings: ShopifyConnection) -> None:
        self.name = name
        self.settings = settings
        self._client = Client(name, settings)

    def read(self, stream: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
        """Yield what is new in a stream since `cursor`; see `Connector.read`.

        Raises ShopifyError or HttpError naming what is wrong, never a secret or a customer's data.
        """
        plan = next(plan for plan in PLANS if plan.stream.name == stream)
        if stream == "orders" and not (cursor and "updated_since" in cursor):
            self._notice_order_window()
        yield from Reader(self._client, plan, spool).batches(cursor)

    def check(self) -> Iterator[Finding]:
        """Yield what the doctor says: address, credentials, scopes, history, version."""
        finding = self._settings_finding()
        yield finding
        if not finding.is_ok:
            return
        try:
            answer = self._client.execute("Shop").data
        except (ShopifyError, HttpError) as error:
            yield Finding(False, self.name, str(error), self._mend(error))
            return
        shop = answer["shop"]
        yield Finding(True, self.name, f"{shop['name']} answers ({shop['currencyCode']})")
        yield from self._scope_findings(_granted(answer))
        yield self._version_finding(answer["publicApiVersions"])

    def _settings_finding(self) -> Finding:
        name = self.name.upper()
        is_shop = re.fullmatch(r"[a-z0-9][a-z0-9-]*\.myshopify\.com", self.settings.shop)
        if not (is_shop or self.settings.base_url):
            return Finding(
                False,
                self.name,
                f"shop {self.settings.shop!r} is no myshopify.com address",
                f"set shop in [connections.{self.name}] to your-shop.myshopify.com",
            )
        if not self.settings.has_credentials:
            return Finding(
                False,
                self.name,
                "has no credentials",
                f"set ECOM__CONNECTIONS__{name}__TOKEN, or client_id in ecom.toml and "
                f"ECOM__CONNECTIONS__{name}__CLIENT_SECRET",
            )
        return Finding(True, self.name, f"is configured for {self.settings.url}")

    def _mend(self, error: ShopifyError | HttpError) -> str:
        if getattr(error, "code", None) == "UNAUTHORIZED" or getattr(error, "status", None) == 401:
            return f"renew the credentials of [connections.{self.name}]"
        if getattr(error, "is_transient", False):
            return "try again later; see https://www.shopifystatus.com"
        return f"check shop and api_version in [connections.{self.name}]"

    def _scope_findings(self, granted: set[str]) -> Iterator[Finding]:
        needed = {scope for plan in PLANS for scope in plan.scopes}
        missing = sorted(scope for scope in needed if not _has(granted, scope))
        if missing:
            yield Finding(
                False, self.name, f"lacks the scopes {', '.join(missing)}", HOW_TO_ADD_SCOPES
            )
        else:
            yield Finding(True, self.name, "has every scope it needs")
        if not _has(granted, "read_all_orders"):
            yield Finding(
                False,
                self.name,
                WITHOUT_ALL_ORDERS,
                "ask for read_all_orders under API access requests of the app in the Dev Dashboard",
            )

    def _version_finding(self, versions: list[dict[str, Any]]) -> Finding:
        asked, served = self.settings.api_version, self._client.served_version
        supported = sorted(version["handle"] for version in versions if version["supported"])
        if served in (None, asked):
            return Finding(True, self.name, f"is served API version {asked}")
        return Finding(
            False,
            self.name,
            f"asks for API version {asked} but is served {served}",
            f"set api_version in [connections.{self.name}] to one of {', '.join(supported)}",
        )

    def _notice_order_window(self) -> None:
        if not _has(_granted(self._client.execute("Shop").data), "read_all_orders"):
            self._client.warn_once(WITHOUT_ALL_ORDERS)


def _granted(answer: dict[str, Any]) -> set[str]:
    return {scope["handle"] for scope in answer["currentAppInstallation"]["accessScopes"]}


def _has(granted: set[str], scope: str) -> bool:
    """A write scope implies its read scope; all orders imply the recent ones."""
    return bool({scope, scope.replace("read_", "write_", 1)} & granted)


CONNECTOR = Shopify
