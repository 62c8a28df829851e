"""The shipped `ecom.toml` reads the simulated shop with the credentials the demo sets."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from assets_tests.sandbox.conftest import Client
from ecom_ai_os import demo, settings
from ecom_ai_os.platforms import connector_type
from ecom_ai_os.settings import Settings

SHIPPED = Path(settings.__file__).parents[1] / "ecom.toml"


@pytest.fixture
def shipped(client: Client, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ECOM_CONFIG", str(SHIPPED))
    for name, value in demo.environment(client.url).items():
        monkeypatch.setenv(name, value)
    return Settings()


def test_the_doctor_finds_every_connection_of_the_demo_well(shipped: Settings) -> None:
    connectors = shipped.connectors()
    assert connectors.keys() == demo.ACCESS.keys()
    ailing = [
        f"{f.subject}: {f.says}" for c in connectors.values() for f in c.check() if not f.is_ok
    ]
    assert ailing == []


def test_every_secret_of_a_demo_connection_is_one_of_its_platform(shipped: Settings) -> None:
    for name, given in demo.ACCESS.items():
        model = connector_type(shipped.connections[name].platform).Settings
        assert given.keys() <= model.model_fields.keys()


def test_a_file_without_the_demos_connections_is_said_to_be_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ecom.toml"
    path.write_text('[connections.other]\nplatform = "woocommerce"\nurl = "https://shop.example"\n')
    monkeypatch.setenv("ECOM_CONFIG", str(path))
    with pytest.raises(ValueError, match="has no connection main"):
        demo.environment("http://127.0.0.1:1")


def test_connections_of_ones_own_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ecom.toml"
    path.write_text('[connections.main]\nplatform = "shopify"\nshop = "x.myshopify.com"\n')
    monkeypatch.setenv("ECOM_CONFIG", str(path))
    assert demo.environment("http://127.0.0.1:1") == {
        "ECOM__CONNECTIONS__MAIN__BASE_URL": "http://127.0.0.1:1",
        "ECOM__CONNECTIONS__MAIN__TOKEN": "shpat_sandbox",
    }
    assert not any(name.startswith("ECOM__CONNECTIONS__KLAVIYO") for name in os.environ)
