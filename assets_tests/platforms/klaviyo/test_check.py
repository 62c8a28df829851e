"""The doctor names what is wrong with a Klaviyo connection and how to mend it."""

from __future__ import annotations

from typing import Any

import pytest

from assets_tests.platforms.klaviyo.conftest import Account, connection
from ecom_ai_os.platforms import Finding
from ecom_ai_os.platforms.klaviyo import Klaviyo
from ecom_ai_os.sandbox.klaviyo.auth import API_KEY

READ = [
    f"{kind}:read"
    for kind in ("metrics", "profiles", "events", "campaigns", "flows", "lists", "segments")
]


def wrong(account: Account, **settings: Any) -> list[Finding]:
    klaviyo = Klaviyo("mail", connection(account.url, **{"api_key": API_KEY} | settings))
    return [finding for finding in klaviyo.check() if not finding.is_ok]


@pytest.mark.parametrize(
    ("settings", "says", "mend"),
    [
        ({"api_key": ""}, "has no API key", "ECOM__CONNECTIONS__MAIL__API_KEY"),
        ({"api_key": "pk_other"}, "HTTP 401", "renew the private key"),
        ({"base_url": "a.klaviyo.com"}, "is no web address", "leave base_url out"),
        ({"revision": "2024-10-15"}, "HTTP 400", 'set revision = "2026-07-15"'),
    ],
)
def test_the_doctor_says_what_to_mend(
    account: Account, settings: dict[str, Any], says: str, mend: str
) -> None:
    [finding] = wrong(account, **settings)
    assert says in finding.says and mend in finding.mend
    assert API_KEY not in finding.says and "pk_other" not in finding.says


def test_a_missing_scope_is_named(account: Account) -> None:
    account.configure(scopes=[scope for scope in READ if scope != "flows:read"])
    [finding] = wrong(account)
    assert "flows:read" in finding.mend


def test_a_key_that_only_reads_is_good_for_reading(account: Account) -> None:
    account.configure(scopes=READ)
    findings = list(account.klaviyo.check())
    assert all(finding.is_ok for finding in findings)
    assert "needs events:write, profiles:write, lists:write" in findings[-1].says
