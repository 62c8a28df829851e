"""Klaviyo's refusals: JSON:API error objects."""

from typing import Any
from uuid import uuid4

from starlette.responses import JSONResponse

from ecom_ai_os.sandbox.klaviyo.answers import MEDIA_TYPE

RATE_LIMITS = "https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling#rate-limits"


class RefusedError(Exception):
    """The request is refused; `response` says why."""

    def __init__(self, response: JSONResponse) -> None:
        super().__init__(response.status_code)
        self.response = response


def refusal(
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    parameter: str | None = None,
    pointer: str = "/data",
    headers: dict[str, str] | None = None,
    **meta: Any,
) -> RefusedError:
    source = {"parameter": parameter} if parameter else {"pointer": pointer}
    error = {
        "id": str(uuid4()),
        "status": status,
        "code": code,
        "title": title,
        "detail": detail,
        "source": source,
        "links": {},
        "meta": meta,
    }
    if status == 429:
        error["links"] = {"type": RATE_LIMITS}
    return RefusedError(JSONResponse({"errors": [error]}, status, headers, media_type=MEDIA_TYPE))


def invalid(detail: str, *, parameter: str | None = None, pointer: str = "/data") -> RefusedError:
    return refusal(400, "invalid", "Invalid input.", detail, parameter=parameter, pointer=pointer)


def not_found(detail: str) -> RefusedError:
    return refusal(404, "not_found", "Not found.", detail)


def throttled(seconds: int) -> RefusedError:
    unit = "second" if seconds == 1 else "seconds"
    return refusal(
        429,
        "throttled",
        "Request was throttled.",
        f"Request was throttled. Expected available in {seconds} {unit}.",
        headers={"Retry-After": str(seconds)},
    )
