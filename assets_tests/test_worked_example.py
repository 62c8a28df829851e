"""The README's worked example of a platform, run as it stands there."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from assets_tests.platforms.vendor_stub import Answer, Request, vendor
from ecom_ai_os import platforms
from ecom_ai_os.defs.ingest import Read, ingest
from ecom_ai_os.warehouse import Warehouse

README = (Path(__file__).parents[1] / "README.md").read_text()
SECTION = README.split("## Add a platform")[1].split("\n## ")[0]
UNION = Path(__file__).parents[1] / "dbt_project/models/intermediate/int_reviews.sql"
REVIEWS = [
    {"id": n, "updated_at": f"2026-11-0{n}T10:00:00Z", "written_at": "2026-11-01T10:00:00Z"}
    | {"sku": "MUG", "stars": n, "text": "well", "name": "Ada"}
    for n in (1, 2, 3)
]


def block(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", SECTION, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture
def guestbook(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType("guestbook")
    monkeypatch.setitem(sys.modules, "guestbook", module)
    exec(block("python"), module.__dict__)
    monkeypatch.setitem(platforms.MODULES, "guestbook", "guestbook")
    return module


def answer(request: Request) -> Answer:
    """Two reviews a page, those changed since the moment asked for."""
    if request.headers["Authorization"] != "Bearer right":
        return Answer({"error": "no such key"}, 401)
    since = request.query.get("updated_since", [""])[0]
    begin = 2 * int(request.query.get("page", ["1"])[0]) - 2
    found = [review for review in REVIEWS if str(review["updated_at"]) >= since]
    rest = found[begin + 2 :]
    return Answer(
        {"reviews": found[begin : begin + 2], "next_page": begin // 2 + 2 if rest else None}
    )


def connector(url: str, key: str = "right") -> Any:
    kind = platforms.connector_type("guestbook")
    table = {"platform": "guestbook", "base_url": url, "api_key": key}
    return kind("guests", kind.Settings.model_validate(table))


def test_it_reads_everything_and_then_what_is_new(
    guestbook: ModuleType, warehouse: Warehouse
) -> None:
    warehouse.prepare({"guestbook": [guestbook.REVIEWS]})
    with vendor(answer) as running:
        for n_landed in (3, 0):
            read = Read("guests", connector(running.url), guestbook.REVIEWS)
            (outcome,) = ingest(warehouse, [read])
            assert outcome.error is None
            assert outcome.landed.written.get("reviews", 0) == n_landed
        assert [request.query.get("page") for request in running.requests] == [["1"], ["2"], ["1"]]
    sql = block("sql").replace("{{ source('guestbook', 'reviews') }}", "guestbook.reviews")
    rows = warehouse.read(f"from ({sql}) order by review_id")
    assert rows["rating"].to_list() == [1, 2, 3]
    assert rows["review_id"][0] == "guests/1"


def test_every_column_is_one_the_union_knows(guestbook: ModuleType, warehouse: Warehouse) -> None:
    warehouse.prepare({"guestbook": [guestbook.REVIEWS]})
    sql = block("sql").replace("{{ source('guestbook', 'reviews') }}", "guestbook.reviews")
    known = set(re.findall(r"\w+", UNION.read_text())) | {"loaded_at", "author_name"}
    assert set(warehouse.read(sql).columns) <= known


def test_the_doctor_says_which_key_is_wrong(guestbook: ModuleType) -> None:
    with vendor(answer) as running:
        (well,) = connector(running.url).check()
        (ill,) = connector(running.url, "wrong").check()
    assert well.is_ok and not ill.is_ok
    assert "401" in ill.says and "ECOM__CONNECTIONS__GUESTS__API_KEY" in ill.mend
