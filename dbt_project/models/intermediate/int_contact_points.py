"""Normal forms of e-mail addresses and phone numbers, worked out once for each distinct spelling.

In: int_accounts (email, phone, phone_region). Out: kind (email, phone), value (as typed), region
(ISO 3166 of a phone, blank for an e-mail), normal_form (null when it is none).
E-mail: RFC 5321/6531 syntax by email-validator, Unicode NFC, lower case. Phone: E.164.
"""

from typing import Any

import phonenumbers
import polars as pl
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat

SPELLINGS = """
    select 'email' as kind, email as value, '' as region from accounts where email is not null
    union
    select 'phone' as kind, phone as value, phone_region as region from accounts
    where phone is not null
"""
COLUMNS = {"kind": pl.String, "value": pl.String, "region": pl.String, "normal_form": pl.String}


def normal_form(kind: str, value: str, region: str) -> str | None:
    """Return the one way to write it, or None when it is no address or number."""
    return normal_email(value) if kind == "email" else normal_phone(value, region)


def normal_email(value: str) -> str | None:
    try:
        # addresses of sandboxes (shop.test, shop@localhost) are addresses too
        address = validate_email(
            value, check_deliverability=False, globally_deliverable=False, test_environment=True
        )
    except EmailNotValidError:
        return None
    # local parts may differ by case in theory; no large provider lets them
    return address.normalized.lower()


def normal_phone(value: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(value, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


class ArrowStream:
    """Hands a polars frame to DuckDB without pyarrow."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


def model(dbt: Any, session: Any) -> ArrowStream:
    dbt.config(materialized="incremental", incremental_strategy="append")
    known = f" except select kind, value, region from {dbt.this}" if dbt.is_incremental else ""
    new = dbt.ref("int_accounts").query("accounts", f"({SPELLINGS}){known}")
    # a plain loop: 20 µs an address, where a DuckDB function in Python took 120 µs
    rows = [(*row, normal_form(*row)) for row in new.fetchall()]
    return ArrowStream(pl.DataFrame(rows, schema=COLUMNS, orient="row"))
