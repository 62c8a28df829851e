"""The plots that the workflows show in the Dagster UI."""
