"""Quality: how far every source and every model can be trusted."""

from __future__ import annotations

import dagster as dg

from ecom_ai_os.warehouse import Column, Table

BACKTESTS = Table(
    "quality.backtests",
    grain="model × measure × day",
    key=("model", "scored_on", "measure"),
    columns={
        "model": Column("varchar", "Model, named workflow.model"),
        "scored_on": Column("date", "Day the model was tested as of"),
        "measure": Column("varchar", "What is measured, such as total_bias or wape_28d"),
        "value": Column("double", "The model's figure on held-out data"),
        "baseline": Column("varchar", "The naive method compared with"),
        "baseline_value": Column("double", "The naive method's figure on the same data"),
        "n": Column("bigint", "Held-out customers, series or events measured"),
        "is_better": Column("boolean", "Whether the model beats the naive method"),
        "detail": Column("varchar", "Windows and remarks"),
    },
)

SOURCES = Table(
    "quality.sources",
    grain="connection × entity",
    key=("connection", "entity"),
    columns={
        "connection": Column("varchar", "Connection, as named in ecom.toml"),
        "platform": Column("varchar", "Platform of the connection"),
        "entity": Column("varchar", "Raw table, without its schema"),
        "last_loaded_at": Column("timestamptz", "When a record last changed here"),
        "last_record_at": Column("timestamptz", "Newest update time the platform gave"),
        "n_records": Column("bigint", "Records that are there and not deleted"),
        "n_quarantined": Column("bigint", "Records refused, in quality.quarantine"),
        "is_fresh": Column("boolean", "Whether the connection was read within the last 36 hours"),
    },
)
