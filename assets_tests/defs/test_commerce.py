"""What dbt is asked to build, and what makes it all be built anew."""

from __future__ import annotations

from datetime import date
from importlib.metadata import version
from unittest.mock import patch

import polars as pl
import pytest
from dagster_dbt import DbtCliResource

from ecom_ai_os.defs import commerce
from ecom_ai_os.defs.dbt import Dbt
from ecom_ai_os.defs.reference import EXCHANGE_RATES
from ecom_ai_os.warehouse import Warehouse


def test_another_rate_or_variable_makes_everything_new_and_a_day_does_not(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = commerce.fingerprint(warehouse)
    warehouse.replace(commerce.CLOCK, pl.DataFrame({"as_of": [date(2026, 8, 3)]}))
    assert commerce.fingerprint(warehouse) == known
    rate = {"currency": ["USD"], "valid_from": [date(2026, 8, 3)], "rate": [0.9]}
    warehouse.replace(EXCHANGE_RATES, pl.DataFrame(rate))
    with_rate = commerce.fingerprint(warehouse)
    assert with_rate != known
    variables = commerce.dbt_vars() | {"reporting_currency": "JPY"}
    monkeypatch.setattr(commerce, "dbt_vars", lambda: variables)
    assert commerce.fingerprint(warehouse) not in {known, with_rate}


def test_views_are_left_where_they_are_known_unless_they_are_what_was_picked() -> None:
    everything = {"staging", "intermediate", "marts"}
    for is_known, schemas, leaves_views in (
        (False, everything, False),
        (True, everything, True),
        (True, {"staging"}, False),
    ):
        arguments = commerce.dbt_arguments(is_known, schemas)
        assert ("config.materialized:view" in arguments) == leaves_views
        assert ("--full-refresh" in arguments) != is_known


def test_dbt_is_started_once_for_an_invocation() -> None:
    overridden = set(vars(Dbt)) & set(vars(DbtCliResource))
    assert {"_cli_version", "_initialize_dbt_core_adapter"} <= overridden, "dagster-dbt changed"
    with patch("dagster_dbt.core.resource.check_output") as started:
        assert str(Dbt(project_dir=str(commerce.PROJECT_DIR))._cli_version) == version("dbt-core")
    started.assert_not_called()
