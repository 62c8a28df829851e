"""What ecom.toml declares reaches the tables that models join."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
from pydantic import ValidationError

from ecom_ai_os import settings
from ecom_ai_os.defs import reference
from ecom_ai_os.warehouse import Warehouse

DECLARED = """
[business]
currency = "GBP"

[[exchange_rates]]
currency = "USD"
rate = 0.8
valid_from = 2026-01-01

[identity]
apart = [["main/1", "klaviyo/a"], ["main/1", "klaviyo/a"], ["main/2", "main/3"]]
own_domains = ["tea.example"]
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "ecom.toml"
    path.write_text(DECLARED)
    monkeypatch.setenv("ECOM_CONFIG", str(path))
    settings.current.cache_clear()
    yield path
    settings.current.cache_clear()


def test_declarations_become_tables(config: Path, warehouse: Warehouse) -> None:
    assets = [reference.exchange_rates, reference.accounts_apart]
    for _ in range(2):
        assert dg.materialize(assets, resources={"warehouse": warehouse}).success
    with warehouse.connect() as con:
        assert con.sql("from reference.exchange_rates order by all").fetchall() == [
            ("GBP", date(1970, 1, 1), 1.0),
            ("USD", date(2026, 1, 1), 0.8),
        ]
        assert con.sql("from reference.accounts_apart order by all").fetchall() == [
            ("main/1", "klaviyo/a"),
            ("main/2", "main/3"),
        ]


def test_nothing_declared_is_an_empty_table(config: Path, warehouse: Warehouse) -> None:
    config.write_text("")
    assert dg.materialize([reference.accounts_apart], resources={"warehouse": warehouse}).success
    with warehouse.connect() as con:
        assert con.sql("from reference.accounts_apart").fetchall() == []


@pytest.mark.parametrize("wrong", ['apart = [["main/1"]]', 'own_domains = ["till@tea.example"]'])
def test_a_wrong_declaration_is_named(config: Path, wrong: str) -> None:
    config.write_text(f"[identity]\n{wrong}\n")
    with pytest.raises(ValidationError, match="identity"):
        settings.current()
