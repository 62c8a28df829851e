"""Mailchimp's refusals: problem documents."""

from uuid import uuid4

from starlette.responses import JSONResponse

TYPE = "https://mailchimp.com/developer/marketing/docs/errors/"
MEDIA_TYPE = "application/problem+json; charset=utf-8"


class ProblemError(Exception):
    """A request that is refused; `response` says why."""

    def __init__(self, status: int, title: str, detail: str, **more: object) -> None:
        super().__init__(title)
        said = {"type": TYPE, "title": title, "status": status, "detail": detail}
        body = said | {"instance": str(uuid4())} | more
        self.response = JSONResponse(body, status, media_type=MEDIA_TYPE)


def not_found() -> ProblemError:
    return ProblemError(404, "Resource Not Found", "The requested resource could not be found.")


def invalid(*errors: tuple[str, str]) -> ProblemError:
    """`errors`: (field, message)."""
    return ProblemError(
        400,
        "Invalid Resource",
        "The resource submitted could not be validated. For field-specific details, see the "
        "'errors' array.",
        errors=[{"field": field, "message": message} for field, message in errors],
    )


def too_many() -> ProblemError:
    return ProblemError(
        429, "Too Many Requests", "You have exceeded the limit of 10 simultaneous connections."
    )


def broken() -> ProblemError:
    return ProblemError(
        500, "InternalServerError", "An unexpected internal error has occurred. Please contact us."
    )
