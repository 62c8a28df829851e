"""Records as no vendor should send them, for property tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 10**25),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "x", "2026-13-45T00:00:00"]),
)


def bad_records(fields: Sequence[str]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Return up to three records with some of the fields, each of any type and depth."""
    names = st.sampled_from(fields)
    values = st.recursive(
        WRONG,
        lambda inner: st.one_of(
            st.lists(inner, max_size=2), st.dictionaries(names, inner, max_size=3)
        ),
        max_leaves=4,
    )
    return st.lists(st.dictionaries(names, values), max_size=3)
