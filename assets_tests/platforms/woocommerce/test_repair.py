"""Soiled answers, typed out as sites send them."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecom_ai_os.platforms.woocommerce.repair import mend_lists, parse, records

NOTICE = (
    b"<br />\n<b>Deprecated</b>:  Creation of dynamic property WC_Order::$x is deprecated in "
    b"<b>/wp-content/plugins/x/plugin.php</b> on line <b>88</b><br />\n"
)
ROW = b'{"id":7,"line_items":[{"id":1,"meta_data":[]}],"html":"<p>fine</p>\\n[see]"}'


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"\xef\xbb\xbf",
        NOTICE,
        NOTICE * 3,
        NOTICE + b"\xef\xbb\xbf",
        b"\nWarning: Undefined array key [id] in /x.php on line 3\n",
        b"<!-- cached [gzip] -->",
        b"\n\n\n",
    ],
)
def test_json_is_read_past_what_stands_before_it(before: bytes) -> None:
    assert parse(before + b"[" + ROW + b"]", "shop.example") == [orjson.loads(ROW)]
    assert parse(before + ROW, "shop.example") == orjson.loads(ROW)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Just a moment...</body></html>",
        b"[" + ROW + b',{"id":8,"line_items":[{"id":2}]',
        b"[" + ROW + b',{"id":8}',
        NOTICE + b"[" + ROW + b',{"id":8,"refunds":[]}',
        ROW + NOTICE,
    ],
)
def test_what_is_no_whole_json_is_not_taken_for_one(content: bytes) -> None:
    with pytest.raises(orjson.JSONDecodeError):
        parse(content, "shop.example")


@given(st.binary(max_size=200).filter(lambda cut: b"\n" not in cut and b">" not in cut), st.data())
def test_a_cut_answer_is_never_half_read(row: bytes, data: st.DataObject) -> None:
    text = orjson.dumps([{"id": 1, "a": [{"b": row.decode(errors="replace")}]}, {"id": 2, "c": []}])
    cut = data.draw(st.integers(1, len(text) - 1))
    with pytest.raises(orjson.JSONDecodeError):
        parse(text[:cut], "shop.example")


def test_bytes_that_are_no_utf8_cost_themselves_only() -> None:
    assert parse(b'[{"id":1,"name":"Caf\xe9"}]', "shop.example") == [{"id": 1, "name": "Caf�"}]


def test_an_array_with_gaps_is_a_list() -> None:
    assert records({"0": {"id": 1}, "2": {"id": 3}}) == [{"id": 1}, {"id": 3}]
    assert records({"code": "x", "message": "y"}) is None


def test_lists_within_a_record_are_mended_and_values_left_alone() -> None:
    record = {
        "id": 1,
        "line_items": {"1": {"id": 5, "taxes": {"3": {"id": 1}}}},
        "meta_data": [{"id": 9, "key": "k", "value": {"0": "a", "1": "b"}}],
        "refunds": [],
        "billing": {"email": "a@example.com"},
    }
    assert mend_lists(record) == record | {
        "line_items": [{"id": 5, "taxes": [{"id": 1}]}],
        "meta_data": [{"id": 9, "key": "k", "value": {"0": "a", "1": "b"}}],
    }
