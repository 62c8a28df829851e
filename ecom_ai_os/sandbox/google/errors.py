"""Google's refusals (https://cloud.google.com/apis/design/errors)."""

from typing import Any

from starlette.responses import JSONResponse


def refusal(code: int, status: str, message: str, **details: Any) -> JSONResponse:
    error: dict[str, Any] = {"code": code, "message": message, "status": status}
    if details:
        kind = "type.googleapis.com/google.rpc.ErrorInfo"
        error["details"] = [{"@type": kind, "domain": "googleapis.com"} | details]
    return JSONResponse({"error": error}, code)


def unauthenticated() -> JSONResponse:
    message = (
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login "
        "cookie or other valid authentication credential."
    )
    return refusal(401, "UNAUTHENTICATED", message)


def exhausted(per_minute: int) -> JSONResponse:
    return refusal(
        429,
        "RESOURCE_EXHAUSTED",
        "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute'",
        reason="RATE_LIMIT_EXCEEDED",
        metadata={"quota_limit_value": str(per_minute)},
    )


def denied() -> JSONResponse:
    return refusal(403, "PERMISSION_DENIED", "The caller does not have permission")


def not_found() -> JSONResponse:
    return refusal(404, "NOT_FOUND", "Requested entity was not found.")


def invalid(argument: str) -> JSONResponse:
    return refusal(400, "INVALID_ARGUMENT", f"Request contains an invalid argument: {argument}")
