"""How a business on Trustpilot is configured."""

from __future__ import annotations

from typing import Literal

from pydantic import SecretStr, field_validator

from ecom_ai_os.platforms import ConnectionSettings


class TrustpilotConnection(ConnectionSettings):
    """`[connections.<name>]` of a business unit on Trustpilot.

    - `business_unit`: its domain as Trustpilot knows it, or its id of 24 hexadecimal digits
    - `username`, and the password from the environment: when set, tokens are a business user's
      (password grant), else the application's (client credentials)
    - `service_reviews`: the reviews of the shop, `private` with order numbers and addresses,
      `public` without them, where the user has no right to the private ones
    - `product_reviews`: `off` where the plan has none
    """

    platform: Literal["trustpilot"]
    business_unit: str = ""
    username: str = ""
    api_key: SecretStr = SecretStr("")
    api_secret: SecretStr = SecretStr("")
    password: SecretStr = SecretStr("")
    service_reviews: Literal["private", "public", "off"] = "private"
    product_reviews: Literal["private", "off"] = "private"
    api_url: str = "https://api.trustpilot.com"
    timeout_seconds: float = 60.0

    @field_validator("api_url", "business_unit")
    @classmethod
    def _bare(cls, text: str) -> str:
        return text.strip().rstrip("/")

    @property
    def has_credentials(self) -> bool:
        return bool(self.api_key.get_secret_value() and self.api_secret.get_secret_value())

    @property
    def grant(self) -> dict[str, str]:
        """What the token endpoint is sent."""
        if not self.username:
            return {"grant_type": "client_credentials"}
        password = self.password.get_secret_value()
        return {"grant_type": "password", "username": self.username, "password": password}
