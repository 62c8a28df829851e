"""Phrases of six languages, drawn by language, part of the review and family of goods.

phrases/LANGUAGE.toml holds, by part, alternatives for `any` goods and for families of goods, whole
sentences in which {thing} is what the product is called and {days} how late the parcel was; and
under `things` the name of each kind of product, with its article, always singular.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import polars as pl

from .choice import Ints
from .opinions import FAMILIES, ISSUES, SHOP
from .voices import LANGUAGES

PARTS = (
    "opener_good", "praise", "negated", "closer_good", "meh", "but", "opener_bad", "sarcasm",
    "closer_bad", "title_good", "title_meh", "title_bad", "reply_good", "reply_bad", "edit_good",
    "edit_bad", "edit_eased", *(f"complaint.{issue}" for issue in ISSUES),
)  # fmt: skip
NOTHING = -1


def part(name: str) -> int:
    """Position in PARTS."""
    return PARTS.index(name)


class Phrasebook:
    """All phrases end to end; cell (language, part, family) owns a stretch of them."""

    def __init__(self) -> None:
        cells = [
            _alternatives(words_of(language), name, family)
            for language in LANGUAGES
            for name in PARTS
            for family in range(len(FAMILIES))
        ]
        self._sizes = np.array([len(cell) for cell in cells])
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._phrases = pl.Series([phrase for cell in cells for phrase in cell])

    def draw(self, language: Ints, part: Ints, family: Ints, rng: np.random.Generator) -> pl.Series:
        """A phrase for each row; null where `part` is NOTHING or its cell is empty."""
        cell = (language * len(PARTS) + part) * len(FAMILIES) + family
        size = np.where(part == NOTHING, 0, self._sizes[cell])
        row = self._starts[cell] + (rng.random(len(cell)) * size).astype(np.int64)
        phrases = self._phrases.gather(np.where(size > 0, row, 0))
        return phrases.set(pl.Series(size == 0), None)


def things(kinds: list[str], kind: Ints, language: Ints) -> pl.Series:
    """What a product of each kind is called; null for the shop (−1) and where a language has no
    word for it."""
    names = [words_of(tongue)["things"].get(name) for tongue in LANGUAGES for name in kinds]
    row = language * len(kinds) + np.maximum(kind, 0)
    return pl.Series(names, dtype=pl.String).gather(row).set(pl.Series(kind < 0), None)


@cache
def words_of(language: str) -> dict[str, Any]:
    found = resources.files(__package__).joinpath(f"phrases/{language}.toml")
    return tomllib.loads(found.read_text("utf-8"))


def _alternatives(words: dict[str, Any], name: str, family: int) -> list[str]:
    """Those of the family and those for any goods; of the shop its own alone, if it has some."""
    table = words
    for key in name.split("."):
        table = table[key]
    own: list[str] = table.get(FAMILIES[family], [])
    return own if own and family == SHOP else own + table["any"]
