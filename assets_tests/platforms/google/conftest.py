"""What the Google tests share: no waiting."""

from __future__ import annotations

import pytest

from ecom_ai_os.platforms import http
from ecom_ai_os.platforms.google import client


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0.0)
    monkeypatch.setattr(http, "MAX_BACKOFF_SECONDS", 0.0)
    monkeypatch.setattr(client, "REFUSED_SECONDS", 0.1)
