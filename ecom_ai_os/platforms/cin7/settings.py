"""How a Cin7 account is configured."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, SecretStr

from ecom_ai_os.platforms import ConnectionSettings

ROOTS = {
    "core": "https://inventory.dearsystems.com/ExternalApi/v2",
    "omni": "https://api.cin7.com/api/v1",
}

Count = Annotated[int, Field(gt=0)]


class Cin7Connection(ConnectionSettings):
    """`[connections.<name>]` of Cin7 Core (once DEAR) or Cin7 Omni, as `product` says.

    Core is asked with `account_id` and `application_key`, Omni with `username` and `api_key`. The
    limits are those the vendor sets for one API application or connection; one that others use
    too needs its share here. Core counts by the minute only.
    """

    platform: Literal["cin7"]
    product: Literal["core", "omni"]
    url: str | None = None
    account_id: SecretStr = SecretStr("")
    application_key: SecretStr = SecretStr("")
    username: SecretStr = SecretStr("")
    api_key: SecretStr = SecretStr("")
    requests_per_second: Count = 3
    requests_per_minute: Count = 60
    requests_per_day: Count = 5_000
    timeout_seconds: float = 90.0

    @property
    def root(self) -> str:
        """Where the API begins, its version included."""
        return (self.url or ROOTS[self.product]).rstrip("/")

    @property
    def secrets(self) -> tuple[str, str]:
        """The two halves of the product's credentials."""
        first, second = self.secret_names
        return getattr(self, first).get_secret_value(), getattr(self, second).get_secret_value()

    @property
    def secret_names(self) -> tuple[str, str]:
        if self.product == "core":
            return "account_id", "application_key"
        return "username", "api_key"
