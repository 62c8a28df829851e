"""How texts look once typed: 6 % have two letters swapped, 4 % no capitals, 3 % of complaints
nothing else; 10 % of the clear ones end in an emoji; 3 % come with HTML entities, as some forms
store them.
"""

import numpy as np
import polars as pl

from .choice import Bools
from .opinions import MEH, MIXED, SILENT, Opinions

_GLAD, _CROSS = ("😊", "👍", "❤️", "😍", "☕", "⭐⭐⭐⭐⭐"), ("😡", "👎", "😞", "🙄")
_ENTITIES = {
    "&": "&amp;", "'": "&#039;", "ä": "&auml;", "ö": "&ouml;", "ü": "&uuml;", "ß": "&szlig;",
    "é": "&eacute;", "è": "&egrave;", "à": "&agrave;", "ñ": "&ntilde;", "ó": "&oacute;",
}  # fmt: skip


def as_typed(text: pl.Series, opinions: Opinions, rng: np.random.Generator) -> pl.Series:
    """The texts with what happens between head and database."""
    luck, is_bad = rng.random(len(text)), opinions.is_complaint
    text = _swap(text, luck < 0.06, rng)
    text = _when((luck >= 0.06) & (luck < 0.10), text, text.str.to_lowercase())
    text = _when((luck >= 0.10) & (luck < 0.13) & is_bad, text, text.str.to_uppercase())
    is_clear = ~np.isin(opinions.tone, (SILENT, MEH, MIXED))
    smiles = (rng.random(len(text)) < 0.10) & is_clear
    text = _when(smiles, text, text + " " + _emoji(is_bad, rng))
    return _when(rng.random(len(text)) < 0.03, text, _escaped(text))


def _when(rows: Bools, text: pl.Series, other: pl.Series) -> pl.Series:
    return other.zip_with(pl.Series(rows), text)


def _swap(text: pl.Series, rows: Bools, rng: np.random.Generator) -> pl.Series:
    """Two neighbouring characters change places somewhere after the first two."""
    room = np.maximum(text.str.len_chars().to_numpy().astype(np.int64) - 6, 0)
    at = 2 + (rng.random(len(text)) * room).astype(np.int64)
    frame = pl.DataFrame({"text": text, "at": at})
    body, place = pl.col("text"), pl.col("at")
    swapped = pl.concat_str(
        body.str.slice(0, place),
        body.str.slice(place + 1, 1),
        body.str.slice(place, 1),
        body.str.slice(place + 2),
    )
    return _when(rows, text, frame.select(swapped=swapped).to_series())


def _emoji(is_bad: Bools, rng: np.random.Generator) -> pl.Series:
    luck = rng.random(len(is_bad))
    glad, cross = ((luck * len(some)).astype(np.int64) for some in (_GLAD, _CROSS))
    return pl.Series([*_GLAD, *_CROSS]).gather(np.where(is_bad, len(_GLAD) + cross, glad))


def _escaped(text: pl.Series) -> pl.Series:
    for character, entity in _ENTITIES.items():
        text = text.str.replace_all(character, entity, literal=True)
    return text
