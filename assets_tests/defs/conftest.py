"""What the tests of workflows share."""

from __future__ import annotations

import json

import pytest
import vl_convert

#: Charts drawn already, by all of them but their data.
DRAWN: dict[str, bytes] = {}
draw = vl_convert.vegalite_to_png


@pytest.fixture(autouse=True)
def charts_of_a_kind_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes 0.4 s, half of many a run."""

    def drawn(chart: str, scale: float) -> bytes:
        kind = json.dumps(json.loads(chart) | {"datasets": None, "data": None})
        if kind not in DRAWN:
            DRAWN[kind] = draw(chart, scale=scale)
        return DRAWN[kind]

    monkeypatch.setattr(vl_convert, "vegalite_to_png", drawn)
