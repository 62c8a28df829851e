"""Rows of reviews and what is true of them."""

import numpy as np
import polars as pl

from .choice import Bools, Ints, stream
from .drafts import CHANNELS, ON_GOOGLE, ON_SHOP
from .handwriting import as_typed
from .identifiers import ids, ids_or_null
from .ledger import Ledger, moments
from .opinions import ISSUES, SENTIMENTS
from .phrasebook import Phrasebook, things
from .simulation import Business
from .texts import additions, bodies, replies, titles
from .voices import LANGUAGES

_STYLES = np.array([0.5, 0.2, 0.25, 0.05])  # 'Anna B.', 'Anna', 'Anna Berg', 'A. Berg'


def write_reviews(ledger: Ledger, business: Business) -> None:
    """Fill reviews and review_truth."""
    _write_reviews(ledger, business)
    _write_truth(ledger, business)


def _write_reviews(ledger: Ledger, business: Business) -> None:
    reviews, rng = business.reviews, stream(business.seed, "review texts")
    drafts, sequel, book = reviews.drafts, reviews.sequel, Phrasebook()
    body = as_typed(bodies(reviews, _things(business), book, rng), reviews.opinions, rng)
    rating = pl.Series(sequel.edited_rating)
    is_logged_in = (drafts.channel == ON_SHOP) & reviews.knows_order
    account = business.accounts.of_order[drafts.order]
    ledger.write(
        "reviews",
        {
            "review_id": ids("review", np.arange(len(reviews))),
            "channel": pl.Series(CHANNELS).gather(drafts.channel),
            **_subject(business),
            "order_id": ids_or_null("order", np.where(reviews.knows_order, drafts.order, -1)),
            "customer_id": ids_or_null("customer", np.where(is_logged_in, account, -1)),
            **_authors(business, is_logged_in, rng),
            "rating": reviews.opinions.rating,
            "title": titles(reviews, book, rng),
            "body": body,
            "language": pl.Series(LANGUAGES).gather(reviews.language),
            "created_at": moments(drafts.created_at),
            "edited_at": moments(sequel.edited_at),
            "edited_rating": rating.set(pl.Series(~sequel.is_edited), None),
            "edited_body": body + " " + additions(reviews, book, rng),
            "removed_at": moments(sequel.removed_at),
            "is_verified": reviews.knows_order,
            "reply": replies(reviews, book, rng),
            "replied_at": moments(sequel.replied_at),
        },
    )


def _things(business: Business) -> pl.Series:
    """What each review calls its product."""
    reviews, goods = business.reviews, business.catalogue
    kinds = list(dict.fromkeys(kind.name for kind in goods.kind))
    kind_of = np.array([kinds.index(kind.name) for kind in goods.kind])
    line = reviews.drafts.line
    kind = np.where(line < 0, -1, kind_of[business.sales.variant[line]])
    return things(kinds, kind, reviews.language)


def _subject(business: Business) -> dict[str, pl.Series]:
    """The product, or on Google the warehouse that sent the parcel."""
    drafts, sales = business.reviews.drafts, business.sales
    variant = np.where(drafts.line < 0, -1, sales.variant[drafts.line])
    product = np.where(variant < 0, -1, business.catalogue.product[variant])
    location = business.delivery.location[sales.purchase[drafts.order]]
    return {
        "product_id": ids_or_null("product", product),
        "variant_id": ids_or_null("variant", variant),
        "location_id": ids_or_null("location", np.where(drafts.channel == ON_GOOGLE, location, -1)),
    }


def _authors(
    business: Business, is_logged_in: Bools, rng: np.random.Generator
) -> dict[str, pl.Series]:
    """Names as people sign; e-mails on the shop's site alone, another one when logged out."""
    drafts, accounts = business.reviews.drafts, business.accounts
    contact = accounts.contact[accounts.contact_of_order[drafts.order]].with_columns(
        style=pl.Series(rng.choice(len(_STYLES), len(drafts), p=_STYLES)),
        is_logged_in=pl.Series(is_logged_in),
        is_on_shop=pl.Series(drafts.channel == ON_SHOP),
    )
    first, last, style = pl.col("first_name"), pl.col("last_name"), pl.col("style")
    name = (
        pl.when(style == 0)
        .then(first + " " + last.str.slice(0, 1) + ".")
        .when(style == 1)
        .then(first)
        .when(style == 2)
        .then(first + " " + last)
        .otherwise(first.str.slice(0, 1) + ". " + last)
    )
    email = pl.when("is_logged_in").then("email").otherwise("reviews." + pl.col("email"))
    found = contact.select(author_name=name, author_email=pl.when("is_on_shop").then(email))
    return {column: found[column] for column in found.columns}


def _write_truth(ledger: Ledger, business: Business) -> None:
    reviews, opinions = business.reviews, business.reviews.opinions
    names = pl.DataFrame({"one": _issues(opinions.issue), "other": _issues(opinions.other_issue)})
    issues = names.select(pl.concat_list("one", "other").list.drop_nulls()).to_series()
    sentiments = pl.Series(SENTIMENTS)
    edited = np.where(reviews.is_eased, SENTIMENTS.index("mixed"), opinions.sentiment)
    ledger.write(
        "review_truth",
        {
            "review_id": ids("review", np.arange(len(reviews))),
            "order_id": ids("order", reviews.drafts.order),
            "sentiment": sentiments.gather(opinions.sentiment),
            "edited_sentiment": sentiments.gather(edited).set(
                pl.Series(~reviews.sequel.is_edited), None
            ),
            "issues": issues,
        },
    )


def _issues(issue: Ints) -> pl.Series:
    return pl.Series([*ISSUES, None]).gather(np.where(issue < 0, len(ISSUES), issue))
