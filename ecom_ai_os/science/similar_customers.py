"""What customers with the same purchases bought that this one has not.

A linear model between SKUs (EASE: Steck 2019, "Embarrassingly shallow autoencoders for sparse
data"): each SKU's purchase is explained by the customer's other SKUs, all at once, so that a best
seller does not stand for everything it was bought with. It sees as far as customers × customers
would, in the memory of SKUs × SKUs, and every score is a sum over SKUs the customer has.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ecom_ai_os.science.baskets import Baskets

Weights = NDArray[np.float32]

#: customers without any relation added to every SKU; of 20–2000, best for both a shop of 100 SKUs
#: and a grocer of 3,000
PRIOR_CUSTOMERS = 500.0


def learn(baskets: Baskets) -> Weights:
    """SKUs × SKUs: what having the row's SKU adds to the score of the column's.

    Time grows with the cube of the SKUs (1,500: about 1 s), memory with their square.
    """
    has = owned(baskets)
    together = (has.T @ has).toarray().astype(np.float64)
    precision = np.linalg.inv(together + PRIOR_CUSTOMERS * np.eye(len(baskets.skus)))
    weights: Weights = (-precision / np.diag(precision)).astype(np.float32)
    np.fill_diagonal(weights, 0)
    return weights


def alike(baskets: Baskets, most: int, min_together: int) -> pl.DataFrame:
    """SKUs that the same customers have, up to `most` a SKU, by weight in the model.

    Returns sku, rank, related_sku, n_together (customers with both, at least `min_together`),
    n_bought (customers with sku), expected_together (were the two unrelated), lift.
    """
    weights, has = learn(baskets), owned(baskets)
    together = (has.T @ has).toarray()
    weights[together < min_together] = 0
    best = np.argsort(-weights, axis=1, kind="stable")[:, :most]
    a, place = np.nonzero(np.take_along_axis(weights, best, axis=1) > 0)
    b = best[a, place]
    size = np.diag(together).astype(np.float64)
    expected = size[a] * size[b] / max(len(baskets.customers), 1)
    return pl.DataFrame(
        {
            "sku": baskets.skus.gather(a),
            "rank": place + 1,
            "related_sku": baskets.skus.gather(b),
            "n_together": together[a, b].astype(np.int64),
            "n_bought": size[a].astype(np.int64),
            "expected_together": expected,
            "lift": together[a, b] / expected,
        }
    )


def owned(baskets: Baskets) -> Any:
    """Customers × SKUs (sparse): 1 where ever bought."""
    has = baskets.by_customer.copy()
    has.data[:] = 1
    return has
