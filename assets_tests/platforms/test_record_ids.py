"""Ids made of several fields hold none that is no id: such a record is left to the quarantine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from ecom_ai_os.platforms import listing
from ecom_ai_os.platforms.linnworks.lists import Page as LinnworksPage
from ecom_ai_os.platforms.mailchimp.client import Page
from ecom_ai_os.platforms.mailchimp.paging import under
from ecom_ai_os.platforms.shopify.bulk import _table
from ecom_ai_os.platforms.spool import is_id, joined

NO_IDS: list[Any] = [None, "", True, {"id": 1}, [1], {}, []]


@pytest.mark.parametrize("value", NO_IDS)
def test_what_is_no_id_is_made_into_none(value: Any) -> None:
    assert not is_id(value)
    page = Page([{"id": value}, {"id": 7}, {"id": "x"}], [], 3, datetime.now(UTC))
    assert [r.get("__id") for r in under("list", page).records] == [None, "list/7", "list/x"]
    assert "__id" not in joined({"ID": value, "Bin": "A"}, ("ID", "Bin"))
    assert listing.ids([LinnworksPage([{"id": value}, {"id": 7}, {}], [])]) == ["7"]


def test_of_several_fields_only_the_first_must_be_there() -> None:
    assert joined({"ID": 1, "Bin": None}, ("ID", "Bin"))["__id"] == "1|"
    assert "__id" not in joined({"ID": 1, "Bin": {"of": 2}}, ("ID", "Bin"))


def test_a_line_of_a_bulk_file_with_an_odd_id_goes_with_its_root() -> None:
    """There landing finds it, and puts it into the quarantine."""
    kinds = {"Order": "orders", "LineItem": "order_lines"}
    assert _table(b'{"id": ["gid://shopify/LineItem/1"]}', kinds, "orders") == "orders"
    assert _table(b'{"__parentId": "x", "id": "gid://shopify/LineItem/1"}', kinds, "orders") == (
        "order_lines"
    )
