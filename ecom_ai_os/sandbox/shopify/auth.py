"""Access tokens, their scopes and their lifetimes."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex

from ecom_ai_os.sandbox.shopify.cost import Bucket
from ecom_ai_os.sandbox.shopify.documents import ALL_SCOPES, SCOPE

STATIC_TOKEN = "shpat_sandbox"
CLIENT_ID = "sandbox-client"
CLIENT_SECRET = "sandbox-secret"
TOKEN_LIFETIME = timedelta(hours=24)
# Points a second by plan; the bucket holds 20 times as much.
RESTORE_RATES = {"standard": 100, "advanced": 200, "plus": 1000, "enterprise": 2000}
ORDER_WINDOW_DAYS = 60


@dataclass
class Grants:
    """Who may come in. One bucket for all tokens: the vendor counts by app and shop."""

    plan: str = "standard"
    is_approved: bool = True
    scopes: set[str] = field(default_factory=lambda: set(ALL_SCOPES))
    _expires_at: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bucket = Bucket(RESTORE_RATES[self.plan])

    def issue(self, client_id: str, client_secret: str, now: datetime) -> str | None:
        """A token by the client-credentials grant, None when the client is not known."""
        if (client_id, client_secret) != (CLIENT_ID, CLIENT_SECRET):
            return None
        token = f"shpat_{token_hex(16)}"
        self._expires_at[token] = now + TOKEN_LIFETIME
        return token

    def accepts(self, token: str | None, now: datetime) -> bool:
        if token == STATIC_TOKEN:
            return True
        return token is not None and now < self._expires_at.get(token, now)

    def revoke(self, token: str | None) -> None:
        """Let a granted token expire now; the static one cannot."""
        self._expires_at.pop(token or "", None)

    def denied(self) -> dict[str, str]:
        """Types that may not be read, with the scope they need."""
        return {name: scope for name, scope in SCOPE.items() if scope not in self.scopes}

    def visible(self) -> dict[str, str]:
        """Conditions on what is listed: without `read_all_orders` the last 60 days only."""
        if "read_all_orders" in self.scopes:
            return {}
        days = f"interval {ORDER_WINDOW_DAYS} days"
        return {"Order": f"_created_at >= this_moment() - {days}"}
