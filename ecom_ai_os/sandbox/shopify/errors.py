"""Shopify's errors, in the literal shapes of its servers."""

from typing import Any
from uuid import uuid4

from graphql import GraphQLError

DOCUMENTATION = "https://shopify.dev/api/usage/"
MAX_COST_TEXT = """Query cost is {cost}, which exceeds the single query max cost limit ({limit}).

See https://shopify.dev/docs/api/usage/rate-limits for more information on how the
cost of a query is calculated.

To query larger amounts of data with fewer limits, bulk operations should be used instead.
See https://shopify.dev/docs/api/usage/bulk-operations/queries for usage details.
"""


class RefusedError(Exception):
    """A request answered with top-level `errors` and no `data`, HTTP 200."""

    def __init__(self, *errors: dict[str, Any]) -> None:
        super().__init__(errors[0]["message"])
        self.errors = list(errors)


class ThrottledError(RefusedError):
    """The bucket holds less than the query asks for."""

    def __init__(self) -> None:
        documentation = DOCUMENTATION + "rate-limits"
        super().__init__(error("Throttled", "THROTTLED", documentation=documentation))


def error(message: str, code: str, **extensions: Any) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code, **extensions}}


def max_cost_exceeded(cost: int, limit: int) -> RefusedError:
    return RefusedError(
        error(
            MAX_COST_TEXT.format(cost=cost, limit=limit),
            "MAX_COST_EXCEEDED",
            cost=cost,
            maxCost=limit,
            documentation=DOCUMENTATION + "rate-limits",
        )
    )


def internal_error() -> RefusedError:
    request_id = str(uuid4())
    return RefusedError(
        {
            "message": "Internal error. Looks like something went wrong on our end.\n"
            f"Request ID: {request_id} (include this in support requests).",
            "extensions": {"requestId": request_id, "code": "INTERNAL_SERVER_ERROR"},
        }
    )


def page_too_large(argument: str) -> RefusedError:
    return RefusedError(
        error(
            f"{argument} cannot exceed 250. To query larger amounts of data with fewer limits, "
            "bulk operations should be used instead.",
            "BAD_REQUEST",
        )
    )


def page_size_missing() -> GraphQLError:
    return bad_request("you must provide one of first or last")


def bad_request(message: str) -> GraphQLError:
    return GraphQLError(message, extensions={"code": "BAD_REQUEST"})


def access_denied(field: str, scope: str) -> GraphQLError:
    required = f"`{scope}` access scope."
    return GraphQLError(
        f"Access denied for {field} field. Required access: {required}",
        extensions={
            "code": "ACCESS_DENIED",
            "documentation": DOCUMENTATION + "access-scopes",
            "requiredAccess": required,
        },
    )


def not_approved(type_name: str) -> GraphQLError:
    return GraphQLError(
        f"This app is not approved to access the {type_name} object. See"
        " https://partners.shopify.com/1/apps/1/customer_data for more details."
    )


def invalid_id(gid: str) -> GraphQLError:
    return GraphQLError(f"Invalid id: {gid}", extensions={"code": "RESOURCE_NOT_FOUND"})


def not_served(what: str) -> GraphQLError:
    """The vendor knows it, this sandbox does not: said aloud rather than answered wrongly."""
    return GraphQLError(
        f"The sandbox does not serve {what}.", extensions={"code": "SANDBOX_NOT_SERVED"}
    )
