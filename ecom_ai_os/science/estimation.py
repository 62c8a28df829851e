"""The likeliest positive parameters of a model, held by a weak prior.

The prior (log-normal around 1) keeps parameters finite where the data say nothing about them: a
bare likelihood rises for ever when nobody leaves or everybody buys alike. A few hundred ordinary
customers drown it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

PRIOR_SD = 3.0  # of each log parameter: a factor of 20 either way costs half a unit of likelihood
LIMIT = 20.0  # of a log parameter; only a line search ever gets there


def likeliest(
    log_likelihood: Callable[[Floats], tuple[float, Floats]],
    start: Floats,
    n: float,
    prior_sd: float = PRIOR_SD,
) -> Floats:
    """Parameters with the highest likelihood × prior, found by BFGS from `start`.

    Args:
        log_likelihood: of the parameters, with its gradient by their logarithms.
        start: first guess, in units in which about 1 is to be expected.
        n: number of observations; sets the precision asked for.
    """
    from scipy.optimize import minimize

    def loss(theta: Floats) -> tuple[float, Floats]:
        value, gradient = log_likelihood(np.exp(np.clip(theta, -LIMIT, LIMIT)))
        penalty = 0.5 * float(np.sum(theta**2)) / prior_sd**2
        return (penalty - value) / n, (theta / prior_sd**2 - gradient) / n

    # L-BFGS-B waits for BLAS threads at every step: 20 times slower beside a busy neighbour.
    found = minimize(loss, np.log(start), jac=True, method="BFGS", options={"gtol": 1e-7})
    parameters: Floats = np.exp(found.x)
    return parameters


def with_differences(
    log_likelihood: Callable[[Floats], float], step: float = 1e-5
) -> Callable[[Floats], tuple[float, Floats]]:
    """Add the gradient by the logarithms, from central differences, to a likelihood without."""

    def both(parameters: Floats) -> tuple[float, Floats]:
        nudges = np.exp(step * np.eye(len(parameters)))
        above = np.array([log_likelihood(parameters * nudge) for nudge in nudges])
        below = np.array([log_likelihood(parameters / nudge) for nudge in nudges])
        return log_likelihood(parameters), (above - below) / (2 * step)

    return both
