"""What the Klaviyo tests share: an account on the sandbox, its limits short, and no waiting."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest
import requests

from assets_tests.sandbox.conftest import serving_shop, small_business, start_anew
from ecom_ai_os.platforms import Batch, http
from ecom_ai_os.platforms.klaviyo import Klaviyo, KlaviyoConnection, limits
from ecom_ai_os.sandbox.app import Sandbox
from ecom_ai_os.sandbox.klaviyo.auth import API_KEY, REVISIONS

__all__ = ["small_business"]

MAIL = Path(__file__).parents[2] / "sandbox" / "klaviyo.sql"
REVISION = REVISIONS[-2]
HEADERS = {"Authorization": f"Klaviyo-API-Key {API_KEY}", "revision": REVISION}
#: A minute of the vendor's windows lasts so long in tests, seconds.
MINUTE_SECONDS = 0.3


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0.0)
    monkeypatch.setattr(http, "MAX_BACKOFF_SECONDS", 0.0)
    monkeypatch.setattr(limits, "BURST_SECONDS", MINUTE_SECONDS / 60)
    monkeypatch.setattr(limits, "STEADY_SECONDS", MINUTE_SECONDS)


def connection(url: str, **settings: Any) -> KlaviyoConnection:
    given = {"base_url": url, "api_key": "pk_test"} | settings
    return KlaviyoConnection(platform="klaviyo", **given)


@dataclass
class Account:
    """A Klaviyo account on a running sandbox, and our connection to it."""

    url: str
    sandbox: Sandbox
    klaviyo: Klaviyo
    folder: Path
    _serial: Iterator[int]

    def read(self, stream: str, cursor: dict[str, Any] | None = None) -> list[Batch]:
        return list(self.klaviyo.read(stream, cursor, self.new_folder()))

    def new_folder(self) -> Path:
        folder = self.folder / str(next(self._serial))
        folder.mkdir()
        return folder

    def configure(self, **settings: Any) -> None:
        answer = requests.post(f"{self.url}/_sandbox/klaviyo", json=settings, timeout=10)
        answer.raise_for_status()

    def get(self, path: str, **params: str | int) -> list[Any]:
        """Return the records of a list, as a client of nobody's making gets them."""
        answer = self.ask(path, **params)
        answer.raise_for_status()
        return list(answer.json()["data"])

    def ask(self, path: str, **params: str | int) -> requests.Response:
        url = f"{self.url}/api/{path}"
        return requests.get(url, params=params, headers=HEADERS, timeout=10)

    def post(self, path: str, body: Any, method: str = "POST") -> requests.Response:
        headers = HEADERS | {"Content-Type": "application/vnd.api+json"}
        url = f"{self.url}/api/{path}"
        return requests.request(method, url, data=orjson.dumps(body), headers=headers, timeout=10)

    def count(self, name: str) -> int:
        return self.sandbox.counters.read().get(f"klaviyo.{name}", 0)


@pytest.fixture(scope="session")
def mailed_business(small_business: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mailed") / "business.duckdb"
    shutil.copy(small_business, path)
    with duckdb.connect(str(path)) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(MAIL.read_text())
    return path


@pytest.fixture(scope="session")
def server(
    mailed_business: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Sandbox]]:
    with serving_shop(mailed_business, tmp_path_factory.mktemp("home")) as served:
        yield served


@pytest.fixture
def account(server: tuple[str, Sandbox], tmp_path: Path) -> Account:
    """The account, as if it had just been opened."""
    url, sandbox = server
    start_anew(sandbox)
    klaviyo = Klaviyo("mail", connection(url, api_key=API_KEY))
    account = Account(url, sandbox, klaviyo, tmp_path, itertools.count())
    account.configure(
        scopes=None,
        window_scale=MINUTE_SECONDS / 60,
        lag_seconds=0,
        machine_open=True,
        forget=True,
    )
    return account


def rows(batches: list[Batch], table: str) -> list[dict[str, Any]]:
    """Return every record the batches hold of a raw table."""
    files = [path for batch in batches for path in batch.files.get(table, [])]
    return [orjson.loads(line) for path in files for line in path.read_bytes().splitlines()]


def ids(batches: list[Batch], table: str) -> set[str]:
    return {row["id"] for row in rows(batches, table)}


def event(email: str, unique_id: str, at: datetime, metric: str = "Clicked Email") -> Any:
    """The body that creates an event of a metric."""
    return {
        "data": {
            "type": "event",
            "attributes": {
                "properties": {},
                "time": at.astimezone(UTC).isoformat(),
                "unique_id": unique_id,
                "metric": {"data": {"type": "metric", "attributes": {"name": metric}}},
                "profile": {"data": {"type": "profile", "attributes": {"email": email}}},
            },
        }
    }
