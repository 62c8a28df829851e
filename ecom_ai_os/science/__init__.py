"""The maths: polars and numpy in, polars out; no dagster, no duckdb, no network."""
