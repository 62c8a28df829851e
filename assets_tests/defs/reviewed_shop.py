"""A small shop's reviews as the marts show them: praise in four tongues, a kettle that fails."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import polars as pl

from assets_tests.defs.stocked_shop import table
from ecom_ai_os.warehouse import Warehouse

LAST_DAY = date(2026, 3, 31)
N_DAYS = 240
SKUS = [f"{kind}-{i}" for kind in ("mugs", "kettles") for i in range(5)]
FAULTY = "kettles-3"

REVIEWS = table(
    "marts.fct_reviews",
    ("review_id",),
    review_id="varchar",
    sku="varchar",
    rating="integer",
    title="varchar",
    body="varchar",
    language="varchar",
    reviewed_at="timestamptz",
)
PRODUCTS = table("marts.dim_products", ("sku",), sku="varchar", title="varchar", category="varchar")

#: stars, language and text; a tenth of what is said is bad, a tenth so-so
SAID = [
    (5, "en", "Great product, I love it"),
    (5, "de", "Sehr schön, bin total zufrieden"),
    (4, "fr", "Très bon produit, je recommande"),
    (5, "es", "Me encanta, muy buena calidad"),
    (5, "en", "Perfect, works like a charm"),
    (4, "de", "Gute Qualität, schnelle Lieferung"),
    (5, "en", "Beautiful and sturdy"),
    (5, None, "Top!"),
    (3, "en", "It's okay, nothing special"),
    (1, "en", "Way too small for a normal cup"),
]
FAULTS = [
    ("en", "It stopped working after two days."),
    ("de", "Nach einer Woche kaputt. Sehr enttäuscht."),
    ("fr", "Il ne fonctionne plus, je suis déçu."),
]


def fill(warehouse: Warehouse, faults_on: tuple[int, ...] = (3, 2, 1)) -> None:
    """Write the marts; `faults_on` are the days before the last on which the kettle failed."""
    warehouse.replace(REVIEWS, pl.concat([_usual(), _faults(faults_on)]))
    category = pl.col("sku").str.split("-").list.first()
    products = pl.DataFrame({"sku": SKUS, "title": [f"The {sku}" for sku in SKUS]})
    warehouse.replace(PRODUCTS, products.with_columns(category=category))


def review(number: int, sku: str | None, day: date, stars: int | None, *said: str | None) -> dict:
    language, text = said
    noon = datetime.combine(day, time(12), tzinfo=UTC)
    return {
        "review_id": f"r{number:05}",
        "sku": sku,
        "rating": stars,
        "title": None,
        "body": text,
        "language": language,
        "reviewed_at": noon,
    }


def _usual() -> pl.DataFrame:
    """Two reviews a day, of a chance SKU in a chance mood."""
    rng = np.random.default_rng(5)
    rows = []
    for number in range(2 * N_DAYS):
        day = LAST_DAY - timedelta(days=N_DAYS - 1 - number // 2)
        stars, language, text = SAID[rng.integers(len(SAID))]
        rows.append(review(number, SKUS[rng.integers(len(SKUS))], day, stars, language, text))
    return pl.DataFrame(rows)


def _faults(days: tuple[int, ...]) -> pl.DataFrame:
    rows = [
        review(90_000 + i, FAULTY, LAST_DAY - timedelta(days=day), 1, *FAULTS[i % len(FAULTS)])
        for i, day in enumerate(days)
    ]
    return pl.DataFrame(rows, schema=_usual().schema)
