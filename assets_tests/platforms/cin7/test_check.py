"""The doctor names what is wrong with a Cin7 account and how to mend it."""

from __future__ import annotations

import pytest

from assets_tests.platforms.cin7.conftest import Connect
from assets_tests.platforms.vendor_stub import Answer, page, vendor


@pytest.mark.parametrize("product", ["core", "omni"])
def test_it_is_content_with_the_sandbox(connect: Connect, product: str) -> None:
    findings = list(connect(product, requests_per_second=60).check())
    assert [finding.is_ok for finding in findings] == [True, True]


@pytest.mark.parametrize(
    "product, settings, says, mend",
    [
        ("core", {"account_id": ""}, "no credentials", "ECOM__CONNECTIONS__CIN__ACCOUNT_ID"),
        ("omni", {"api_key": ""}, "no credentials", "ECOM__CONNECTIONS__CIN__API_KEY"),
        ("core", {"application_key": "wrong"}, "authentication failed", "renew account_id"),
        ("omni", {"api_key": "wrong"}, "Unauthorized access", "renew username and api_key"),
    ],
)
def test_credentials(
    connect: Connect, product: str, settings: dict[str, str], says: str, mend: str
) -> None:
    wrong = [finding for finding in connect(product, **settings).check() if not finding.is_ok]
    assert len(wrong) == 1, "the rest would only say it again"
    assert says in wrong[0].says and mend in wrong[0].mend
    assert "wrong" not in wrong[0].says


def test_every_endpoint_that_is_not_allowed_is_named(connect: Connect) -> None:
    findings = list(connect("omni", api_key="stock-only", requests_per_second=60).check())
    refused = [finding.says.partition(":")[0] for finding in findings if not finding.is_ok]
    assert refused == ["Branches", "Contacts", "Products", "PurchaseOrders"]
    assert "allow the connection this endpoint" in findings[1].mend


def test_an_address_that_is_none_of_cin7_s(connect: Connect) -> None:
    answers = (page("<p>Page not found</p>", 200), Answer({"message": "no such thing"}, 404))
    for answer in answers:
        with vendor(lambda request, answer=answer: answer) as stub:
            wrong = list(connect("core", url=stub.url).check())[-1]
        assert not wrong.is_ok and wrong.mend == "check url in [connections.cin]"
