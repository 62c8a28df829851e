"""Normal forms of e-mails and phones, on which persons are joined."""

from __future__ import annotations

import importlib.util

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets_tests.parsed_project import PROJECT

_spec = importlib.util.spec_from_file_location(
    "int_contact_points", PROJECT / "models" / "intermediate" / "int_contact_points.py"
)
assert _spec and _spec.loader
contact_points = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(contact_points)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("Ann.Lee@Example.COM", "ann.lee@example.com"),
        ("ann+shop@x.de", "ann+shop@x.de"),
        ("ju\u0308rgen@x.de", "j\u00fcrgen@x.de"),
        ("ann@M\u00dcNCHEN.de", "ann@m\u00fcnchen.de"),
        ("ann@shop.test", "ann@shop.test"),
        ("ann", None),
        ("ann@", None),
        ("none", None),
    ],
)
def test_email(typed: str, normal: str | None) -> None:
    assert contact_points.normal_email(typed) == normal


@pytest.mark.parametrize(
    ("typed", "region", "normal"),
    [
        ("030 1234567", "DE", "+49301234567"),
        ("+49 (0)30 1234567", "FR", "+49301234567"),
        ("(212) 555-0123", "US", "+12125550123"),
        ("0301234567", "", None),
        ("12", "DE", None),
        ("call me", "DE", None),
    ],
)
def test_phone(typed: str, region: str, normal: str | None) -> None:
    assert contact_points.normal_phone(typed, region) == normal


@given(st.emails())
def test_normal_form_of_an_email_is_its_own_normal_form(address: str) -> None:
    normal = contact_points.normal_email(address)
    if normal is not None:
        assert contact_points.normal_email(normal) == normal
        assert contact_points.normal_email(address.upper()) in (normal, None)
