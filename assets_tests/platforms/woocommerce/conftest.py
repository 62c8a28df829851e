"""What the WooCommerce tests share: no waiting, and the recordings of a real server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from ecom_ai_os.platforms import http


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0.0)
    monkeypatch.setattr(http, "MAX_BACKOFF_SECONDS", 0.0)


class Recordings:
    """Request and response pairs of a real WooCommerce 10.0.2; facts.md tells their story."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, name: str, mode: str = "hpos") -> dict[str, Any]:
        pair: dict[str, Any] = orjson.loads((self.folder / f"{mode}_{name}.json").read_bytes())
        return pair

    def body(self, name: str, mode: str = "hpos") -> Any:
        return self(name, mode)["response"]["body"]


@pytest.fixture(scope="session")
def recordings(shared: Path) -> Recordings:
    return Recordings(shared / "reference" / "woocommerce_recordings")
