"""The Trustpilot surface lets in, bounds, sorts and hides as its documentation says."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from assets_tests.sandbox.conftest import Client
from ecom_ai_os.sandbox.trustpilot.auth import API_KEY, API_SECRET, PASSWORD, USERNAME
from ecom_ai_os.sandbox.trustpilot.routes import DOMAIN, UNIT

TOKENS = "/v1/oauth/oauth-business-users-for-applications/accesstoken"
SERVICE = f"/v1/private/business-units/{UNIT}/reviews"
PRODUCT = f"/v1/private/product-reviews/business-units/{UNIT}/reviews"
PUBLIC = f"/v1/business-units/{UNIT}/reviews"
CREDENTIALS = {"grant_type": "client_credentials"}


def token(client: Client, **form: str) -> requests.Response:
    basic = (API_KEY, API_SECRET)
    return requests.post(client.url + TOKENS, form or CREDENTIALS, auth=basic, timeout=10)


def ask(client: Client, path: str, **params: Any) -> requests.Response:
    bearer = f"Bearer {token(client).json()['access_token']}"
    headers = {"apikey": API_KEY, "Authorization": bearer}
    return requests.get(client.url + path, params, headers=headers, timeout=10)


def stars(client: Client, path: str = SERVICE, **params: Any) -> list[int]:
    body = ask(client, path, **params).json()
    return [row["stars"] for row in body.get("reviews", body.get("productReviews"))]


def test_private_reviews_need_a_token_and_public_ones_a_key(client: Client) -> None:
    refused = requests.get(client.url + SERVICE, timeout=10)
    assert refused.status_code == 401
    assert refused.json()["fault"]["faultstring"] == "Invalid access token"
    refused = requests.get(client.url + PUBLIC, timeout=10)
    assert refused.json()["fault"]["detail"]["errorcode"] == "oauth.v2.InvalidApiKey"
    assert requests.get(client.url + PUBLIC, {"apikey": API_KEY}, timeout=10).ok
    client.control("trustpilot", rights=["product"])
    assert ask(client, SERVICE).status_code == 403
    assert ask(client, PRODUCT).ok


def test_tokens_are_for_applications_and_for_users_and_run_out(client: Client) -> None:
    granted = token(client).json()
    assert granted["expires_in"] == "359999" and "refresh_token" not in granted
    password = {"grant_type": "password", "username": USERNAME}
    assert "refresh_token" in token(client, **password, password=PASSWORD).json()
    assert token(client, **password, password="no").status_code == 401
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    assert requests.get(client.url + SERVICE, headers=headers, timeout=10).ok
    client.control("clock", advance_days=5)
    assert requests.get(client.url + SERVICE, headers=headers, timeout=10).status_code == 401


def test_the_unit_is_found_by_domain_with_its_score(client: Client) -> None:
    unit = ask(client, "/v1/business-units/find", name=DOMAIN).json()
    assert unit["id"] == UNIT
    assert unit["score"] == {"stars": 3.0, "trustScore": 2.8}
    assert unit["numberOfReviews"]["total"] == 4
    assert ask(client, "/v1/business-units/find", name="other.example").status_code == 404
    assert ask(client, "/v1/business-units/000000000000000000000000").status_code == 404


def test_lists_are_sorted_bounded_and_paged(client: Client) -> None:
    assert stars(client, orderBy="createdat.asc") == [5, 3, 2, 1]
    assert stars(client) == [1, 2, 3, 5]
    assert stars(client, orderBy="createdat.asc", perPage=3, page=2) == [1]
    assert stars(client, perPage=3, page=9) == []
    at = "2026-11-20T08:00:00"
    assert stars(client, startDateTime=at) == [1, 2]
    client.control("trustpilot", start_is_inclusive=False)
    assert stars(client, startDateTime=at) == []
    link = ask(client, SERVICE, perPage=3).json()["links"][0]
    assert link["rel"] == "next-page" and "page=2" in link["href"]


@pytest.mark.parametrize("params", [{"perPage": 101}, {"page": 0}, {"orderBy": "best"}])
def test_wrong_parameters_are_refused(client: Client, params: dict[str, Any]) -> None:
    assert ask(client, SERVICE, **params).status_code == 400


def test_order_numbers_and_addresses_are_private(client: Client) -> None:
    *_, first = ask(client, SERVICE).json()["reviews"]
    assert (first["referenceId"], first["referralEmail"]) == ("1001", "anna@example.com")
    assert first["createdAt"] == "2025-03-10T09:00:00", "no zone"
    assert first["companyReply"]["text"] == "Thank you!"
    *_, public = ask(client, PUBLIC).json()["reviews"]
    assert public == {k: v for k, v in first.items() if not k.startswith("refer")}


def test_product_reviews_carry_skus_and_answers_stand_apart(client: Client) -> None:
    client.control("clock", advance_days=1)
    newest, beans = ask(client, PRODUCT).json()["productReviews"]
    assert newest["consumer"]["email"] is None and newest["referenceId"] is None
    assert beans["product"]["sku"] == "BEANS-250"
    assert beans["createdAt"] == "2026-11-21T09:00:00.250Z"
    answer = ask(client, f"/v1/private/conversations/{beans['conversationId']}").json()
    assert answer["sourceId"] == beans["id"]
    assert answer["comments"][0]["content"] == "Enjoy them!"
    assert ask(client, "/v1/private/conversations/nothing").status_code == 404


def test_edits_show_removed_reviews_vanish_and_new_ones_come_late(client: Client) -> None:
    client.control("clock", now="2026-11-25T12:00:00Z")
    assert stars(client, orderBy="createdat.asc") == [5, 3, 4, 4]
    client.control("trustpilot", lag_seconds=2 * 86_400)
    assert stars(client, orderBy="createdat.asc") == [5, 3, 4]


def test_more_requests_than_the_limit_are_refused(client: Client) -> None:
    client.control("trustpilot", limits=[[2, 60]])
    answers = [ask(client, SERVICE).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert client.sandbox.counters.read()["trustpilot.throttled"] == 1
