"""How a Google account that manages business profiles is configured."""

from __future__ import annotations

from typing import Literal

from pydantic import SecretStr

from ecom_ai_os.platforms import ConnectionSettings


class GoogleConnection(ConnectionSettings):
    """`[connections.<name>]` of a Google account: an OAuth client and a refresh token for it.

    The token is of the scope https://www.googleapis.com/auth/business.manage. `base_url` stands for
    all of Google's hosts where it is set.
    """

    platform: Literal["google"]
    client_id: str = ""
    client_secret: SecretStr = SecretStr("")
    refresh_token: SecretStr = SecretStr("")
    base_url: str | None = None
    timeout_seconds: float = 60.0

    @property
    def has_credentials(self) -> bool:
        given = self.client_secret.get_secret_value(), self.refresh_token.get_secret_value()
        return bool(self.client_id and all(given))

    @property
    def grant(self) -> dict[str, str]:
        """What the token endpoint is sent."""
        return {
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            "client_secret": self.client_secret.get_secret_value(),
            "refresh_token": self.refresh_token.get_secret_value(),
        }

    def host(self, name: str) -> str:
        """Return the address of one of Google's hosts."""
        return (self.base_url or f"https://{name}.googleapis.com").rstrip("/")
