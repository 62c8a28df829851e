"""Trustpilot's refusals: those of its gateway, and those of the services behind it."""

from starlette.responses import JSONResponse


def fault(message: str, code: str, status: int = 401) -> JSONResponse:
    """The gateway's, for bad keys and tokens."""
    body = {"fault": {"faultstring": message, "detail": {"errorcode": code}}}
    return JSONResponse(body, status)


def refusal(status: int, message: str) -> JSONResponse:
    """The services', for everything else."""
    body = {"errorCode": status, "message": message, "correlationId": "0", "details": []}
    return JSONResponse(body, status)


def invalid_key() -> JSONResponse:
    return fault("Invalid ApiKey", "oauth.v2.InvalidApiKey")


def invalid_token() -> JSONResponse:
    return fault("Invalid access token", "oauth.v2.InvalidAccessToken")
