"""API versions: what is asked for, and what serves it."""

# Stable ones, then the release candidate.
VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10", "2027-01", "unstable")


def serving(asked: str) -> str:
    """A version that is not accessible is served by the oldest accessible one: fall-forward."""
    return asked if asked in VERSIONS else VERSIONS[0]
