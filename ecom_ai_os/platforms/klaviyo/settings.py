"""How a Klaviyo account is configured."""

from __future__ import annotations

from typing import Literal

from pydantic import SecretStr, field_validator

from ecom_ai_os.platforms import ConnectionSettings


class KlaviyoConnection(ConnectionSettings):
    """`[connections.<name>]` of a Klaviyo account.

    `revision` is the dated API this client was written for; Klaviyo keeps each for two years, this
    one until mid 2028.
    """

    platform: Literal["klaviyo"]
    api_key: SecretStr = SecretStr("")
    base_url: str = "https://a.klaviyo.com"
    revision: str = "2026-07-15"
    timeout_seconds: float = 60.0

    @field_validator("base_url")
    @classmethod
    def _without_slash(cls, text: str) -> str:
        return text.strip().rstrip("/")
