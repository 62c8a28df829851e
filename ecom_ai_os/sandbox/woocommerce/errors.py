"""WooCommerce's refusals, word for word."""

from typing import Any

from starlette.responses import JSONResponse


def refusal(code: str, message: str, status: int, **data: Any) -> JSONResponse:
    body = {"code": code, "message": message, "data": {"status": status} | data}
    return JSONResponse(body, status)


def cannot_view(status: int) -> JSONResponse:
    """401 for nobody known, 403 for somebody who may not."""
    return refusal("woocommerce_rest_cannot_view", "Sorry, you cannot list resources.", status)


def not_authentic(message: str) -> JSONResponse:
    return refusal("woocommerce_rest_authentication_error", message, 401)


def no_route() -> JSONResponse:
    message = "No route was found matching the URL and request method."
    return refusal("rest_no_route", message, 404)


def invalid_id(resource: str) -> JSONResponse:
    return refusal(f"woocommerce_rest_{resource}_invalid_id", "Invalid ID.", 404)


def invalid_params(problems: dict[str, tuple[str, str, Any]]) -> JSONResponse:
    """`problems`: parameter → (code, message, data)."""
    return refusal(
        "rest_invalid_param",
        f"Invalid parameter(s): {', '.join(problems)}",
        400,
        params={name: message for name, (_, message, _) in problems.items()},
        details={
            name: {"code": code, "message": message, "data": data}
            for name, (code, message, data) in problems.items()
        },
    )
