"""Who asks: Basic with any user name and the key as password, or the key as a Bearer token."""

import base64
import binascii

from starlette.requests import Request
from starlette.responses import Response

from ecom_ai_os.sandbox.mailchimp.problems import ProblemError

DATA_CENTRE = "us19"
API_KEY = "5a" * 16 + f"-{DATA_CENTRE}"
INVALID = "Your API key may be invalid, or you've attempted to access the wrong datacenter."


def refuses(request: Request) -> Response | None:
    """The refusal the request deserves, None when it may come in."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    key = text if scheme.lower() == "bearer" else _password(text)
    centre, _, vendor = (request.url.hostname or "").partition(".")
    is_elsewhere = vendor == "api.mailchimp.com" and centre != DATA_CENTRE
    if key == API_KEY and not is_elsewhere:
        return None
    return ProblemError(401, "API Key Invalid", INVALID).response


def _password(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
