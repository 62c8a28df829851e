"""The simulated business that tests of models and of the sandbox look at, generated once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assets_tests.once import once_a_session
from ecom_ai_os.sandbox.business import generate

TODAY = date(2026, 11, 23)


def simulated_business(factory: pytest.TempPathFactory) -> Path:
    """Return the file of a shop of 20,000 orders until TODAY; to be read only."""

    def make(folder: Path) -> None:
        generate(folder / "business.duckdb", n_orders=20_000, seed=7, today=TODAY)

    return once_a_session(factory, "simulated_business", make) / "business.duckdb"
