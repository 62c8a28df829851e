"""What the Mailchimp tests share: a sandbox whose shop mails, and a connection to it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest
import requests

from assets_tests.sandbox.conftest import serving_shop, small_business, start_anew
from ecom_ai_os.platforms import Batch, http
from ecom_ai_os.platforms.mailchimp import Mailchimp, paging
from ecom_ai_os.platforms.mailchimp.settings import MailchimpConnection
from ecom_ai_os.sandbox.app import Sandbox
from ecom_ai_os.sandbox.mailchimp.auth import API_KEY
from ecom_ai_os.sandbox.mailchimp.routes import MailchimpSurface

__all__ = ["small_business"]

LIST = "a6b5da1054"
AUTUMN = "b404b04956"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0.0)
    monkeypatch.setattr(http, "MAX_BACKOFF_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of 100, so that 250 people are a long list."""
    monkeypatch.setattr(paging, "MAX_COUNT", 100)


@pytest.fixture(scope="session")
def mailing_business(small_business: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mailing") / "business.duckdb"
    shutil.copy(small_business, path)
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(Path(__file__).with_name("business.sql").read_text())
    return path


class Running:
    """A sandbox with its Mailchimp, and what a test asks of it."""

    def __init__(self, url: str, sandbox: Sandbox, folder: Path) -> None:
        self.url, self.sandbox, self.folder = url, sandbox, folder
        self.surface = next(s for s in sandbox.others if isinstance(s, MailchimpSurface))

    def start_anew(self) -> None:
        start_anew(self.sandbox)
        self.surface.shows_silent = True
        self.surface.forget_edits()

    def connect(self, **settings: Any) -> Mailchimp:
        return Mailchimp("mc", connection(self.url, **settings))

    def read(self, stream: str, cursor: dict[str, Any] | None = None) -> list[Batch]:
        return list(self.connect().read(stream, cursor, self.folder))

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """Send what somebody else tells the vendor."""
        auth = ("somebody", API_KEY)
        return requests.request(method, f"{self.url}/3.0/{path}", auth=auth, timeout=10, **options)

    def count(self, name: str) -> int:
        """How often something happened since it was forgotten."""
        return self.sandbox.counters.read().get(f"mailchimp.{name}", 0)

    def forget(self) -> None:
        self.sandbox.counters.reset()


@pytest.fixture(scope="session")
def one_sandbox(
    mailing_business: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Sandbox]]:
    with serving_shop(mailing_business, tmp_path_factory.mktemp("home")) as served:
        yield served


@pytest.fixture
def running(one_sandbox: tuple[str, Sandbox], tmp_path: Path) -> Running:
    """The sandbox, as if it had just started."""
    running = Running(*one_sandbox, tmp_path)
    running.start_anew()
    return running


def connection(url: str, **settings: Any) -> MailchimpConnection:
    known = {"platform": "mailchimp", "api_key": API_KEY, "base_url": url}
    return MailchimpConnection.model_validate(known | settings)


def member(email: str) -> str:
    """Return a member's path."""
    return f"lists/{LIST}/members/{hashlib.md5(email.encode()).hexdigest()}"


def records(batches: list[Batch], table: str) -> list[dict[str, Any]]:
    """Return a raw table's records in the batches, in order."""
    files = [path for batch in batches for path in batch.files.get(table, [])]
    return [orjson.loads(line) for path in files for line in path.read_bytes().splitlines()]


def ids(batches: list[Batch], table: str) -> set[str]:
    return {record["__id"] for record in records(batches, table)}
