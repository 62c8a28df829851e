"""A list that changes while it is read, hosts that fall over, headers that go missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assets_tests.platforms.vendor_stub import Answer, Request, page
from assets_tests.platforms.woocommerce.shop_stub import Shop, ids, opened, records
from ecom_ai_os.platforms.http import HttpError

DAY = "2026-11-01T00:00:00"


def products(n: int) -> list[dict[str, Any]]:
    return [{"id": k, "status": "publish", "date_modified_gmt": DAY} for k in range(1, n + 1)]


def once(n_th: int, change: Callable[[], None]) -> Callable[[Request], Answer | None]:
    """Do `change` before the n-th request for products is answered."""
    n_asked = 0

    def before(request: Request) -> Answer | None:
        nonlocal n_asked
        n_asked += request.path.endswith("/products")
        if n_asked == n_th and request.path.endswith("/products"):
            change()
        return None

    return before


@pytest.mark.parametrize("n_records", [0, 1, 99, 100, 101, 199, 200, 298, 299])
@pytest.mark.parametrize("has_totals", [True, False])
def test_every_record_is_read_whether_totals_are_told_or_not(
    tmp_path: Path, n_records: int, has_totals: bool
) -> None:
    with opened(Shop({"products": products(n_records)}, has_totals=has_totals), tmp_path) as woo:
        assert ids(woo.read("products"), "products") == list(range(1, n_records + 1))


def test_a_record_that_leaves_takes_no_other_with_it(tmp_path: Path) -> None:
    shop = Shop({"products": products(250)})
    shop.before = once(2, lambda: shop.lists["products"].pop(3))
    with opened(shop, tmp_path) as woo:
        assert ids(woo.read("products"), "products") == list(range(1, 251))


def test_one_that_leaves_while_another_enters_is_noticed_though_the_total_stays(
    tmp_path: Path,
) -> None:
    shop = Shop({"products": products(250)})

    def change() -> None:
        shop.lists["products"].pop(3)
        shop.lists["products"].append(products(251)[-1])

    shop.before = once(2, change)
    with opened(shop, tmp_path) as woo:
        assert ids(woo.read("products"), "products") == list(range(1, 252))


def test_many_that_leave_are_stepped_back_over(tmp_path: Path) -> None:
    shop = Shop({"products": products(450)})
    shop.before = once(3, lambda: shop.lists["products"].__delitem__(slice(0, 150)))
    with opened(shop, tmp_path) as woo:
        assert ids(woo.read("products"), "products") == list(range(1, 451))


def test_a_short_page_is_not_the_end(tmp_path: Path) -> None:
    """Records the key may not read are left out of their page, and the total counts them."""
    shop = Shop({"products": products(350)})
    answer = shop._page

    def hiding(path: str, query: dict[str, str]) -> Answer:
        whole = answer(path, query)
        return Answer([row for row in whole.body if not 50 < row["id"] <= 150], 200, whole.headers)

    shop._page = hiding  # type: ignore[method-assign]
    with opened(shop, tmp_path) as woo:
        read = ids(woo.read("products"), "products")
    assert read == [*range(1, 51), *range(151, 351)]


@pytest.mark.parametrize("status", [500, 502, 504])
def test_pages_are_halved_until_the_host_can_bear_them(tmp_path: Path, status: int) -> None:
    def weak(request: Request) -> Answer | None:
        is_heavy = int(request.query.get("per_page", ["0"])[0]) > 25
        return page("<h1>Gateway time-out</h1>", status) if is_heavy else None

    with opened(Shop({"products": products(120)}, weak), tmp_path) as woo:
        assert ids(woo.read("products"), "products") == list(range(1, 121))
        sizes = [int(request.query.get("per_page", ["0"])[0]) for request in woo.vendor.requests]
    assert sizes == [0, 100, 50, 25, 25, 25, 25, 25], "the size stays small once it was too large"


@pytest.mark.parametrize(
    "answer",
    [
        page("Briefly unavailable for scheduled maintenance. Check back in a minute.", 503),
        page("<title>Just a moment...</title>", 200),
        Answer(b""),
        Answer(b'[{"id":1,"line_items":[{"id":2}]'),
        Answer({"code": "some_plugin", "message": "not now"}),
        Answer({"code": "too_many"}, 429, {"Retry-After": "0"}),
        Answer([{"id": 1}], cut_after=5),
    ],
    ids=["maintenance", "challenge", "empty", "truncated", "no list", "limit", "cut"],
)
def test_a_passing_fault_costs_an_attempt(tmp_path: Path, answer: Answer) -> None:
    faults = [answer, answer]

    def before(request: Request) -> Answer | None:
        return faults.pop() if faults and request.path.endswith("/products") else None

    with opened(Shop({"products": products(3)}, before), tmp_path) as woo:
        assert ids(woo.read("products"), "products") == [1, 2, 3]


def test_a_lasting_fault_is_named_without_keys(tmp_path: Path) -> None:
    shop = Shop({}, lambda request: page("<p>Blocked by ck_test guard</p>", 403))
    with opened(shop, tmp_path) as woo, pytest.raises(HttpError) as error:
        woo.read("products")
    assert "403" in str(error.value) and "Blocked by … guard" in str(error.value)
    assert "oauth" not in str(error.value)


def test_half_a_record_is_not_shown(tmp_path: Path) -> None:
    cut = Answer(b'<br />Notice<br />\n[{"id":1,"email":"ann@example.com"', 200)
    with opened(Shop({}, lambda request: cut), tmp_path) as woo:
        with pytest.raises(HttpError) as error:
            woo.read("products")
    assert "ann@" not in str(error.value) and "not shown" in str(error.value)


def test_records_that_are_none_are_quarantined_and_the_rest_lands(tmp_path: Path) -> None:
    rows = [{"id": 1, "date_modified_gmt": DAY}, None, "text", 3]
    answer = Answer(rows, headers={"X-WP-Total": "4"})
    shop = Shop({}, lambda request: answer if request.path.endswith("/products") else None)
    with opened(shop, tmp_path) as woo:
        batches = woo.read("products")
    assert ids(batches, "products") == [1]
    assert [record.payload for record in batches[-1].quarantined] == ["None", "text", "3"]


def test_lists_that_came_as_objects_are_lists(tmp_path: Path) -> None:
    body = {"1": {"id": 1, "variations": {"0": 5, "2": 6}}, "5": {"id": 2, "variations": []}}
    answer = Answer(body, headers={"X-WP-Total": "2"})
    shop = Shop({}, lambda request: answer if request.path.endswith("/products") else None)
    with opened(shop, tmp_path) as woo:
        read = records(woo.read("products"), "products")
    assert read == [{"id": 1, "variations": [5, 6]}, {"id": 2, "variations": []}]
