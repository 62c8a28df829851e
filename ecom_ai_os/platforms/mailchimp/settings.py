"""How a Mailchimp account is configured."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from ecom_ai_os.platforms import ConnectionSettings


class Step(BaseModel):
    """A step of a customer journey with the starting point "API trigger"; ids stand in the app."""

    model_config = ConfigDict(extra="forbid")

    journey_id: int
    step_id: int


class MailchimpConnection(ConnectionSettings):
    """`[connections.<name>]` of a Mailchimp account.

    - `api_key`: ends with the data centre it belongs to (`…-us19`)
    - `audience`: the id of the list messages go through; empty: the account's only one
    - `merge_fields`: property of the person → merge tag (`segment = "AI_SEG"`); others stay here
    - `journeys`: event → the journey's step it starts; other events are only recorded
    - `base_url`: instead of the data centre's own address
    """

    platform: Literal["mailchimp"]
    api_key: SecretStr = SecretStr("")
    audience: str = ""
    merge_fields: dict[str, str] = Field(default_factory=dict)
    journeys: dict[str, Step] = Field(default_factory=dict)
    base_url: str = ""
    timeout_seconds: float = 120.0

    @field_validator("base_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        return url.strip().rstrip("/")

    @property
    def data_centre(self) -> str:
        """The key's suffix, empty when it has none."""
        head, _, tail = self.api_key.get_secret_value().rpartition("-")
        return tail if head and tail.isalnum() else ""

    @property
    def root(self) -> str:
        """Where the API begins, its version included."""
        return f"{self.base_url or f'https://{self.data_centre}.api.mailchimp.com'}/3.0"
