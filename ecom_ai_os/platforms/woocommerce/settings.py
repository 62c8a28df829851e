"""How a WooCommerce shop is configured."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator

from ecom_ai_os.platforms import ConnectionSettings


class WooCommerceConnection(ConnectionSettings):
    """`[connections.<name>]` of a WooCommerce shop.

    `auth` None: Basic over https, OAuth 1.0a over plain http, which are the two WooCommerce
    accepts; `query` is for hosts that strip the Authorization header. `api_root` is
    `index.php/wp-json` where permalinks are plain.
    """

    platform: Literal["woocommerce"]
    url: str
    api_root: str = "wp-json"
    auth: Literal["basic", "query", "oauth1"] | None = None
    consumer_key: SecretStr = SecretStr("")
    consumer_secret: SecretStr = SecretStr("")
    timeout_seconds: float = 90.0

    @field_validator("url", "api_root")
    @classmethod
    def _without_slashes(cls, text: str) -> str:
        return text.strip().strip("/")

    @property
    def is_https(self) -> bool:
        return urlsplit(self.url).scheme == "https"

    @property
    def way_in(self) -> Literal["basic", "query", "oauth1"]:
        """How requests prove who asks."""
        return self.auth or ("basic" if self.is_https else "oauth1")

    @property
    def root(self) -> str:
        """Where the shop's REST API begins, its version not included."""
        return f"{self.url}/{self.api_root}"

    @property
    def has_credentials(self) -> bool:
        return bool(
            self.consumer_key.get_secret_value() and self.consumer_secret.get_secret_value()
        )
