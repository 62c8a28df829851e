"""JSON:API documents as answers, and the address their links begin with."""

from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

MEDIA_TYPE = "application/vnd.api+json"


def document(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type=MEDIA_TYPE)


def site(request: Request) -> str:
    return str(request.base_url).rstrip("/")
