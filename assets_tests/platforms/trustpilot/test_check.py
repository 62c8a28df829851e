"""The doctor says what is wrong with a Trustpilot connection and how to mend it."""

from __future__ import annotations

from typing import Any

import pytest

from assets_tests.platforms.trustpilot.unit_stub import PRODUCT, SERVICE, UNIT, Unit, connection
from assets_tests.platforms.vendor_stub import Answer, Request, vendor
from ecom_ai_os.platforms.trustpilot import Trustpilot


def findings(unit: Unit, **settings: Any) -> list[tuple[bool, str, str]]:
    with vendor(unit.respond) as running:
        found = Trustpilot("tp", connection(running.url, **settings)).check()
        return [(finding.is_ok, finding.says, finding.mend) for finding in found]


def refusing(path: str, status: int) -> Unit:
    def respond(request: Request) -> Answer | None:
        return Answer({"message": "no"}, status) if request.path == path else None

    return Unit(before=respond)


@pytest.mark.parametrize(
    "settings, says, mend",
    [
        ({"business_unit": ""}, "names no business unit", "[connections.tp]"),
        ({"api_key": ""}, "has no credentials", "ECOM__CONNECTIONS__TP__API_KEY"),
        ({"username": "me"}, "has no password for me", "ECOM__CONNECTIONS__TP__PASSWORD"),
    ],
)
def test_settings_are_looked_at_before_the_network(
    settings: dict[str, str], says: str, mend: str
) -> None:
    ((is_ok, said, mended),) = findings(Unit(), **settings)
    assert not is_ok and said == says and mend in mended


def test_an_unknown_domain_is_told_from_bad_keys() -> None:
    unknown = findings(refusing("/v1/business-units/find", 404), business_unit="a.example")
    assert unknown[-1][:2] == (False, "Trustpilot does not know a.example")
    refused = findings(refusing(f"/v1/business-units/{UNIT}", 401))
    assert not refused[-1][0] and refused[-1][2].startswith("renew the keys")


@pytest.mark.parametrize(
    "path, says, mend",
    [
        (SERVICE, "private service reviews: ", 'or set service_reviews = "public"'),
        (PRODUCT, "product reviews: ", 'or set product_reviews = "off"'),
    ],
)
def test_reviews_that_may_not_be_read_are_named(path: str, says: str, mend: str) -> None:
    found = findings(refusing(path, 403))
    (wrong,) = [finding for finding in found if not finding[0]]
    assert wrong[1].startswith(says) and "HTTP 403" in wrong[1]
    assert wrong[2].startswith("give the user a role") and mend in wrong[2]


def test_what_is_off_is_said() -> None:
    found = findings(Unit(), service_reviews="off", product_reviews="off")
    assert [says for _, says, _ in found[-2:]] == [
        "service reviews are not read",
        "product reviews are not read",
    ]
