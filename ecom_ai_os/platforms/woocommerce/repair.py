"""What WordPress sites send where JSON was meant, made readable.

PHP prints its notices before the JSON, plugins begin files with a byte order mark, and a PHP array
with gaps is written as an object (`{"1": …}`), an empty one always as `[]`.
"""

from __future__ import annotations

import logging
import re
from typing import Any

import orjson

from ecom_ai_os.platforms.http import in_utf8

log = logging.getLogger(__name__)

BOM = b"\xef\xbb\xbf"
#: Where JSON may begin after what was printed before it.
OPENING = re.compile(rb"[\n>]\s*(?=[\[{])")
#: Fields that hold lists, in any record.
LISTS = frozenset(
    [
        "attributes",
        "brands",
        "categories",
        "coupon_lines",
        "cross_sell_ids",
        "default_attributes",
        "downloads",
        "email_restrictions",
        "excluded_product_categories",
        "excluded_product_ids",
        "fee_lines",
        "grouped_products",
        "images",
        "line_items",
        "meta_data",
        "product_categories",
        "product_ids",
        "refunds",
        "related_ids",
        "shipping_lines",
        "tags",
        "tax_lines",
        "taxes",
        "upsell_ids",
        "used_by",
        "variations",
    ]
)


def parse(content: bytes, where: str) -> Any:
    """Return the JSON in `content`, read past what a plugin printed before it.

    `where` names the address in the log. Raises orjson.JSONDecodeError.
    """
    clean = in_utf8(content.replace(BOM, b"").strip(), where)
    try:
        return orjson.loads(clean)
    except orjson.JSONDecodeError:
        found = _after_notices(clean)
        if found is None:
            raise
    log.warning("%s: text stands before the JSON, as PHP notices do; read past it", where)
    return found


def _after_notices(content: bytes) -> Any:
    """Return the JSON that begins after a line or a tag and reaches to the end, or None.

    JSON itself breaks no lines, so a truncated answer is not taken for one of its parts.
    """
    for opening in OPENING.finditer(content):
        try:
            return orjson.loads(content[opening.end() :])
        except orjson.JSONDecodeError:
            continue
    return None


def records(body: Any) -> list[Any] | None:
    """Return the records of a list answer, whether PHP wrote it as a list or an object."""
    if isinstance(body, list):
        return body
    if isinstance(body, dict) and all(key.isdigit() for key in body):
        return list(body.values())
    return None


def rows(record: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the records that stand in a list of this one; none when it is no list of records."""
    items = record.get(name)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def number(record: dict[str, Any], name: str) -> int:
    """Return an id; 0, the vendor's word for none, when there is no readable one."""
    value = record.get(name)
    return value if isinstance(value, int) else 0


def mend_lists(record: dict[str, Any]) -> dict[str, Any]:
    """Make every list of the record that came as an object a list again, in place."""
    for name in LISTS & record.keys():
        items = records(record[name])
        if items is not None:
            record[name] = items
            for item in items:
                if isinstance(item, dict):
                    mend_lists(item)
    return record
