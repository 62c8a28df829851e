"""The doctor: what is wrong with settings and connections, and how to mend it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

from pydantic import ValidationError

from ecom_ai_os import settings
from ecom_ai_os.platforms import Connector, Finding


def findings() -> Iterator[Finding]:
    """Yield one finding for the settings and those of each connection."""
    try:
        current = settings.current()
    except (ValidationError, tomllib.TOMLDecodeError, ValueError) as error:
        yield from _of_settings(error)
        return
    path = settings.config_path()
    if not path.exists():
        yield Finding(False, str(path), "does not exist", "copy ecom.toml from the project")
    else:
        yield Finding(True, str(path), f"read; the shop is {current.business.name}")
    if not current.connections:
        yield Finding(False, "connections", "none", "add a [connections.<name>] table")
    for name, connector in current.connectors().items():
        yield from _of_connection(name, connector)


def _of_settings(error: Exception) -> Iterator[Finding]:
    path = str(settings.config_path())
    if not isinstance(error, ValidationError):
        yield Finding(False, path, str(error), "correct the file")
        return
    for problem in error.errors(include_input=False, include_url=False, include_context=False):
        where = ".".join(str(part) for part in problem["loc"])
        yield Finding(False, f"{path} {where}", problem["msg"], "correct this key")


def _of_connection(name: str, connector: Connector) -> Iterator[Finding]:
    try:
        yield from connector.check()
    except Exception as error:
        yield Finding(False, f"connection {name}", str(error), "see the README, Connect a shop")
