"""Real reviews that people rated or marked, from the data sets that stand beside the project."""

from __future__ import annotations

import gzip
import re
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray


def clothing(shared: Path) -> pl.DataFrame:
    """Return title, text, language, rating, item of 22,641 clothing reviews (CC0)."""
    path = shared / "data/womens_reviews/womens_clothing_reviews.csv.gz"
    return (
        pl.read_csv(gzip.decompress(path.read_bytes()))
        .select(
            title="Title",
            text="Review Text",
            language=pl.lit("en"),
            rating="Rating",
            item="Clothing ID",
        )
        .drop_nulls("text")
    )


def split(reviews: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the reviews the shipped model was learned from, and those of the other products."""
    return reviews.filter(pl.col("item") % 5 > 0), reviews.filter(pl.col("item") % 5 == 0)


def sentences(shared: Path) -> tuple[pl.Series, NDArray[np.int64]]:
    """Return the review sentences that came with VADER (MIT), and their classes.

    By the mean valence (−4…4) of twenty readers: negative to −0.8, positive from 0.8.
    """
    frame = pl.read_csv(
        shared / "data/vader_amazon_snippets/amazonReviewSnippets_GroundTruth.txt",
        separator="\t",
        has_header=False,
        new_columns=["id", "valence", "text"],
        quote_char=None,
    )
    valence = frame["valence"].to_numpy()
    return frame["text"], np.select([valence <= -0.8, valence < 0.8], [0, 1], 2)


def opinions(shared: Path) -> pl.DataFrame:
    """Return text, language, is_negative of Hu and Liu's sentences of nine products (CC BY 4.0)."""
    rows = []
    with zipfile.ZipFile(shared / "data/hu_liu_product_reviews/product_reviews_2.zip") as archive:
        for name in sorted(name for name in archive.namelist() if "README" not in name):
            for line in archive.read(name).decode("latin-1").splitlines():
                marks, _, text = line.partition("##")
                total = sum(int(mark) for mark in re.findall(r"\[([+-]\d)\]", marks))
                if total:
                    rows.append((text.strip(), "en", total < 0))
    return pl.DataFrame(rows, schema=["text", "language", "is_negative"], orient="row")
