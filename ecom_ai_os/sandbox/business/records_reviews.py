"""Rows of reviews and what is true of them."""

import numpy as np
import polars as pl

from .calendar import NEVER
from .choice import Bools, Ints, stream
from .identifiers import ids, ids_or_null
from .ledger import Ledger, moments
from .opinions import ISSUES, SENTIMENTS
from .reviews import CHANNELS, LANGUAGES, ON_GOOGLE, ON_SHOP
from .simulation import Business
from .texts import Phrasebook, additions, bodies, replies, things, titles

_AUTHORS = np.array([0.5, 0.2, 0.25, 0.05])  # 'Anna B.', 'Anna', 'Anna Berg', 'A. Berg'


def write_reviews(ledger: Ledger, business: Business) -> None:
    """Fill reviews and review_truth."""
    reviews, rng = business.reviews, stream(business.seed, "review texts")
    is_edited, is_replied = reviews.edited_at != NEVER, reviews.replied_at != NEVER
    is_eased = is_edited & (reviews.edited_rating > reviews.opinions.rating)
    book = Phrasebook()
    thing = _things(business)
    body = bodies(reviews, thing, book, rng)
    added = additions(reviews, is_edited, is_eased, book, rng)
    is_own = (reviews.channel == ON_SHOP) & reviews.knows_order
    account = business.accounts.of_order[reviews.order]
    ledger.write(
        "reviews",
        {
            "review_id": ids("review", np.arange(len(reviews))),
            "channel": pl.Series(CHANNELS).gather(reviews.channel),
            **_subject(business),
            "order_id": ids_or_null("order", np.where(reviews.knows_order, reviews.order, -1)),
            "customer_id": ids_or_null("customer", np.where(is_own, account, -1)),
            "location_id": _locations(business),
            **_authors(business, is_own, rng),
            "rating": reviews.opinions.rating,
            "title": titles(reviews, book, rng),
            "body": body,
            "language": pl.Series(LANGUAGES).gather(reviews.language),
            "created_at": moments(reviews.created_at),
            "edited_at": moments(reviews.edited_at),
            "edited_rating": pl.Series(reviews.edited_rating).set(pl.Series(~is_edited), None),
            "edited_body": body + " " + added,
            "removed_at": moments(reviews.removed_at),
            "is_verified": reviews.knows_order,
            "reply": replies(reviews, is_replied, book, rng),
            "replied_at": moments(reviews.replied_at),
        },
    )  # fmt: skip
    _write_truth(ledger, business, is_edited, is_eased)


def _things(business: Business) -> pl.Series:
    """What each review calls its product."""
    reviews, goods = business.reviews, business.catalogue
    kinds = list(dict.fromkeys(kind.name for kind in goods.kind))
    kind_of = np.array([kinds.index(kind.name) for kind in goods.kind])
    of = np.where(reviews.line < 0, -1, kind_of[business.sales.variant[reviews.line]])
    return things(kinds, of, reviews.language)


def _subject(business: Business) -> dict[str, pl.Series]:
    reviews = business.reviews
    variant = business.sales.variant[reviews.line]
    of_shop = reviews.line < 0
    product = business.catalogue.product[variant]
    return {
        "product_id": ids_or_null("product", np.where(of_shop, -1, product)),
        "variant_id": ids_or_null("variant", np.where(of_shop, -1, variant)),
    }


def _locations(business: Business) -> pl.Series:
    """On Google the warehouse that sent the parcel is what is reviewed."""
    reviews = business.reviews
    location = business.delivery.location[business.sales.purchase[reviews.order]]
    return ids_or_null("location", np.where(reviews.channel == ON_GOOGLE, location, -1))


def _authors(business: Business, is_own: Bools, rng: np.random.Generator) -> dict[str, pl.Series]:
    """Names as people sign; an e-mail on the shop's site alone, another one when logged out."""
    reviews, accounts = business.reviews, business.accounts
    frame = accounts.contact[accounts.contact_of_order[reviews.order]].select(
        first=pl.col("first_name"),
        last=pl.col("last_name"),
        email=pl.col("email"),
        style=pl.Series(rng.choice(len(_AUTHORS), len(reviews), p=_AUTHORS)),
        is_own=pl.Series(is_own),
        is_on_shop=pl.Series(reviews.channel == ON_SHOP),
    )
    first, last = pl.col("first"), pl.col("last")
    name = (
        pl.when(pl.col("style") == 0).then(first + " " + last.str.slice(0, 1) + ".")
        .when(pl.col("style") == 1).then(first)
        .when(pl.col("style") == 2).then(first + " " + last)
        .otherwise(first.str.slice(0, 1) + ". " + last)
    )  # fmt: skip
    email = pl.when("is_own").then("email").otherwise(pl.lit("reviews.") + pl.col("email"))
    found = frame.select(author_name=name, author_email=pl.when("is_on_shop").then(email))
    return {column: found[column] for column in found.columns}


def _write_truth(ledger: Ledger, business: Business, is_edited: Bools, is_eased: Bools) -> None:
    reviews, opinions = business.reviews, business.reviews.opinions
    names = pl.Series([*ISSUES, None])
    issues = pl.DataFrame({
        "first": names.gather(_or_last(opinions.issue)),
        "other": names.gather(_or_last(opinions.other_issue)),
    })  # fmt: skip
    edited = np.where(is_eased, SENTIMENTS.index("mixed"), opinions.sentiment)
    sentiments = pl.Series(SENTIMENTS)
    ledger.write(
        "review_truth",
        {
            "review_id": ids("review", np.arange(len(reviews))),
            "sentiment": sentiments.gather(opinions.sentiment),
            "edited_sentiment": sentiments.gather(edited).set(pl.Series(~is_edited), None),
            "issues": issues.select(pl.concat_list("first", "other").list.drop_nulls()).to_series(),
            "order_id": ids("order", reviews.order),
        },
    )


def _or_last(issue: Ints) -> Ints:
    return np.where(issue < 0, len(ISSUES), issue)
