"""Who asks: Basic with any user name and the key as password, or the key as a Bearer token."""

import base64
import binascii

from starlette.requests import Request
from starlette.responses import Response

from ecom_ai_os.sandbox.mailchimp.problems import problem

DATA_CENTRE = "us19"
API_KEY = "5a" * 16 + f"-{DATA_CENTRE}"
INVALID = "Your API key may be invalid, or you've attempted to access the wrong datacenter."


def refuses(request: Request) -> Response | None:
    """The refusal the request deserves, None when it may come in."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    key = text if scheme.lower() == "bearer" else _password(text)
    is_here = (request.url.hostname or "").removesuffix(".api.mailchimp.com") in _names(request)
    return None if key == API_KEY and is_here else problem(401, "API Key Invalid", INVALID)


def _names(request: Request) -> tuple[str, ...]:
    """The hosts this data centre answers at: its own, and whatever loopback is called."""
    host = request.url.hostname or ""
    return (DATA_CENTRE,) if host.endswith(".api.mailchimp.com") else (host,)


def _password(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
