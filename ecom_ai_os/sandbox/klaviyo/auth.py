"""Who asks, in which revision, and what the key may do. Texts of the refusals are unverified."""

from dataclasses import dataclass

from starlette.requests import Request

from ecom_ai_os.sandbox.klaviyo.errors import invalid, refusal

API_KEY = "pk_sandbox"
SCHEME = "Klaviyo-API-Key "
#: Two years each; 2024-10-15 was retired on 2026-10-15.
REVISIONS = (
    *("2025-01-15", "2025-04-15", "2025-07-15", "2025-10-15"),
    *("2026-01-15", "2026-04-15", "2026-07-15", "2026-10-15"),
)


@dataclass
class Gate:
    """Lets requests in; `scopes` None: the key is a full one."""

    scopes: frozenset[str] | None = None

    def check(self, request: Request, *scopes: str) -> None:
        """Raises RefusedError."""
        given = request.headers.get("authorization", "")
        if not given.startswith(SCHEME):
            raise refusal(
                401,
                "not_authenticated",
                "Authentication credentials were not provided.",
                "Missing or invalid authorization scheme. Please use Klaviyo-API-Key.",
            )
        if given.removeprefix(SCHEME) != API_KEY:
            raise refusal(
                401,
                "authentication_failed",
                "Incorrect authentication credentials.",
                "Invalid API key.",
            )
        _check_revision(request.headers.get("revision"))
        missing = [
            scope for scope in scopes if self.scopes is not None and scope not in self.scopes
        ]
        if missing:
            raise refusal(
                403,
                "permission_denied",
                "You do not have permission to perform this action.",
                f"The API key is missing required scopes: {', '.join(missing)}",
            )


def _check_revision(revision: str | None) -> None:
    if revision is None:
        raise invalid("A revision header is required.", parameter="revision")
    if revision not in REVISIONS:
        raise invalid(f"Revision {revision} is not available.", parameter="revision")
