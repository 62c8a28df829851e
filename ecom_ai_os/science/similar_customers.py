"""What customers with the same purchases bought that this one has not.

A linear model between SKUs (EASE: Steck 2019, "Embarrassingly shallow autoencoders for sparse
data"): each SKU's purchase is explained by the customer's other SKUs, all at once, so that a best
seller does not stand for everything it was bought with. It sees as far as customers × customers
would, in the memory of SKUs × SKUs, and every score is a sum over SKUs the customer has.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecom_ai_os.science.baskets import Baskets

Weights = NDArray[np.float32]

#: customers' worth of no relation in every pair: best of 20–2000 on a shop of 100 SKUs and a grocer
PRIOR_CUSTOMERS = 300.0


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


def owned(baskets: Baskets) -> Any:
    """Customers × SKUs (sparse): 1 where ever bought."""
    has = baskets.by_customer.copy()
    has.data[:] = 1
    return has
