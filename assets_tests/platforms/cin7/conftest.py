"""A simulated shop that buys, small enough to work out by hand, and connections to both products.

At NOW: PO-000002 has come, 18 of 30 BEANS-250 of PO-000004 have, PO-000005 and PO-000015 (of which
nobody knows when) are on their way, PO-9000005 was PO-000005 typed in again and voided, PO-000001
is a draft. Two days later PO-000004 has come and PO-000001 is ordered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import orjson
import pytest

from assets_tests.sandbox.conftest import serving_shop, small_business, start_anew
from ecom_ai_os.platforms import Batch, http
from ecom_ai_os.platforms.cin7 import Cin7
from ecom_ai_os.platforms.cin7.settings import Cin7Connection
from ecom_ai_os.sandbox.app import Sandbox
from ecom_ai_os.sandbox.cin7.core import ACCOUNT_ID, APPLICATIONS, CoreSurface
from ecom_ai_os.sandbox.cin7.omni import CONNECTIONS, USERNAME, OmniSurface

__all__ = ["small_business"]

BUYING = """
delete from suppliers;
delete from replenishments;
insert into suppliers values
    (91, 'Huila', 'orders@huila.example', 'USD', 21),
    (92, 'Presto', 'orders@presto.example', 'EUR', 9);
insert into replenishments
select
    po, variant, location, vendor, (ordered || ' 18:00:00+00')::timestamptz,
    (expected || ' 07:00:00+00')::timestamptz, (received || ' 05:00:00+00')::timestamptz, quantity
from (values
    ('PO-000002', 11, 71, 'Huila', '2026-10-01', '2026-10-22', '2026-10-23', 24),
    ('PO-000002', 12, 71, 'Huila', '2026-10-01', '2026-10-22', '2026-10-23', 6),
    ('PO-000004', 11, 71, 'Huila', '2026-11-01', '2026-11-23', '2026-11-25', 30),
    ('PO-000004', 12, 71, 'Huila', '2026-11-01', '2026-11-23', '2026-11-25', 6),
    ('PO-000005', 21, 72, 'Presto', '2026-11-20', '2026-12-01', '2026-12-02', 10),
    ('PO-000015', 21, 71, 'Presto', '2026-11-22', '2026-12-03', '2026-12-03', 5),
    ('PO-000001', 11, 72, 'Huila', '2026-11-24', '2026-12-15', '2026-12-16', 12)
) as bought (po, variant, location, vendor, ordered, expected, received, quantity);
"""

SurfaceT = TypeVar("SurfaceT")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0.0)
    monkeypatch.setattr(http, "MAX_BACKOFF_SECONDS", 0.0)


@pytest.fixture(scope="package")
def running(
    small_business: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Sandbox]]:
    with serving_shop(small_business, tmp_path_factory.mktemp("home"), BUYING) as served:
        yield served


@pytest.fixture
def sandbox(running: tuple[str, Sandbox]) -> Sandbox:
    """The package's sandbox, as if it had just started."""
    _, sandbox = running
    start_anew(sandbox)
    core = surface(sandbox, CoreSurface)
    core.limit_status, core.nests_options = 503, False
    core.limit_to(APPLICATIONS)
    omni = surface(sandbox, OmniSurface)
    omni.says_when = True
    omni.connect(CONNECTIONS)
    return sandbox


def surface(sandbox: Sandbox, kind: type[SurfaceT]) -> SurfaceT:
    return next(one for one in sandbox.others if isinstance(one, kind))


Connect = Callable[..., Cin7]


@pytest.fixture
def connect(running: tuple[str, Sandbox], sandbox: Sandbox) -> Connect:
    """Connect to the sandbox's Core or Omni; keyword arguments are settings."""

    def connected(product: str, **settings: Any) -> Cin7:
        return Cin7("cin", connection(product, running[0], **settings))

    return connected


def connection(product: str, origin: str, **settings: Any) -> Cin7Connection:
    known: dict[str, Any] = {
        "core": {"account_id": ACCOUNT_ID, "application_key": next(iter(APPLICATIONS))},
        "omni": {"username": USERNAME, "api_key": next(iter(CONNECTIONS))},
    }[product]
    root = {"core": "/ExternalApi/v2", "omni": "/api/v1"}[product]
    values = {"platform": "cin7", "product": product, "url": origin + root} | known | settings
    return Cin7Connection.model_validate(values)


def read(
    connector: Cin7, folder: Path, cursors: dict[str, Any] | None = None
) -> dict[str, list[Batch]]:
    """Return the batches of every stream of the connector's product that has something to say."""
    cursors = cursors or {}
    found = {
        stream.name: list(connector.read(stream.name, cursors.get(stream.name), folder))
        for stream in connector.streams
    }
    return {name: batches for name, batches in found.items() if batches}


def cursors(batches: dict[str, list[Batch]]) -> dict[str, Any]:
    return {name: those[-1].cursor for name, those in batches.items()}


def records(batches: list[Batch], table: str) -> list[dict[str, Any]]:
    """Return a raw table's records in the batches, in order."""
    files = [path for batch in batches for path in batch.files.get(table, [])]
    return [orjson.loads(line) for path in files for line in path.read_bytes().splitlines()]
