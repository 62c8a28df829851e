"""Rows of locations, products, variants, discounts and the settings."""

from datetime import timedelta

import numpy as np
import polars as pl

from .assortment import VENDORS
from .calendar import DAY, N_DAYS, NEVER
from .catalogue import ALL_CATEGORIES
from .choice import Ints
from .countries import LOCATIONS
from .identifiers import ids, skus
from .ledger import Ledger, moments
from .pricing import SAVE_CENTS, SAVE_FROM, WELCOME_PERCENT
from .simulation import Business

VERSION = "1"
_NAMES = [c.name for c in ALL_CATEGORIES]
_TAXONOMY = [c.taxonomy_id for c in ALL_CATEGORIES]


def write_catalogue(ledger: Ledger, business: Business) -> None:
    """Fill business_settings, locations, products, variants and discounts."""
    calendar = business.calendar
    ledger.write(
        "business_settings",
        {
            "seed": [business.seed],
            "n_orders": [business.n_orders],
            "today": [calendar.today],
            "generated_version": [VERSION],
            "starts_on": [calendar.start],
            "ends_on": [calendar.start + timedelta(days=N_DAYS - 1)],
        },
    )
    names, countries, cities = zip(*LOCATIONS, strict=True)
    ledger.write(
        "locations",
        {
            "location_id": ids("location", np.arange(len(LOCATIONS))),
            "name": names,
            "country_code": countries,
            "city": cities,
            "created_at": moments(np.full(len(LOCATIONS), calendar.epoch - 60 * DAY)),
        },
    )
    _write_products(ledger, business)
    _write_variants(ledger, business)
    _write_discounts(ledger, business)


def _on_sale(business: Business, variant: Ints) -> tuple[Ints, Ints]:
    """Unix seconds of creation (a day before launch) and withdrawal."""
    goods, calendar = business.catalogue, business.calendar
    created = calendar.at(goods.launched[variant] - 1) + 9 * 3600
    withdrawn = goods.withdrawn[variant]
    return created, np.where(withdrawn >= N_DAYS, NEVER, calendar.at(withdrawn))


def _write_products(ledger: Ledger, business: Business) -> None:
    goods = business.catalogue
    product, first = np.unique(goods.product, return_index=True)
    category = goods.category[first]
    created, deleted = _on_sale(business, first)
    vendors = list(VENDORS)
    tags = [
        [_NAMES[c].lower().replace(" & ", "-")] + (["consumable"] if lasts else [])
        for c, lasts in zip(category, goods.lasts_days[first] > 0, strict=True)
    ]
    ledger.write(
        "products",
        {
            "product_id": ids("product", product),
            "title": goods.titles,
            "handle": pl.Series(goods.titles).str.normalize("NFKD").str.to_lowercase()
            .str.replace_all(r"[^\x00-\x7F]", "").str.replace_all(r"[^a-z0-9]+", "-"),
            "product_type": [goods.kind[v].name for v in first],
            "vendor": [vendors[v] for v in goods.vendor[first]],
            "tags": tags,
            "category_id": [_TAXONOMY[c] for c in category],
            "category_name": [_NAMES[c] for c in category],
            "is_consumable": goods.lasts_days[first] > 0,
            "is_gift_card": goods.is_gift_card[first],
            "created_at": moments(created),
            "published_at": moments(created + 3600),
            "deleted_at": moments(deleted),
        },
    )  # fmt: skip


def _write_variants(ledger: Ledger, business: Business) -> None:
    goods = business.catalogue
    variant = np.arange(goods.n_variants)
    _, first = np.unique(goods.product, return_index=True)
    created, _ = _on_sale(business, variant)
    ledger.write(
        "variants",
        {
            "variant_id": ids("variant", variant),
            "product_id": ids("product", goods.product),
            "inventory_item_id": ids("inventory_item", variant),
            "sku": skus(len(variant)),
            "barcode": [f"20{v + 1:010d}" for v in variant],
            "title": goods.option,
            "price_cents": goods.price,
            "unit_cost_cents": goods.cost,
            "position": variant - first[goods.product] + 1,
            "is_tracked": ~goods.is_gift_card,
            "created_at": moments(created),
        },
    )


def _write_discounts(ledger: Ledger, business: Business) -> None:
    calendar = business.calendar
    promotions = calendar.promotions
    n, open_ended = len(promotions), [NEVER, NEVER]
    starts = calendar.at(np.array([p.first_day for p in promotions]))
    ends = calendar.at(np.array([p.first_day + p.n_days for p in promotions]))
    ledger.write(
        "discounts",
        {
            "discount_id": ids("discount", np.arange(n + 2)),
            "title": [p.title for p in promotions] + ["Welcome", "Five euro off"],
            "code": [p.code for p in promotions] + ["WELCOME10", "SAVE5"],
            "kind": ["percentage"] * (n + 1) + ["fixed"],
            "value_cents": [p.percent * 100 for p in promotions]
            + [WELCOME_PERCENT * 100, SAVE_CENTS],
            "minimum_subtotal_cents": [None] * (n + 1) + [SAVE_FROM],
            "category_name": [
                None if p.category is None else _NAMES[p.category] for p in promotions
            ]
            + [None, None],
            "starts_at": moments(np.r_[starts, calendar.at(np.array([-30, -30]))]),
            "ends_at": moments(np.r_[ends, open_ended]),
        },
    )
