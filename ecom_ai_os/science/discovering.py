"""What else a customer may like: complements, what others like them buy, the popular.

Never among them: what is not offered, durables the customer has (in any variant) and what they sent
back; nor what they ever bought, but for popular consumables they did not buy lately.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ecom_ai_os.science import similar_customers
from ecom_ai_os.science.baskets import Ints, Sparse, places
from ecom_ai_os.science.shelf import POPULAR_DAYS, Bools, Floats, Shelf, bought_since, ones

CHUNK = 1_000  # customers scored at a time: 1,500 SKUs are 6 MB a score
BEHIND = 2  # SKUs named as the reason
CANDIDATES = pl.Schema(
    {
        "customer_id": pl.String(),
        "sku": pl.String(),
        "kind": pl.String(),
        "score": pl.Float64(),
        "because": pl.List(pl.String),
        "reason": pl.String(),
    }
)
REASONS = {
    "complementary": "goes with {}, bought lately",
    "cross_category": "a new category, liked by customers who bought {}",
    "similar_customers": "liked by customers who bought {}",
    "popular": f"among the most bought of the last {POPULAR_DAYS} days{{}}",
}


@dataclass(frozen=True)
class Wanted:
    """How many candidates a customer gets.

    most: by kind, at most. recent_days: how recent the purchases are that complements go with and
    that are not recommended again. is_popular_last: the popular only for customers for whom less
    than `most` was found that similar customers buy.
    """

    most: Mapping[str, int]
    recent_days: int
    is_popular_last: bool = False


def discover(
    shelf: Shelf, customers: pl.Series, returned: pl.DataFrame, wanted: Wanted
) -> pl.DataFrame:
    """Candidates for each customer.

    Args:
        customers: who shall have some; without purchases they get what is popular.
        returned: customer_id, sku of what was sent back.

    Returns:
        The columns of CANDIDATES; scores compare within a kind.
    """
    if customers.is_empty() or shelf.baskets.skus.is_empty():
        return pl.DataFrame(schema=CANDIDATES)
    number = places(customers, shelf.baskets.customers)
    has = _rows(similar_customers.owned(shelf.baskets), number)
    lately = _rows(bought_since(shelf.baskets, shelf.as_of, wanted.recent_days), number)
    never = (has @ shelf.siblings + _sent_back(shelf, customers, returned)).tocsr()

    def score(part: slice) -> pl.DataFrame:
        found = _score(shelf, has[part], lately[part], never[part], wanted)
        return found.with_columns(row=pl.col("row") + part.start)

    with ThreadPoolExecutor() as threads:  # numpy's sorting and products need no interpreter lock
        found = list(threads.map(score, _parts(len(customers))))
    return _named(pl.concat(found), shelf, customers)


def _score(
    shelf: Shelf, has: Sparse, lately: Sparse, sent_back: Sparse, wanted: Wanted
) -> pl.DataFrame:
    """row, column, score, behind, kind for some customers."""
    is_open = (sent_back.toarray() == 0) & shelf.is_offered
    is_new = is_open & (has.toarray() == 0)
    found = {"complementary": _complements(shelf, lately, is_new, wanted)}
    n_similar = np.zeros(len(is_open), dtype=np.int64)
    if shelf.weights is not None:
        scores, is_other = has @ shelf.weights, _is_new_category(shelf, has)
        for kind, is_there in (("cross_category", is_other), ("similar_customers", ~is_other)):
            best = _best(scores, is_new & is_there, shelf, wanted.most[kind])
            found[kind] = best.with_columns(_behind(best, has, shelf.weights))
        n_similar = np.bincount(best["row"], minlength=len(is_open))
    is_short = np.full(len(is_open), not wanted.is_popular_last)
    is_short |= n_similar < wanted.most["similar_customers"]
    found["popular"] = _popular(shelf, lately, is_open, np.flatnonzero(is_short), wanted)
    return pl.concat(best.with_columns(kind=pl.lit(kind)) for kind, best in found.items())


def _complements(shelf: Shelf, lately: Sparse, is_new: Bools, wanted: Wanted) -> pl.DataFrame:
    brought = (lately @ shelf.brings).tocsr()
    rows = np.flatnonzero(np.diff(brought.indptr))
    best = _best(brought[rows].toarray(), is_new[rows], shelf, wanted.most["complementary"])
    told = best.with_columns(_behind(best, lately[rows], shelf.brings))
    return told.with_columns(row=pl.Series(rows[best["row"]]))


def _popular(
    shelf: Shelf, lately: Sparse, is_open: Bools, rows: Ints, wanted: Wanted
) -> pl.DataFrame:
    is_due = is_open[rows] & (lately[rows].toarray() == 0)
    best = _best(shelf.n_recent, is_due, shelf, wanted.most["popular"])
    nothing = pl.lit([], pl.List(pl.Int64))
    return best.with_columns(row=pl.Series(rows[best["row"]]), behind=nothing)


def _best(scores: Floats, is_open: Bools, shelf: Shelf, most: int) -> pl.DataFrame:
    """row, column, score of each row's `most` best, above zero, one variant of a product."""
    allowed = np.asarray(scores * is_open, dtype=np.float32)
    # As many as this hold `most` products, even when they are all of many variants.
    wide = min(most * shelf.most_variants, allowed.shape[1])
    # Values partition three times as fast as their places do.
    least = np.partition(allowed, -wide, axis=1)[:, -wide, None]
    row, column = np.nonzero((allowed >= least) & (allowed > 0))
    value = allowed[row, column]
    turn = np.lexsort((column, -value, row))
    row, column, value = row[turn], column[turn], value[turn]
    _, first = np.unique(row * len(shelf.product) + shelf.product[column], return_index=True)
    first.sort()
    row, column, value = row[first], column[first], value[first]
    chosen = np.arange(len(row)) - np.searchsorted(row, row) < most
    return pl.DataFrame(
        {"row": row[chosen], "column": column[chosen], "score": value[chosen].astype(np.float64)}
    )


def _behind(found: pl.DataFrame, has: Sparse, weights: Any) -> pl.Series:
    """Numbers of the SKUs that gave each candidate most of its score, at most BEHIND."""
    row, column = found["row"].to_numpy(), found["column"].to_numpy()
    n_owned = np.diff(has.indptr)[row]
    candidate = np.repeat(np.arange(len(row)), n_owned)
    place = np.arange(len(candidate)) - np.repeat(np.cumsum(n_owned) - n_owned, n_owned)
    owned = has.indices[has.indptr[row][candidate] + place].astype(np.int64)
    gives = np.asarray(weights[owned, column[candidate]]).ravel() if len(owned) else owned
    told = (
        pl.DataFrame({"candidate": candidate, "owned": owned, "gives": gives})
        .filter(pl.col("gives") > 0)
        .sort("candidate", "gives", "owned", descending=[False, True, False])
        .group_by("candidate", maintain_order=True)
        .agg(behind=pl.col("owned").head(BEHIND))
    )
    everyone = pl.DataFrame({"candidate": np.arange(len(row))})
    return everyone.join(told, on="candidate", how="left", maintain_order="left")["behind"]


def _is_new_category(shelf: Shelf, has: Sparse) -> Bools:
    """Rows × SKUs: whether the customer bought nothing of the SKU's category; false without one."""
    n_categories = int(shelf.category.max(initial=-1)) + 1
    known = np.flatnonzero(shelf.category >= 0)
    of = ones(known, shelf.category[known], (len(shelf.category), n_categories + 1))
    counts = (has @ of).toarray()
    is_new: NDArray[np.bool_] = (counts == 0)[:, shelf.category] & (shelf.category >= 0)
    return is_new


def _named(found: pl.DataFrame, shelf: Shelf, customers: pl.Series) -> pl.DataFrame:
    """Names for numbers, and the reason in words."""
    skus = shelf.baskets.skus
    name = pl.element().replace_strict(pl.int_range(len(skus), eager=True), skus)
    named = found.with_columns(
        customer_id=customers.gather(found["row"]),
        sku=skus.gather(found["column"]),
        because=pl.col("behind").list.eval(name),
    )
    behind = pl.col("because").list.join(" and ")
    reason = pl.coalesce(
        pl.when(pl.col("kind") == kind).then(pl.format(text, behind))
        for kind, text in REASONS.items()
    )
    return named.with_columns(reason=reason).select(list(CANDIDATES))


def _sent_back(shelf: Shelf, customers: pl.Series, returned: pl.DataFrame) -> Sparse:
    order = customers.arg_sort()
    row = places(returned["customer_id"], customers.gather(order))
    column = places(returned["sku"], shelf.baskets.skus)
    known = (row >= 0) & (column >= 0)
    shape = (len(customers), len(shelf.baskets.skus))
    return ones(order.to_numpy().astype(np.int64)[row[known]], column[known], shape)


def _rows(matrix: Sparse, number: Ints) -> Sparse:
    """The rows of a matrix; an empty one for number −1."""
    from scipy.sparse import csr_array, vstack

    nobody = csr_array((1, matrix.shape[1]), dtype=matrix.dtype)
    return vstack([matrix, nobody]).tocsr()[number]


def _parts(n: int) -> list[slice]:
    return [slice(start, start + CHUNK) for start in range(0, n, CHUNK)]
