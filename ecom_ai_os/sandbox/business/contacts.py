"""Names, e-mails, phones and addresses, all made up: example domains, numbers by person."""

import numpy as np
import polars as pl

from .choice import Ints
from .countries import COUNTRIES
from .people import People

FIRST, OTHER_CASE, OTHER_EMAIL = 0, 1, 2  # how an account differs from the person's first
PHONE_RATE = 0.45


def contacts(people: People, person: Ints, twin: Ints, rng: np.random.Generator) -> pl.DataFrame:
    """first_name, last_name, country_code, locale, email, phone, city, zip, a row per account.

    A second account shares the person's but for what `twin` says.
    """
    n = len(people)
    country = people.country
    pick = {k: rng.random(n) for k in ("first_names", "last_names", "city")}
    words = {k: _word(k, country, pick[k])[person] for k in ("first_names", "last_names")}
    has_phone = rng.random(n) < PHONE_RATE
    has_phone[person[twin == OTHER_EMAIL]] = True
    place = _word("city", country, pick["city"])[person]
    frame = pl.DataFrame(
        {
            "number": person + 1,
            "twin": twin,
            "domain": rng.choice(["example.com", "example.org", "example.net"], n)[person],
            "first_name": words["first_names"],
            "last_name": words["last_names"],
            "place": place,
            "country_code": np.array([c.code for c in COUNTRIES])[country][person],
            "locale": np.array([f"{c.language}-{c.code}" for c in COUNTRIES])[country][person],
            "prefix": np.array([c.phone_prefix for c in COUNTRIES])[country][person],
            "digits": np.array([c.phone_digits for c in COUNTRIES])[country][person],
            "has_phone": has_phone[person],
        }
    )
    return _spelled(frame)


def _word(what: str, country: Ints, pick: np.ndarray) -> np.ndarray:
    """A word of the country's list per person; cities come as 'city|zip'."""
    lists = [
        ["|".join(p) for p in c.cities] if what == "city" else getattr(c, what).split()
        for c in COUNTRIES
    ]
    sizes = np.array([len(choices) for choices in lists])
    starts = np.cumsum(sizes) - sizes
    flat = np.array([word for choices in lists for word in choices])
    words: np.ndarray = flat[starts[country] + (pick * sizes[country]).astype(np.int64)]
    return words


def _slug(column: str) -> pl.Expr:
    """Lower-case ASCII letters of a name: 'Müller' is 'muller'."""
    plain = pl.col(column).str.normalize("NFKD").str.replace_all(r"[^\x00-\x7F]", "")
    return plain.str.to_lowercase()


def _spelled(frame: pl.DataFrame) -> pl.DataFrame:
    name = pl.concat_str(_slug("first_name"), pl.lit("."), _slug("last_name"), "number")
    capital = pl.concat_str(
        _slug("first_name").str.to_titlecase(), pl.lit("."), _slug("last_name").str.to_titlecase(),
        "number",
    )  # fmt: skip
    other = pl.concat_str(_slug("last_name"), pl.lit("."), "number")
    local = (
        pl.when(pl.col("twin") == OTHER_CASE)
        .then(capital)
        .when(pl.col("twin") == OTHER_EMAIL)
        .then(other)
        .otherwise(name)
    )
    number = (pl.col("number") + 2_000_000).cast(pl.String).str.tail(7)
    digits = (
        pl.when(pl.col("digits") == 8).then(pl.concat_str(pl.lit("2"), number)).otherwise(number)
    )
    return frame.select(
        "first_name",
        "last_name",
        "country_code",
        "locale",
        email=pl.concat_str(local, pl.lit("@"), "domain"),
        phone=pl.when("has_phone").then(pl.concat_str("prefix", digits)),
        city=pl.col("place").str.split("|").list.first(),
        zip=pl.col("place").str.split("|").list.last(),
    )
