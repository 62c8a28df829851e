"""How a shop's API knows us: a header, a name and password, or OAuth2 client credentials."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, SecretStr

from ecom_ai_os.platforms.http import Http
from ecom_ai_os.platforms.oauth import Bearer

#: kind of auth → the secret it needs
SECRETS = {"header": "token", "basic": "password", "oauth2": "client_secret"}


class Auth(BaseModel):
    """`[connections.<name>.auth]`; its secret comes from the environment."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["none", "header", "basic", "oauth2"] = "none"
    header: str = "Authorization"
    prefix: str = "Bearer "
    user: str = ""
    token_url: str = ""
    client_id: str = ""
    scope: str = ""


def session(
    auth: Auth, headers: dict[str, str], secrets: dict[str, SecretStr | None], seconds: float
) -> Http:
    """Return a session that sends the credentials of `auth`. `secrets` are by name."""
    given = secrets.get(SECRETS.get(auth.kind, ""))
    secret = given.get_secret_value() if given else ""
    headers = {"Accept": "application/json"} | headers
    if auth.kind == "header":
        headers[auth.header] = f"{auth.prefix}{secret}"
    given_auth: tuple[str, str] | Bearer | None = None
    if auth.kind == "basic":
        given_auth = (auth.user, secret)
    if auth.kind == "oauth2":
        given_auth = client_credentials(auth, secret)
    http = Http(headers=headers, auth=given_auth, timeout_seconds=seconds, secrets=[secret])
    if isinstance(given_auth, Bearer):
        given_auth.hidden = http.secrets
    return http


def client_credentials(auth: Auth, secret: str) -> Bearer:
    """Return the tokens of the client-credentials grant (RFC 6749, 4.4)."""
    grant = {"grant_type": "client_credentials"}
    grant |= {"scope": auth.scope} if auth.scope else {}
    return Bearer(auth.token_url, grant, Http(auth=(auth.client_id, secret), secrets=[secret]))
