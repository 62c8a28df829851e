"""The WooCommerce surface refuses, bounds, pages and sorts as the real server was recorded to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from assets_tests.sandbox.conftest import Client
from ecom_ai_os.platforms.woocommerce.auth import OAuth1
from ecom_ai_os.sandbox.woocommerce.auth import CONSUMER_KEY, CONSUMER_SECRET

ORDERS = "/wp-json/wc/v3/orders"
HTTPS = {"X-Forwarded-Proto": "https"}
BASIC = (CONSUMER_KEY, CONSUMER_SECRET)


def ask(client: Client, path: str = ORDERS, **params: Any) -> requests.Response:
    return requests.get(client.url + path, params, auth=BASIC, headers=HTTPS, timeout=10)


def ids(client: Client, path: str = ORDERS, **params: Any) -> list[int]:
    return [row["id"] for row in ask(client, path, **params).json()]


@pytest.mark.parametrize(
    "headers, params, auth, status, code",
    [
        ({}, {}, BASIC, 401, "woocommerce_rest_cannot_view"),
        ({}, {"consumer_key": BASIC[0], "consumer_secret": BASIC[1]}, None, 401, "cannot_view"),
        (HTTPS, {"consumer_key": BASIC[0], "consumer_secret": BASIC[1]}, None, 200, ""),
        (HTTPS, {}, BASIC, 200, ""),
        (HTTPS, {}, (CONSUMER_KEY, "cs_nope"), 401, "authentication_error"),
        (HTTPS, {}, ("ck_nope", CONSUMER_SECRET), 401, "cannot_view"),
        (HTTPS, {}, ("ck_writeonly", "cs_writeonly"), 401, "authentication_error"),
        (HTTPS, {}, ("ck_customer", "cs_customer"), 403, "cannot_view"),
        ({}, {"oauth_consumer_key": CONSUMER_KEY}, None, 401, "missing_parameter"),
    ],
)
def test_who_may_come_in(
    client: Client, headers: Any, params: Any, auth: Any, status: int, code: str
) -> None:
    answer = requests.get(client.url + ORDERS, params, auth=auth, headers=headers, timeout=10)
    assert answer.status_code == status
    assert not code or answer.json()["code"].endswith(code)
    assert "WWW-Authenticate" not in answer.headers


def test_over_plain_http_requests_are_signed_once_each(client: Client) -> None:
    auth = OAuth1(CONSUMER_KEY, CONSUMER_SECRET)
    answer = requests.get(client.url + ORDERS, {"search": "Müller & co"}, auth=auth, timeout=10)
    assert answer.status_code == 200
    again = requests.get(answer.request.url or "", timeout=10)
    assert again.json()["message"] == "Invalid nonce - nonce has already been used."
    forged = requests.get((answer.request.url or "").replace("search", "find"), timeout=10)
    assert forged.json()["message"].startswith("Invalid signature")


def test_plain_permalinks_reach_the_api_behind_index_php_only(client: Client) -> None:
    assert ask(client, "/index.php" + ORDERS).status_code == 200
    assert ask(client, "/index.php", rest_route="/wc/v3/orders").status_code == 401


def test_test_orders_are_left_out_and_amounts_are_net_of_tax(client: Client) -> None:
    assert ids(client, orderby="id", order="asc") == [1001, 1003, 1004, 1005, 1006]
    order = ask(client, f"{ORDERS}/1001").json()
    lines = sum(float(line["total"]) for line in order["line_items"])
    assert order["total"] == "65.02" and order["total_tax"] == "10.38"
    assert lines + float(order["shipping_total"]) + 10.38 == pytest.approx(65.02)
    assert order["date_created"] == "2025-03-01T05:00:00", "the site's own time"
    assert order["date_created_gmt"] == "2025-03-01T10:00:00"


def test_bounds_are_exclusive_and_of_whole_seconds(client: Client) -> None:
    at = ask(client, f"{ORDERS}/1003").json()["date_created_gmt"]
    tied = [1003, 1004]
    second = {"dates_are_gmt": "true", "orderby": "id", "order": "asc"}
    assert not set(tied) & set(ids(client, after=at, **second))
    assert not set(tied) & set(ids(client, before=at, **second))
    around = {"after": _moved(at, -1), "before": _moved(at, 1)} | second
    assert ids(client, **around) == tied


def test_a_zone_beside_dates_are_gmt_shifts_by_the_sites_offset(client: Client) -> None:
    at = ask(client, f"{ORDERS}/1001").json()["date_created_gmt"]
    bound = {"before": _moved(at, 1) + "Z"}
    assert ids(client, **bound) == [1001]
    assert ids(client, dates_are_gmt="true", **bound) == []


def _moved(at: str, seconds: int) -> str:
    return (datetime.fromisoformat(at) + timedelta(seconds=seconds)).isoformat()


@pytest.mark.parametrize(
    "params, says",
    [
        ({"per_page": "101"}, "per_page must be between 1 (inclusive) and 100 (inclusive)"),
        ({"per_page": "abc"}, "per_page is not of type integer."),
        ({"page": "0"}, "page must be greater than or equal to 1"),
        (
            {"orderby": "total"},
            "orderby is not one of date, id, include, title, slug, and modified.",
        ),
        ({"modified_after": "2026-05-05"}, "Invalid date."),
    ],
)
def test_wrong_parameters_are_refused(client: Client, params: dict[str, str], says: str) -> None:
    answer = ask(client, **params)
    assert answer.status_code == 400
    assert list(answer.json()["data"]["params"].values()) == [says]


def test_pages_beyond_the_end_forget_how_many_orders_there_are(client: Client) -> None:
    inside, beyond = ask(client, per_page=2), ask(client, per_page=2, page=9)
    assert (inside.headers["X-WP-Total"], inside.headers["X-WP-TotalPages"]) == ("5", "3")
    assert inside.links["next"]["url"].endswith("page=2")
    assert beyond.json() == [] and beyond.headers["X-WP-Total"] == "0"


def test_refunds_stand_under_their_order_and_by_themselves(client: Client) -> None:
    (one,) = ask(client, "/wp-json/wc/v3/refunds", parent="1001").json()[:1]
    (under,) = ask(client, f"{ORDERS}/1001/refunds").json()
    assert one == under | {"parent_id": 1001}
    assert all(line["quantity"] < 0 for line in one["line_items"])
    links = [line["meta_data"][0] for line in one["line_items"]]
    assert {link["key"] for link in links} == {"_refunded_item_id"}
    assert ask(client, f"{ORDERS}/999/refunds").json() == []


def test_single_option_products_are_simple_and_deleted_ones_in_the_trash(client: Client) -> None:
    products = {row["id"]: row for row in ask(client, "/wp-json/wc/v3/products").json()}
    assert {key: row["type"] for key, row in products.items()} == {1: "variable", 2: "simple"}
    assert products[2]["sku"] == "KETTLE" and products[1]["variations"] == [11, 12]
    assert ids(client, "/wp-json/wc/v3/products/1/variations", orderby="id", order="asc") == [
        11,
        12,
    ]
    assert ids(client, "/wp-json/wc/v3/products", status="trash", _fields="id") in ([3], [])


def test_soiled_answers_and_heavy_pages(client: Client) -> None:
    client.control("faults", fault="php_notice")
    assert ask(client).content.startswith(b"<br />\n<b>Deprecated</b>")
    client.control("faults", fault="bom")
    assert ask(client).content.startswith(b"\xef\xbb\xbf[")
    client.control("faults", fault="list_as_object")
    assert list(ask(client).json()) == ["1", "2", "3", "4", "5"]
    client.control("faults", fault="totals_missing")
    assert "X-WP-Total" not in ask(client).headers
    client.control("faults", fault="html_503")
    assert ask(client).status_code == 503
    client.control("faults", fault="too_heavy", probability=1.0)
    assert ask(client, per_page=100).status_code == 504
    assert ask(client, per_page=25).status_code == 200


REVIEWS = "/wp-json/wc/v3/products/reviews"


def test_reviews_say_nothing_of_edits_and_leave_out_what_was_removed(client: Client) -> None:
    assert ids(client, REVIEWS) == [9002, 9001], "newest first, of products on sale, approved"
    edited, silent = (ask(client, f"{REVIEWS}/{key}").json() for key in (9001, 9002))
    assert (edited["rating"], edited["review"]) == (5, "<p>Too dark. Edit: I love it</p>\n")
    assert edited["date_created_gmt"] == "2025-03-10T08:00:00"
    assert edited["verified"] and not silent["verified"]
    assert (silent["rating"], silent["review"]) == (4, ""), "edited tomorrow"


def test_the_status_of_reviews_is_approved_unless_another_word_is_given(client: Client) -> None:
    assert ids(client, REVIEWS, status="all") == [9002, 9001]
    assert ids(client, REVIEWS, status="trash") == [9003]
    assert ids(client, REVIEWS, status="bogus") == []


def test_products_show_how_they_are_rated(client: Client) -> None:
    beans, kettle = (ask(client, f"/wp-json/wc/v3/products/{key}").json() for key in (1, 2))
    assert (beans["average_rating"], beans["rating_count"]) == ("4.50", 2)
    assert (kettle["average_rating"], kettle["rating_count"]) == ("0.00", 0)
