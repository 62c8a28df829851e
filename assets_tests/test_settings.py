"""Settings: one file, the environment above it, secrets from the environment alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from ecom_ai_os import settings
from ecom_ai_os.doctor import findings

SHOP = """
[business]
name = "Tea & Co"
currency = "GBP"
timezone = "Europe/London"

[connections.main]
platform = "shopify"
shop = "tea.myshopify.com"

[connections.wholesale]
platform = "shopify"
shop = "wholesale.myshopify.com"
"""


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    path = tmp_path / "ecom.toml"
    path.write_text(SHOP)
    monkeypatch.setenv("ECOM_CONFIG", str(path))
    settings.current.cache_clear()
    yield path
    settings.current.cache_clear()


def test_two_shops_of_one_platform_take_their_own_tokens(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECOM__CONNECTIONS__MAIN__TOKEN", "shpat_one")
    monkeypatch.setenv("ECOM__CONNECTIONS__WHOLESALE__TOKEN", "123456")
    tables = settings.current().connections
    assert tables["main"].token.get_secret_value() == "shpat_one"
    assert tables["wholesale"].token.get_secret_value() == "123456", "digits are text too"
    assert "shpat_one" not in repr(settings.current())


def test_the_environment_stands_above_the_file(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECOM__BUSINESS__CURRENCY", "EUR")
    assert settings.current().business.currency == "EUR"
    assert settings.current().business.name == "Tea & Co"


def test_a_secret_in_the_file_is_refused_without_showing_it(config: Path) -> None:
    config.write_text(SHOP.replace('"tea.myshopify.com"', '"tea.myshopify.com"\ntoken = "shh"'))
    with pytest.raises(ValueError, match="ECOM__CONNECTIONS__MAIN__TOKEN") as error:
        settings.current()
    assert "shh" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('"Europe/London"', '"Europe/Atlantis"'), "Atlantis"),
        (('currency = "GBP"', 'currency = "pounds"'), "business.currency"),
        (('platform = "shopify"', 'platform = "shopsy"'), "shopsy"),
        (('shop = "tea', 'shopp = "tea'), "shopp"),
    ],
)
def test_the_doctor_names_a_wrong_key(config: Path, change: tuple[str, str], says: str) -> None:
    config.write_text(SHOP.replace(*change))
    found = list(findings())
    assert not any(finding.is_ok for finding in found)
    assert says in " ".join(f"{finding.subject} {finding.says}" for finding in found)


def test_the_doctor_reads_a_broken_file(config: Path) -> None:
    config.write_text("[business\nname = ")
    (finding,) = findings()
    assert not finding.is_ok and "line 1" in finding.says


def test_a_wrong_kind_of_secret_is_not_shown(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECOM__CONNECTIONS__MAIN__SHOPNAME", "x")
    monkeypatch.setenv("ECOM__CONNECTIONS__MAIN__TOKEN", "shpat_secret")
    with pytest.raises(ValidationError) as error:
        settings.current()
    assert "shpat_secret" not in " ".join(finding.says for finding in findings())
    assert "shpat_secret" not in str(error.value)


def test_thresholds_come_from_the_file_and_unknown_ones_are_named(config: Path) -> None:
    config.write_text(SHOP + "\n[thresholds.testing]\nshare = 0.2\nshaer = 0.3\n")
    assert settings.threshold("testing", "share", 0.1, "A share").default == 0.2
    assert settings.threshold("testing", "days", 7, "Days").default == 7
    with pytest.raises(ValueError, match=r"\[thresholds.testing\] shaer is unknown; known: days"):
        settings.check_thresholds()


def test_customers_are_written_to_only_when_a_platform_is_set_live(config: Path) -> None:
    config.write_text(SHOP)
    assert settings.current().channels.email.mode == "dry_run"
    assert settings.current().sender() is None


@pytest.mark.parametrize(
    ("channel", "says"),
    [
        ('mode = "live"', "live but names no connection"),
        ('connection = "mail"', "'mail' is not there"),
        ('connection = "main"', "of shopify, through which customers cannot be written to"),
        ('mode = "loud"', "channels.email.mode"),
    ],
)
def test_a_channel_that_cannot_send_is_an_error(
    config: Path, channel: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECOM__CONNECTIONS__MAIN__TOKEN", "shh")
    config.write_text(f"{SHOP}\n[channels.email]\n{channel}\n")
    with pytest.raises(ValidationError, match=says) as error:
        settings.current()
    assert "shh" not in str(error.value)


def test_where_teams_are_told_comes_from_the_environment_alone(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECOM__CHANNELS__ALERTS__BUYING", "json://user:shh@host/hook")
    config.write_text(SHOP)
    targets = settings.current().channels.alerts.by_team()
    assert list(targets) == ["buying"] and "shh" not in str(targets)
    settings.current.cache_clear()
    config.write_text(f'{SHOP}\n[channels.alerts]\nbuying = "json://user:shh@host/hook"\n')
    with pytest.raises(ValueError, match="ECOM__CHANNELS__ALERTS__BUYING") as error:
        settings.current()
    assert "shh" not in str(error.value)
