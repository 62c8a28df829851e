"""Publishing: a consistent release of every public table for analysts."""

from collections.abc import Iterable

import dagster as dg
import polars as pl

from ecom_ai_os.defs.presentation import preview
from ecom_ai_os.release import PRIVATE_TABLES, PUBLIC_SCHEMAS
from ecom_ai_os.warehouse import Warehouse


def release_asset(keys: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """Return the asset that publishes, downstream of every public table among `keys`."""
    public = [
        key
        for key in keys
        if key.path[0] in PUBLIC_SCHEMAS and ".".join(key.path) not in PRIVATE_TABLES
    ]

    @dg.asset(
        key=["analytics", "release"],
        group_name="publish",
        kinds={"duckdb", "parquet"},
        owners=["team:data"],
        deps=public,
        pool="warehouse",
    )
    def release(warehouse: Warehouse) -> dg.MaterializeResult[None]:
        """What analysts query: `analytics.duckdb`, views over the newest release of Parquet files.

        The link `releases/current` moves in one step, so a session that stays open sees one
        consistent release at a time, and neither blocks nor is blocked by a run.
        """
        published = warehouse.publish()
        rows = pl.DataFrame(
            {"table": list(published.n_rows), "rows": list(published.n_rows.values())}
        )
        return dg.MaterializeResult(
            metadata={
                "release": published.path.name,
                "open with": "duckdb -readonly $ECOM_HOME/analytics.duckdb",
                "dagster/row_count": int(rows["rows"].sum()),
                "tables": preview(rows, rows.height),
            }
        )

    return release
