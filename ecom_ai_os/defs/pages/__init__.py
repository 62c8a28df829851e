"""Pages for people who do not open the Dagster UI: plain HTML files without scripts."""
