"""Typed settings: `ecom.toml` with the environment above it; the only reader of the environment.

Secrets come from the environment alone, named after their connection:
`ECOM__CONNECTIONS__MAIN__TOKEN` is the `token` of `[connections.main]`. `ECOM_CONFIG` names the
settings file (default `ecom.toml`), `ECOM_HOME` the folder the program writes to (default `var`).
"""

from __future__ import annotations

import os
import sys
import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from ecom_ai_os.channels import AlertTargets, Channels
from ecom_ai_os.platforms import ConnectionSettings, Connector, connector_type
from ecom_ai_os.platforms.activation import Activating, Sender

Currency = Annotated[str, Field(pattern="^[A-Z]{3}$")]


class Business(BaseModel):
    """Whose shop it is, and the currency and clock everything is reported in."""

    model_config = ConfigDict(extra="forbid")

    name: str = "My shop"
    currency: Currency = "EUR"
    timezone: str = "UTC"
    country: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "DE"
    consumable_tags: list[str] = ["consumable"]

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"timezone {value!r} is unknown; use a name such as Europe/Berlin")
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class ExchangeRate(BaseModel):
    """One unit of `currency` is worth `rate` in the reporting currency from `valid_from` on."""

    model_config = ConfigDict(extra="forbid")

    currency: Currency
    rate: Annotated[float, Field(gt=0)]
    valid_from: date = date(1970, 1, 1)


class Identity(BaseModel):
    """What must not join accounts into one person, although they share it.

    `apart`: pairs of accounts (`connection/vendor id`) that are two persons. `own_domains`: the
    shop's own; an address there is typed in at the till and is nobody's.
    """

    model_config = ConfigDict(extra="forbid")

    apart: list[tuple[str, str]] = []
    own_domains: list[Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]] = []


class Settings(BaseSettings):
    """Everything a deployment decides. Raises pydantic.ValidationError naming the wrong key."""

    model_config = SettingsConfigDict(
        env_prefix="ECOM__",
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,  # it holds the credentials
    )

    business: Business = Business()
    connections: dict[str, Any] = {}
    channels: Channels = Channels()
    exchange_rates: list[ExchangeRate] = []
    identity: Identity = Identity()
    thresholds: dict[str, dict[str, Any]] = {}
    as_of: date | None = None

    @field_validator("connections")
    @classmethod
    def _typed(cls, tables: dict[str, Any]) -> dict[str, ConnectionSettings]:
        return {name: _connection(name, table) for name, table in tables.items()}

    @model_validator(mode="after")
    def _can_write(self) -> Settings:
        """Raise ValueError when e-mails are to go through what cannot send them."""
        email = self.channels.email
        if email.mode == "live" and email.connection is None:
            raise ValueError("[channels.email] is live but names no connection")
        if email.connection is None:
            return self
        if email.connection not in self.connections:
            raise ValueError(f"[channels.email] connection {email.connection!r} is not there")
        platform = self.connections[email.connection].platform
        if not issubclass(connector_type(platform), Activating):
            raise ValueError(
                f"[channels.email] connection {email.connection!r} is of {platform}, "
                "through which customers cannot be written to"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = TomlConfigSettingsSource(settings_cls, config_path())
        return init_settings, env_settings, file

    def connectors(self) -> dict[str, Connector]:
        """Return each connection's connector by its name."""
        return {
            name: connector_type(table.platform)(name, table)
            for name, table in self.connections.items()
        }

    def sender(self) -> Sender | None:
        """Return who hands messages over; None unless the e-mail channel is live."""
        email = self.channels.email
        if email.mode != "live" or email.connection is None:
            return None
        table = self.connections[email.connection]
        connector: Any = connector_type(table.platform)(email.connection, table)
        sender: Sender = connector.sender()
        return sender


def _connection(name: str, table: Any) -> ConnectionSettings:
    if isinstance(table, ConnectionSettings):
        return table
    if "platform" not in table:
        raise ValueError(f"[connections.{name}] names no platform (is the table in ecom.toml?)")
    model = connector_type(table["platform"]).Settings
    # The environment's parser reads digits as numbers; a credential is always text.
    texts = {key: str(table[key]) for key in secret_fields(model) & table.keys()}
    return model.model_validate(table | texts)


def secret_fields(model: type[BaseModel]) -> set[str]:
    """Return the names of a connection model's secret fields."""
    return {name for name, f in model.model_fields.items() if "SecretStr" in str(f.annotation)}


def config_path() -> Path:
    """Return the settings file's path (it may not exist)."""
    return Path(os.environ.get("ECOM_CONFIG", "ecom.toml"))


def home() -> Path:
    """Return the one folder the program writes to, made when missing."""
    path = Path(os.environ.get("ECOM_HOME", "var")).absolute()
    path.mkdir(parents=True, exist_ok=True)
    return path


def prepare_dbt() -> Path:
    """Tell dbt through the environment where its program, its warehouse and its own files are.

    Returns the folder for what it compiles. The virtual environment need not be activated.
    """
    folder = home() / "dbt"
    programs = str(Path(sys.executable).parent)
    if programs not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([programs, os.environ.get("PATH", "")])
    os.environ["ECOM_WAREHOUSE"] = str(home() / "warehouse.duckdb")
    os.environ["DBT_TARGET_PATH"] = str(folder)
    os.environ["DBT_LOG_PATH"] = str(folder)
    return folder


def secrets_in_file() -> list[str]:
    """Return the dotted name of every credential that stands in the settings file."""
    file = _file()
    tables: list[tuple[str, type[BaseModel], dict[str, Any]]] = [
        (f"connections.{name}", connector_type(table["platform"]).Settings, table)
        for name, table in file.get("connections", {}).items()
    ]
    tables.append(("channels.alerts", AlertTargets, file.get("channels", {}).get("alerts", {})))
    return [
        f"{name}.{field}"
        for name, model, table in tables
        for field in sorted(secret_fields(model) & table.keys())
    ]


def connections_in_file() -> list[str]:
    """Return the names of the connections the settings file lists."""
    return list(_file().get("connections", {}))


def _file() -> dict[str, Any]:
    path = config_path()
    return tomllib.loads(path.read_text()) if path.exists() else {}


@cache
def current() -> Settings:
    """Return the process's settings, read once.

    Raises ValueError when a credential stands in the settings file: it belongs in the environment.
    """
    if misplaced := secrets_in_file():
        raise ValueError(
            f"{config_path()} holds credentials ({', '.join(misplaced)}); set "
            f"ECOM__{misplaced[0].replace('.', '__').upper()} in the environment"
        )
    return Settings()


_known_thresholds: dict[str, set[str]] = {}


def threshold(workflow: str, name: str, default: Any, description: str) -> Any:
    """Return a pydantic Field: the mission's default, or what `[thresholds.<workflow>]` says."""
    _known_thresholds.setdefault(workflow, set()).add(name)
    value = current().thresholds.get(workflow, {}).get(name, default)
    return Field(default=value, description=description)


def check_thresholds() -> None:
    """Raise ValueError when ecom.toml sets a threshold that no workflow asks for."""
    for workflow, table in current().thresholds.items():
        known = _known_thresholds.get(workflow, set())
        if unknown := sorted(table.keys() - known):
            choices = ", ".join(sorted(known)) or "none"
            raise ValueError(f"[thresholds.{workflow}] {unknown[0]} is unknown; known: {choices}")
