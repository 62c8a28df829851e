"""Rows of stock levels, replenishments and count corrections."""

import numpy as np
import polars as pl

from .assortment import VENDORS
from .buying import N_LOCATIONS
from .calendar import DAY
from .identifiers import ids
from .ledger import Ledger, moments
from .simulation import Business


def write_stock(ledger: Ledger, business: Business) -> None:
    """Fill suppliers, stock_levels (changes only), replenishments and stock_corrections."""
    _write_suppliers(ledger, business)
    _write_levels(ledger, business)
    _write_replenishments(ledger, business)
    day, cell, quantity = business.stock.corrections.T
    ledger.write(
        "stock_corrections",
        {
            "variant_id": ids("variant", cell // N_LOCATIONS),
            "location_id": ids("location", cell % N_LOCATIONS),
            "corrected_at": moments(business.calendar.at(day) + 6 * 3600),
            "quantity": quantity,
        },
    )


def _write_suppliers(ledger: Ledger, business: Business) -> None:
    """Every vendor but the house itself, by the lead times goods are bought with."""
    goods = business.catalogue
    vendor, first = np.unique(goods.vendor[~goods.is_gift_card], return_index=True)
    names = pl.Series(list(VENDORS)).gather(vendor)
    plain = names.str.normalize("NFKD").str.replace_all(r"[^\x00-\x7F]", "").str.to_lowercase()
    ledger.write(
        "suppliers",
        {
            "supplier_id": ids("supplier", vendor),
            "name": names,
            "email": "orders@" + plain.str.replace_all(" ", "-") + ".example",
            "currency": pl.repeat("EUR", len(vendor), eager=True),
            "lead_time_days": np.round(goods.lead_days[~goods.is_gift_card][first]).astype(
                np.int64
            ),
        },
    )


def _write_levels(ledger: Ledger, business: Business) -> None:
    stock, goods = business.stock, business.catalogue
    cell_of = np.arange(stock.available.shape[1])
    changed = np.zeros(stock.available.shape, dtype=bool)
    for grid in (stock.available, stock.committed, stock.incoming):
        changed[1:] |= grid[1:] != grid[:-1]
    launch = np.maximum(goods.launched, 0)[cell_of // N_LOCATIONS]
    changed &= np.arange(len(changed))[:, None] >= launch
    changed[launch, cell_of] = True
    changed[:, goods.is_gift_card[cell_of // N_LOCATIONS]] = False
    day, cell = np.nonzero(changed)
    available, committed = stock.available[day, cell], stock.committed[day, cell]
    ledger.write(
        "stock_levels",
        {
            "variant_id": ids("variant", cell // N_LOCATIONS),
            "location_id": ids("location", cell % N_LOCATIONS),
            "changed_at": moments(business.calendar.at(day) + DAY - 1),
            "on_hand": available + committed,
            "committed": committed,
            "available": available,
            "incoming": stock.incoming[day, cell],
        },
    )


def _write_replenishments(ledger: Ledger, business: Business) -> None:
    """One purchase order per vendor, location and day of ordering."""
    made, at = business.stock.replenishments, business.calendar.at
    vendor = business.catalogue.vendor[made.cell // N_LOCATIONS]
    location = made.cell % N_LOCATIONS
    batch = (made.ordered_day * len(VENDORS) + vendor) * N_LOCATIONS + location
    number = np.unique(batch, return_inverse=True)[1] + 1
    ledger.write(
        "replenishments",
        {
            "po_number": "PO-" + pl.Series(number).cast(pl.String).str.zfill(6),
            "variant_id": ids("variant", made.cell // N_LOCATIONS),
            "location_id": ids("location", location),
            "vendor": pl.Series(list(VENDORS)).gather(vendor),
            "ordered_at": moments(at(made.ordered_day) + 18 * 3600),
            "expected_at": moments(at(made.expected_day) + 7 * 3600),
            "received_at": moments(at(made.received_day) + 5 * 3600),
            "quantity": made.quantity,
        },
    )
