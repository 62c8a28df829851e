"""The Google surface signs in, masks, pages, sorts and leaves out as Google does."""

from __future__ import annotations

from typing import Any

import requests

from assets_tests.sandbox.conftest import Client
from ecom_ai_os.sandbox.google.auth import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN

LEIPZIG = "/v4/accounts/200/locations/71/reviews"
GRANT = {
    "grant_type": "refresh_token",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "refresh_token": REFRESH_TOKEN,
}


def token(client: Client, **form: str) -> requests.Response:
    return requests.post(f"{client.url}/token", GRANT | form, timeout=10)


def ask(client: Client, path: str, **params: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token(client).json()['access_token']}"}
    return requests.get(client.url + path, params, headers=headers, timeout=10)


def test_a_refresh_token_is_good_for_an_hour(client: Client) -> None:
    assert requests.get(client.url + LEIPZIG, timeout=10).status_code == 401
    assert token(client, refresh_token="no").json()["error"] == "invalid_grant"
    assert token(client, client_secret="no").json()["error"] == "invalid_client"
    granted = token(client).json()
    assert granted["expires_in"] == 3599 and granted["token_type"] == "Bearer"
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    assert requests.get(client.url + LEIPZIG, headers=headers, timeout=10).ok
    client.control("clock", advance_days=0.05)
    assert requests.get(client.url + LEIPZIG, headers=headers, timeout=10).status_code == 401


def test_locations_stand_under_their_accounts_without_naming_them(client: Client) -> None:
    names = [row["name"] for row in ask(client, "/v1/accounts").json()["accounts"]]
    assert names == ["accounts/100", "accounts/200"]
    own = ask(client, "/v1/accounts/100/locations", readMask="name,title").json()
    assert own == {"locations": [{"name": "locations/71", "title": "Leipzig"}]}
    group = ask(client, "/v1/accounts/200/locations", readMask="name,metadata").json()
    verified = {row["name"]: row["metadata"]["hasVoiceOfMerchant"] for row in group["locations"]}
    assert verified == {"locations/71": True, "locations/72": True, "locations/999": False}
    assert ask(client, "/v1/accounts/100/locations").json()["error"]["status"] == "INVALID_ARGUMENT"


def test_reviews_are_listed_by_their_last_change(client: Client) -> None:
    body = ask(client, LEIPZIG).json()
    assert [row["starRating"] for row in body["reviews"]] == ["FIVE", "THREE"]
    assert (body["averageRating"], body["totalReviewCount"]) == (4.0, 2)
    wordless, told = body["reviews"]
    assert "comment" not in wordless and wordless["reviewReply"]["comment"] == "Danke!"
    assert wordless["updateTime"] == wordless["createTime"] == "2026-11-20T09:00:00Z"
    assert told["comment"] == "(Translated by Google) [in English]\n\n(Original)\nGeht so."
    assert told["name"] == f"accounts/200/locations/71/reviews/{told['reviewId']}"
    client.control("google", translates="after", reply_moves_update_time=True)
    wordless, told = ask(client, LEIPZIG).json()["reviews"]
    assert told["comment"] == "Geht so.\n\n(Translated by Google)\n[in English]"
    assert wordless["updateTime"] == "2026-11-21T09:00:00Z"


def test_edits_move_up_and_removed_reviews_vanish(client: Client) -> None:
    client.control("clock", advance_days=1)
    assert [row["starRating"] for row in ask(client, LEIPZIG).json()["reviews"]] == ["FIVE", "FIVE"]
    newest = ask(client, LEIPZIG).json()["reviews"][0]
    assert newest["updateTime"] == "2026-11-24T09:00:00Z"
    vienna = LEIPZIG.replace("71", "72")
    assert [row["starRating"] for row in ask(client, vienna).json()["reviews"]] == ["TWO"]
    client.control("google", lag_seconds=3 * 86_400)
    assert ask(client, vienna).json() == {}, "what is empty is left out"


def test_pages_follow_their_tokens(client: Client) -> None:
    first = ask(client, LEIPZIG, pageSize=1, orderBy="rating").json()
    assert first["reviews"][0]["starRating"] == "THREE"
    page = {"pageSize": 1, "orderBy": "rating"}
    second = ask(client, LEIPZIG, pageToken=first["nextPageToken"], **page).json()
    assert second["reviews"][0]["starRating"] == "FIVE"
    third = ask(client, LEIPZIG, pageToken=second["nextPageToken"], **page).json()
    assert "reviews" not in third and "nextPageToken" not in third
    for wrong in ({"pageToken": "?"}, {"orderBy": "best"}, {"pageSize": "many"}):
        assert ask(client, LEIPZIG, **wrong).status_code == 400


def test_only_verified_locations_may_be_read(client: Client) -> None:
    denied = ask(client, LEIPZIG.replace("71", "999")).json()["error"]
    assert (denied["code"], denied["status"]) == (403, "PERMISSION_DENIED")
    assert ask(client, LEIPZIG.replace("71", "5")).json()["error"]["status"] == "NOT_FOUND"


def test_a_project_has_no_quota_until_it_is_approved(client: Client) -> None:
    client.control("google", per_minute=0)
    refused = ask(client, "/v1/accounts").json()["error"]
    assert refused["status"] == "RESOURCE_EXHAUSTED"
    assert refused["details"][0]["metadata"]["quota_limit_value"] == "0"
    client.control("google", per_minute=1)
    assert [ask(client, "/v1/accounts").status_code for _ in range(2)] == [200, 429]
