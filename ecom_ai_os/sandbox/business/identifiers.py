"""Identifiers: a range of integers per noun, so that one never passes for another."""

import numpy as np
import polars as pl

from .choice import Ints

FIRST_ID = {
    "location": 71_000_000_001,
    "product": 8_100_000_000_001,
    "variant": 44_200_000_000_001,
    "inventory_item": 46_300_000_000_001,
    "customer": 6_400_000_000_001,
    "order": 5_500_000_000_001,
    "line": 13_600_000_000_001,
    "fulfillment": 4_700_000_000_001,
    "return": 3_800_000_001,
    "return_line": 7_900_000_001,
    "refund": 910_000_000_001,
    "refund_line": 420_000_000_001,
    "discount": 1_300_000_000_001,
    "checkout": 36_400_000_000_001,
    "checkout_line": 37_500_000_000_001,
    "supplier": 2_500_001,
    "mailing": 2_700_001,
    "email": 880_000_000_001,
    "review": 55_000_001,
}


def ids(noun: str, position: Ints) -> Ints:
    """Identifiers of things by position."""
    return FIRST_ID[noun] + np.asarray(position, dtype=np.int64)


def ids_or_null(noun: str, position: Ints) -> pl.Series:
    """Likewise, where −1 is null."""
    return pl.Series(ids(noun, position)).set(pl.Series(np.asarray(position) < 0), None)


def skus(n_variants: int) -> list[str]:
    """SKU texts by variant."""
    return [f"SKU-{position + 1:05d}" for position in range(n_variants)]
