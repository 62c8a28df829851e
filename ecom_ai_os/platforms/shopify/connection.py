"""Who we are to a Shopify shop: its address, our credentials, and the tokens got for them."""

from __future__ import annotations

from datetime import date
from threading import Lock
from time import monotonic
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from ecom_ai_os.platforms import ConnectionSettings
from ecom_ai_os.platforms.http import Http, HttpError, patient


class ShopifyConnection(ConnectionSettings):
    """A shop, and a static token or the client id and secret of an app of its organisation."""

    platform: Literal["shopify"] = "shopify"
    shop: Annotated[str, Field(description="name.myshopify.com")]
    base_url: str | None = None
    api_version: str = "2026-10"
    token: SecretStr | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    start_on: Annotated[date | None, Field(description="oldest day of orders to read")] = None
    index_lag_seconds: Annotated[int, Field(ge=0, description="how late a search may be")] = 300
    timeout_seconds: Annotated[float, Field(gt=0)] = 60.0

    @property
    def url(self) -> str:
        return (self.base_url or f"https://{self.shop}").rstrip("/")

    @property
    def has_credentials(self) -> bool:
        return bool(self.token or (self.client_id and self.client_secret))


class ShopifyError(Exception):
    """What Shopify will not do; `code` is its word for why."""

    def __init__(self, says: str, code: str | None = None, *, is_transient: bool = False) -> None:
        super().__init__(says)
        self.code = code
        self.is_transient = is_transient


class Tokens:
    """The static token, or one got for client id and secret and kept until it nears its end."""

    def __init__(self, name: str, settings: ShopifyConnection, http: Http) -> None:
        self._env = f"ECOM__CONNECTIONS__{name.upper()}__"
        self._settings = settings
        self._http = http
        self._lock = Lock()
        self._token = settings.token.get_secret_value() if settings.token else None
        self._ends_at = float("inf") if settings.token else 0.0
        self._keep_secret(self._token)

    def current(self) -> str:
        """Return a token that is good for a minute at least. Raises ShopifyError."""
        with self._lock:
            if self._token is None or monotonic() > self._ends_at - 60:
                self._token = self._granted()
            return self._token

    def renewed(self, refused: str) -> str:
        """Return another token than the refused one. Raises ShopifyError when there is none."""
        if self._settings.token:
            raise ShopifyError(
                f"{self._settings.url} refused the access token (HTTP 401): it was revoked or "
                f"mistyped; put a valid one into {self._env}TOKEN",
                "UNAUTHORIZED",
            )
        with self._lock:
            if self._token == refused:
                self._token = None
        return self.current()

    def _granted(self) -> str:
        settings = self._settings
        if not (settings.client_id and settings.client_secret):
            raise ShopifyError(
                f"{settings.url}: there are no credentials; set {self._env}TOKEN, or client_id in "
                f"ecom.toml and {self._env}CLIENT_SECRET",
                "UNAUTHORIZED",
            )
        secret = settings.client_secret.get_secret_value()
        self._keep_secret(secret)
        form = {
            "grant_type": "client_credentials",
            "client_id": settings.client_id,
            "client_secret": secret,
        }
        url = f"{settings.url}/admin/oauth/access_token"
        try:
            grant = patient()(self._http.ask, "POST", url, data=form).body
        except HttpError as error:
            if error.is_transient:
                raise
            says = f"{error}; check client_id in ecom.toml and {self._env}CLIENT_SECRET"
            raise ShopifyError(says, "UNAUTHORIZED") from None
        self._keep_secret(grant["access_token"])
        self._ends_at = monotonic() + float(grant.get("expires_in", 86_399))
        return str(grant["access_token"])

    def _keep_secret(self, secret: str | None) -> None:
        self._http.secrets |= {secret} if secret else set()
