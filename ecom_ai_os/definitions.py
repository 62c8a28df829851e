"""The one Definitions object: everything in defs/, its resources, freshness and executor."""

from __future__ import annotations

import os
import pkgutil
from datetime import timedelta
from importlib import import_module

# LightGBM and numpy's threads spin beside a busy neighbour unless told not to, before import.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import dagster as dg

from ecom_ai_os import defs as rooms
from ecom_ai_os import settings
from ecom_ai_os.defs import commerce, schedules
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.dbt import Dbt
from ecom_ai_os.defs.publish import release_asset
from ecom_ai_os.warehouse import Warehouse

#: A table not refreshed within a day and a half missed a daily run.
DAILY = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=36), warn_window=timedelta(hours=26)
)
MONTHLY = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=33))


def _with_freshness(spec: dg.AssetSpec) -> dg.AssetSpec:
    """Give every table its policy; staging models are views, built when their code changes."""
    if spec.group_name == "staging":
        return spec
    policy = MONTHLY if spec.group_name == "lifetime_value" else DAILY
    return spec if spec.freshness_policy else spec.replace_attributes(freshness_policy=policy)


def _definitions() -> dg.Definitions:
    modules = [
        import_module(f"{rooms.__name__}.{module.name}")
        for module in pkgutil.iter_modules(rooms.__path__)
    ]
    found = dg.load_assets_from_modules(modules)
    assets = [asset for asset in found if isinstance(asset, dg.AssetsDefinition)]
    assets.append(release_asset(sorted({key for asset in assets for key in asset.keys})))
    settings.check_thresholds()
    return dg.Definitions(
        assets=dg.map_asset_specs(_with_freshness, assets),
        asset_checks=dg.load_asset_checks_from_modules(modules),
        jobs=schedules.JOBS,
        schedules=schedules.SCHEDULES,
        sensors=schedules.SENSORS,
        executor=dg.in_process_executor,
        resources={
            "warehouse": Warehouse(home=str(settings.home())),
            "clock": Clock.configure_at_launch(),
            "dbt": Dbt(project_dir=str(commerce.PROJECT_DIR)),
        },
    )


defs = _definitions()
