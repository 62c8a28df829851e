"""How an asset explains itself in the Dagster UI: row counts, schema, previews and plots."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import dagster as dg
import polars as pl

from ecom_ai_os.warehouse import Table

if TYPE_CHECKING:
    import altair as alt

PREVIEW_ROWS = 8


def describe(table: Table, frame: pl.DataFrame) -> dict[str, Any]:
    """Return metadata for a written frame: row count, commented columns and a preview."""
    return {
        "dagster/row_count": frame.height,
        "dagster/column_schema": column_schema(table),
        "grain": table.grain,
        "preview": preview(frame.select(list(table.columns))),
    }


def column_schema(table: Table) -> dg.TableSchema:
    """Return the table's columns with their types and comments."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(name, column.type, description=column.comment)
            for name, column in table.columns.items()
        ]
    )


def preview(frame: pl.DataFrame, rows: int = PREVIEW_ROWS) -> dg.MetadataValue[Any]:
    """Return the first rows as a markdown table."""
    with pl.Config(
        tbl_formatting="MARKDOWN",
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        tbl_rows=rows,
        tbl_cols=-1,
        fmt_str_lengths=120,
        float_precision=2,
        fmt_table_cell_list_len=5,
        tbl_width_chars=10_000,
    ):
        return dg.MetadataValue.md(str(frame.head(rows)))


def plot(chart: alt.Chart | alt.LayerChart | alt.FacetChart | alt.HConcatChart) -> Any:
    """Return a chart as an image inside markdown, which the Dagster UI shows."""
    import vl_convert

    png = vl_convert.vegalite_to_png(chart.to_json(), scale=1.5)
    return dg.MetadataValue.md(f"![plot](data:image/png;base64,{base64.b64encode(png).decode()})")
