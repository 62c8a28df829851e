"""Shopify's cursors: base64 of a JSON keyset, opaque to clients but real."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ecom_ai_os.sandbox.shopify.errors import bad_request

TIME_FORMAT = "%Y-%m-%d %H:%M:%S.%f"


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: the last row's key and its sort value."""

    last_id: int
    last_value: Any

    def encode(self) -> str:
        value = self.last_value
        if isinstance(value, datetime):
            # Finer than the seconds of the API's DateTime.
            value = value.strftime(TIME_FORMAT)
        text = json.dumps({"last_id": self.last_id, "last_value": value}, separators=(",", ":"))
        return base64.b64encode(text.encode()).decode()


def decode(text: str) -> Cursor:
    """Raises a BAD_REQUEST error when `text` is no cursor."""
    try:
        found = json.loads(base64.b64decode(text, validate=True))
        return Cursor(int(found["last_id"]), _typed(found["last_value"]))
    except (binascii.Error, ValueError, KeyError, TypeError):
        raise bad_request(f"Invalid cursor for current pagination sort: {text}") from None


def _typed(value: Any) -> Any:
    """A time again as what it was before `encode`; anything else as it stands."""
    try:
        return datetime.strptime(value, TIME_FORMAT)
    except (TypeError, ValueError):
        return value


def sql(key: str) -> str:
    """The cursor of a row sorted by its key, as an SQL expression."""
    text = f"""concat('{{"last_id":', {key}, ',"last_value":"', {key}, '"}}')"""
    return f"to_base64({text}::blob)"
