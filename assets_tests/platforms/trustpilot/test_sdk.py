"""The vendor's own client (PyPI: trustpilot), unmodified, works against the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from assets_tests.sandbox.conftest import Client, client, server, small_business
from ecom_ai_os.sandbox.trustpilot.auth import API_KEY, API_SECRET, PASSWORD, USERNAME
from ecom_ai_os.sandbox.trustpilot.routes import DOMAIN, UNIT

sdk: Any = pytest.importorskip("trustpilot.client", reason="needs the extra `sdks`")

__all__ = ["client", "server", "small_business"]


@pytest.fixture
def session(client: Client) -> Any:
    client.control("trustpilot")
    return sdk.TrustpilotSession(
        api_host=client.url,
        token_issuer_host=client.url,
        api_key=API_KEY,
        api_secret=API_SECRET,
        username=USERNAME,
        password=PASSWORD,
    )


def test_it_signs_in_after_a_first_refusal(client: Client, session: Any) -> None:
    answer = session.get(f"/v1/private/business-units/{UNIT}/reviews")
    assert [row["stars"] for row in answer.json()["reviews"]] == [1, 2, 3, 5]
    counted = client.sandbox.counters.read()
    assert (counted["trustpilot.requests"], counted["trustpilot.tokens"]) == (2, 1)


def test_it_reads_what_ours_reads(session: Any) -> None:
    assert session.get("/v1/business-units/find", params={"name": DOMAIN}).json()["id"] == UNIT
    path = f"/v1/private/product-reviews/business-units/{UNIT}/reviews"
    skus = [row["product"]["sku"] for row in session.get(path).json()["productReviews"]]
    assert skus == ["MUG", "BEANS-250", "KETTLE"]


def test_it_asks_once_more_when_it_may_not_read(client: Client, session: Any) -> None:
    client.control("trustpilot", rights=["product"])
    answer = session.get(f"/v1/private/business-units/{UNIT}/reviews")
    assert answer.status_code == 403
