"""Rows of ground truth: parameters of people, products, seasons and complements, and demand."""

import numpy as np
import polars as pl

from .assortment import CATEGORIES, REASONS, VENDORS
from .baskets import expected_order_value
from .buying import N_LOCATIONS
from .calendar import DAY, HISTORY_DAYS, N_DAYS, NEVER
from .catalogue import GIFT_CATEGORY
from .identifiers import ids, ids_or_null
from .ledger import Ledger, moments
from .records_incidents import write_incidents
from .simulation import Business

_CATEGORY_NAMES = pl.Series([c.name for c in CATEGORIES])


def write_truth(ledger: Ledger, business: Business) -> None:
    """Fill customer_truth, product_truth, season_truth, complement_truth, demand and incidents."""
    _write_customers(ledger, business)
    _write_products(ledger, business)
    _write_seasons(ledger, business)
    _write_demand(ledger, business)
    write_incidents(ledger, business)


def _write_customers(ledger: Ledger, business: Business) -> None:
    people, at = business.people, business.calendar.at
    has_habit = people.habit >= 0
    died_at = np.where(people.died >= N_DAYS, NEVER, at(np.minimum(people.died, N_DAYS)))
    taste = np.asarray(people.taste, dtype=np.float64)
    ledger.write(
        "customer_truth",
        {
            "person_id": np.arange(len(people)) + 1,
            "customer_id": ids_or_null("customer", business.accounts.first_of_person(len(people))),
            "email": business.accounts.contact["email"].head(len(people)),
            "born_at": moments(at(people.born)),
            "orders_per_day": people.rate + has_habit / np.maximum(people.habit_days, 1),
            "discovery_orders_per_day": people.rate,
            "dropout_rate_per_day": people.dropout,
            "died_at": moments(died_at),
            "mean_order_value_cents": np.round(expected_order_value(people, business.catalogue)),
            "favourite_category": _CATEGORY_NAMES.gather(taste.argmax(axis=1)),
            "taste": pl.Series(taste).arr.to_list(),
            "spend_tier": people.tier,
            "habit_variant_id": ids_or_null("variant", people.habit),
            "habit_days": pl.Series(people.habit_days).set(pl.Series(~has_habit), None),
            "return_factor": people.return_factor,
            "email_engagement": business.readers.engagement,
        },
    )


def _write_products(ledger: Ledger, business: Business) -> None:
    goods = business.catalogue
    sold = np.flatnonzero(goods.category < GIFT_CATEGORY)
    asked = business.stock.demand[:HISTORY_DAYS].sum(axis=0).reshape(-1, N_LOCATIONS).sum(axis=1)
    days = np.minimum(goods.withdrawn, HISTORY_DAYS) - np.maximum(goods.launched, 0)
    return_rate, reason = goods.return_rate.copy(), goods.reason_weights.argmax(axis=1)
    for fault in business.plan.faults:
        if fault.from_day == 0:
            return_rate[fault.variant], reason[fault.variant] = fault.rate, fault.reason
    lasts = pl.Series(goods.lasts_days[sold])
    acclaim = business.plan.acclaim
    acclaimed_from = _dates(business, np.full(len(sold), acclaim.from_day))
    ledger.write(
        "product_truth",
        {
            "variant_id": ids("variant", sold),
            "category_name": _CATEGORY_NAMES.gather(goods.category[sold]),
            "popularity": goods.popularity[sold],
            "base_demand_per_day": (asked / days)[sold],
            "repurchase_interval_days": lasts.set(lasts == 0, None),
            "return_probability": return_rate[sold],
            "main_reason": pl.Series(REASONS).gather(reason[sold]),
            "vendor": pl.Series(list(VENDORS)).gather(goods.vendor[sold]),
            "lead_time_days": goods.lead_days[sold],
            "lead_time_variation": goods.lead_variation[sold],
            "quality": business.voices.quality[goods.product[sold]],
            "acclaimed_from": acclaimed_from.set(pl.Series(sold != acclaim.variant), None),
        },
    )
    leading = np.flatnonzero(goods.complement >= 0)
    ledger.write(
        "complement_truth",
        {
            "variant_id": ids("variant", leading),
            "complement_variant_id": ids("variant", goods.complement[leading]),
            "probability": goods.complement_rate[leading],
        },
    )


def _write_seasons(ledger: Ledger, business: Business) -> None:
    calendar = business.calendar
    day, category = (a.ravel() for a in np.indices(calendar.season.shape))
    ledger.write(
        "season_truth",
        {
            "category_index": category,
            "category_name": _CATEGORY_NAMES.gather(category),
            "on": _dates(business, day),
            "season": calendar.season.ravel(),
            "promotion_lift": calendar.lift.ravel(),
            "shop_rush": calendar.rush[day],
        },
    )


def _write_demand(ledger: Ledger, business: Business) -> None:
    flow, goods = business.flow, business.catalogue
    n = goods.n_variants
    tracked = flow.cell >= 0
    flat = flow.day[tracked] * n + flow.cell[tracked] // N_LOCATIONS
    demand, sales = (
        np.bincount(flat, v[tracked], N_DAYS * n).astype(np.int64).reshape(N_DAYS, n)
        for v in (flow.quantity, business.stock.filled)
    )
    days = np.arange(N_DAYS)[:, None]
    on_sale = (days >= goods.launched) & (days < goods.withdrawn) & ~goods.is_gift_card
    day, variant = np.nonzero(on_sale)
    ledger.write(
        "daily_demand_truth",
        {
            "variant_id": ids("variant", variant),
            "on": _dates(business, day),
            "demand": demand[day, variant],
            "sales": sales[day, variant],
        },
    )


def _dates(business: Business, day: np.ndarray) -> pl.Series:
    return pl.Series((business.calendar.epoch // DAY + day).astype(np.int32)).cast(pl.Date)
