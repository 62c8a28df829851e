"""How a Linnworks account is configured."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from ecom_ai_os.platforms import ConnectionSettings


class LinnworksConnection(ConnectionSettings):
    """`[connections.<name>]` of Linnworks: an application of the developer portal, and the token
    that Linnworks gave when the merchant installed it.

    `requests_per_minute` None: what the vendor allows of each method, 150 or 250.
    """

    platform: Literal["linnworks"]
    url: str = "https://api.linnworks.net"
    application_id: SecretStr = SecretStr("")
    application_secret: SecretStr = SecretStr("")
    token: SecretStr = SecretStr("")
    requests_per_minute: Annotated[int, Field(gt=0)] | None = None
    timeout_seconds: float = 90.0

    @property
    def grant(self) -> dict[str, str]:
        """What a session is asked for with."""
        return {
            "ApplicationId": self.application_id.get_secret_value(),
            "ApplicationSecret": self.application_secret.get_secret_value(),
            "Token": self.token.get_secret_value(),
        }
