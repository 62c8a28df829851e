"""Reference: what `ecom.toml` declares about money and people, as tables the models can join."""

from datetime import date

import dagster as dg
import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.presentation import describe
from ecom_ai_os.warehouse import Column, Table, Warehouse

EXCHANGE_RATES = Table(
    "reference.exchange_rates",
    grain="currency × first day",
    key=("currency", "valid_from"),
    columns={
        "currency": Column("varchar", "ISO 4217 code"),
        "valid_from": Column("date", "First day of the rate"),
        "rate": Column("double", "What one unit is worth in the reporting currency"),
    },
)

ACCOUNTS_APART = Table(
    "reference.accounts_apart",
    grain="pair of accounts that are two persons",
    key=("account_id", "other_account_id"),
    columns={
        "account_id": Column("varchar", "One account: connection/vendor id"),
        "other_account_id": Column("varchar", "The account it is never joined with"),
    },
)


@dg.asset(
    key=EXCHANGE_RATES.asset_key,
    group_name="reference",
    kinds={"toml", "duckdb"},
    owners=["team:data"],
    pool="warehouse",
)
def exchange_rates(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """What a unit of each currency is worth in the reporting currency, from `ecom.toml`.

    Orders in a currency that stands nowhere here are listed in `quality.excluded_records`.
    """
    business = settings.current().business
    rows = [{"currency": business.currency, "valid_from": date(1970, 1, 1), "rate": 1.0}]
    rows += [rate.model_dump() for rate in settings.current().exchange_rates]
    frame = pl.DataFrame(rows)
    warehouse.replace(EXCHANGE_RATES, frame)
    return dg.MaterializeResult(metadata=describe(EXCHANGE_RATES, frame))


@dg.asset(
    key=ACCOUNTS_APART.asset_key,
    group_name="reference",
    kinds={"toml", "duckdb"},
    owners=["team:data"],
    pool="warehouse",
)
def accounts_apart(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """Pairs of accounts that are never one person, whatever they share: `[identity] apart`.

    Naming a pair that was joined undoes the join; `marts.dim_customer_accounts` shows the joins.
    """
    frame = pl.DataFrame(
        settings.current().identity.apart,
        schema={"account_id": pl.String, "other_account_id": pl.String},
        orient="row",
    ).unique()
    warehouse.replace(ACCOUNTS_APART, frame)
    return dg.MaterializeResult(metadata=describe(ACCOUNTS_APART, frame))
