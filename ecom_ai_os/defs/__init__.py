"""The product's table of contents: every Dagster asset, one file a workflow."""
