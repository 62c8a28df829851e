"""The doctor says what is wrong with a Google connection and how to mend it."""

from __future__ import annotations

from typing import Any

import pytest

from assets_tests.platforms.google.profile_stub import ONE, Profile, connection
from assets_tests.platforms.vendor_stub import Answer, Request, vendor
from ecom_ai_os.platforms.google import Google


def findings(profile: Profile, **settings: Any) -> list[tuple[bool, str, str]]:
    with vendor(profile.respond) as running:
        found = Google("g", connection(running.url, **settings)).check()
        return [(finding.is_ok, finding.says, finding.mend) for finding in found]


def refusing(path: str, status: int, body: Any = None) -> Profile:
    def respond(request: Request) -> Answer | None:
        return Answer(body or {}, status) if request.path == path else None

    return Profile({ONE: []}, respond)


def test_credentials_are_looked_at_before_the_network() -> None:
    ((is_ok, says, mend),) = findings(Profile(), refresh_token="")
    assert not is_ok and says == "has no credentials"
    assert "ECOM__CONNECTIONS__G__REFRESH_TOKEN" in mend


@pytest.mark.parametrize(
    "profile, mend",
    [
        (refusing("/token", 400, {"error": "invalid_grant"}), "sign in again"),
        (refusing("/token", 401, {"error": "invalid_client"}), "set client_id"),
        (refusing("/v1/accounts", 403), "enable My Business Account Management API"),
        (refusing("/v1/accounts", 429), "ask Google for access"),
        (Profile(), "sign in as an owner or manager"),
        (refusing(f"/v4/{ONE}/reviews", 403), "enable My Business"),
    ],
)
def test_what_is_wrong_is_told_apart(profile: Profile, mend: str) -> None:
    is_ok, _, mended = findings(profile)[-1]
    assert not is_ok and mended.startswith(mend)


def test_unverified_locations_are_named() -> None:
    def respond(request: Request) -> Answer | None:
        unverified = {"name": "locations/9", "metadata": {"hasVoiceOfMerchant": False}}
        locations = {"locations": [{"name": "locations/1"}, unverified]}
        return Answer(locations) if request.path.endswith("/locations") else None

    found = findings(Profile({ONE: []}, respond))
    assert all(is_ok for is_ok, *_ in found)
    assert found[1][1].endswith("not verified: accounts/1/locations/9")
    assert found[2][1] == "reads the reviews of 1 locations"
