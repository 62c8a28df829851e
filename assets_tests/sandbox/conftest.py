"""A sandbox server on loopback over a shop small enough to work out by hand (business.sql)."""

from __future__ import annotations

import contextlib
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests
import uvicorn

import ecom_ai_os.sandbox.business as business
from assets_tests.simulated_business import simulated_business
from ecom_ai_os.sandbox.app import Sandbox, create_app
from ecom_ai_os.sandbox.clock import Clock

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOKEN = {"X-Shopify-Access-Token": "shpat_sandbox"}


class Client:
    """A thin caller of the running sandbox; `sandbox` is the thing itself."""

    def __init__(self, url: str, sandbox: Sandbox) -> None:
        self.url, self.sandbox = url, sandbox

    def post(self, query: str, *, version: str = "2026-10", **headers: str) -> requests.Response:
        return self._post({"query": query}, version, headers)

    def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        body = {"query": query, "variables": variables}
        found: dict[str, Any] = self._post(body, "2026-10", {}).json()
        return found

    def data(self, query: str, **variables: Any) -> Any:
        answer = self.graphql(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def control(self, path: str, **settings: Any) -> dict[str, Any]:
        response = requests.post(f"{self.url}/_sandbox/{path}", json=settings, timeout=10)
        response.raise_for_status()
        found: dict[str, Any] = response.json()
        return found

    def _post(
        self, body: dict[str, Any], version: str, headers: dict[str, str]
    ) -> requests.Response:
        url = f"{self.url}/admin/api/{version}/graphql.json"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return requests.post(url, json=body, headers=TOKEN | named, timeout=30)


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The timeline of a simulated shop of 20,000 orders until NOW."""
    path = simulated_business(tmp_path_factory)
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


@pytest.fixture(scope="session")
def small_business(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("business") / "business.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        schema = Path(business.__file__).with_name("schema.sql")
        connection.execute(schema.read_text())
        connection.execute(Path(__file__).with_name("business.sql").read_text())
    return path


@pytest.fixture(scope="session")
def server(
    small_business: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Sandbox]]:
    with serving_shop(small_business, tmp_path_factory.mktemp("home")) as served:
        yield served


@pytest.fixture
def client(server: tuple[str, Sandbox]) -> Client:
    """The server, as if it had just started."""
    url, sandbox = server
    start_anew(sandbox)
    client = Client(url, sandbox)
    client.control(
        "shopify",
        scopes=None,
        plan="standard",
        is_approved=True,
        bulk_delay_seconds=0,
        index_lag_seconds=0,
    )
    client.control("google")
    client.control("trustpilot")
    return client


def start_anew(sandbox: Sandbox) -> None:
    """Forget what happened since NOW, but for what surfaces were told."""
    sandbox.clock.set(NOW)
    sandbox.faults.clear()
    sandbox.faults.n_played.clear()
    sandbox.counters.reset()
    sandbox.shop.forget_touches()


@contextlib.contextmanager
def serving_shop(business: Path, home: Path, sql: str = "") -> Iterator[tuple[str, Sandbox]]:
    """Serve a copy of the business, changed by `sql`, under `home`; gives URL and sandbox."""
    shutil.copy(business, home / "business.duckdb")
    with duckdb.connect(str(home / "business.duckdb")) as con:
        con.execute(sql)
    sandbox = Sandbox(home, Clock(home / "clock.json", NOW.date()), "standard")
    with serving(sandbox) as url:
        yield url, sandbox
    sandbox.close()


@contextlib.contextmanager
def serving(sandbox: Sandbox) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            create_app(sandbox),
            log_level="critical",
            date_header=False,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture
def wait_for_bulk(client: Client) -> Callable[[str], dict[str, Any]]:
    """Run a bulk query and poll it to its end."""

    def run(query: str) -> dict[str, Any]:
        started = client.data(
            "mutation($q: String!) { bulkOperationRunQuery(query: $q) {"
            " bulkOperation { id status } userErrors { field message code } } }",
            q=query,
        )["bulkOperationRunQuery"]
        assert started["userErrors"] == []
        assert started["bulkOperation"]["status"] == "CREATED"
        return poll(client, started["bulkOperation"]["id"])

    return run


def poll(client: Client, gid: str) -> dict[str, Any]:
    for _ in range(400):
        operation: dict[str, Any] = client.data(
            "query($id: ID!) { bulkOperation(id: $id) { id status errorCode objectCount"
            " rootObjectCount fileSize url partialDataUrl completedAt } }",
            id=gid,
        )["bulkOperation"]
        if operation["status"] not in ("CREATED", "RUNNING", "CANCELING"):
            return operation
        time.sleep(0.02)
    raise AssertionError("the operation never ended")
