"""What tables that are built of what changed were last built with: another word makes them new.

See "What changed" in dbt_project/models/README.md.
"""

import polars as pl

from ecom_ai_os.warehouse import Column, Table, Warehouse

BUILT_WITH = Table(
    "reference.built_with",
    grain="what is built of what changed",
    key=("name",),
    columns={
        "name": Column("varchar", "Table, or schema"),
        "fingerprint": Column("varchar", "Of all its rows depend on beside the records"),
    },
)


def is_built_with(warehouse: Warehouse, name: str, fingerprint: str) -> bool:
    """Whether all that stands there was built with the same."""
    warehouse.ensure(BUILT_WITH)
    found = warehouse.read("from reference.built_with where name = $name", name=name)
    return found["fingerprint"].to_list() == [fingerprint]


def remember(warehouse: Warehouse, name: str, fingerprint: str) -> None:
    """Note what all that stands there was built with."""
    warehouse.merge(BUILT_WITH, pl.DataFrame({"name": [name], "fingerprint": [fingerprint]}))
