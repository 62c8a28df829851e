"""The sandbox as a server: its clock, its controls, its transport faults, its process."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import requests

from ecom_ai_os.sandbox.clock import Clock

from .conftest import TOKEN, Client

ORDERS = "{ orders(first: 10) { nodes { id updatedAt } } }"


def test_every_response_is_dated_by_the_simulated_clock(client: Client) -> None:
    assert client.post(ORDERS).headers["Date"] == "Mon, 23 Nov 2026 12:00:00 GMT"
    assert client.control("clock", advance_days=2)["now"].startswith("2026-11-25T12:00")
    assert client.post(ORDERS).headers["Date"].startswith("Wed, 25 Nov 2026 12:00")


def test_advancing_the_clock_reveals_what_was_decided(client: Client) -> None:
    n_orders = "{ ordersCount { count } }"
    assert client.data(n_orders)["ordersCount"]["count"] == 6
    client.control("clock", now="2026-11-24T09:00:00Z")
    assert client.data(n_orders)["ordersCount"]["count"] == 7


def test_the_clock_survives_a_restart(tmp_path: Path) -> None:
    today = date(2026, 11, 23)
    Clock(tmp_path / "clock.json", today).advance(3)
    assert Clock(tmp_path / "clock.json", today).now().date() == date(2026, 11, 26)


def test_truth_lists_the_planted_incidents(client: Client) -> None:
    found = requests.get(f"{client.url}/_sandbox/truth", timeout=10).json()
    assert found["incidents"][0]["kind"] == "stockout"
    assert found["incidents"][0]["detail"] == {"units": 2}


def test_counters_tell_requests_and_faults(client: Client) -> None:
    client.control("faults", fault="html_502")
    client.post(ORDERS)
    client.post(ORDERS)
    found = requests.get(f"{client.url}/_sandbox/counters", timeout=10).json()
    assert found["requests"] == 2
    assert found["shopify.graphql"] == 1
    assert found["faults.html_502"] == 1


@pytest.mark.parametrize(
    ("fault", "status"), [("html_500", 500), ("html_502", 502), ("html_200", 200)]
)
def test_a_page_of_html_comes_instead_of_json(client: Client, fault: str, status: int) -> None:
    response = client.post(ORDERS, X_Sandbox_Fault=fault)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")


def test_malformed_json_is_half_of_the_truth(client: Client) -> None:
    response = client.post(ORDERS, X_Sandbox_Fault="malformed_json")
    assert response.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        response.json()


def test_a_cut_connection_ends_before_its_length(client: Client) -> None:
    with pytest.raises(requests.exceptions.RequestException):
        client.post(ORDERS, X_Sandbox_Fault="cut")


def test_a_timeout_never_answers(client: Client) -> None:
    headers = TOKEN | {"X-Sandbox-Fault": "timeout"}
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.post(
            f"{client.url}/admin/api/2026-10/graphql.json",
            json={"query": ORDERS},
            headers=headers,
            timeout=0.3,
        )


def test_faults_can_be_meant_for_some_requests_only(client: Client) -> None:
    client.control("faults", fault="html_500", next=1, where="customers(")
    assert client.post(ORDERS).status_code == 200
    assert client.post("{ customers(first: 1) { nodes { id } } }").status_code == 500
    assert client.post("{ customers(first: 1) { nodes { id } } }").status_code == 200


def test_a_certain_probability_strikes_until_cleared(client: Client) -> None:
    client.control("faults", fault="html_500", probability=1.0)
    assert [client.post(ORDERS).status_code for _ in range(2)] == [500, 500]
    client.control("faults/clear")
    assert client.post(ORDERS).status_code == 200


def test_an_unknown_fault_is_refused_with_the_known_ones(client: Client) -> None:
    response = requests.post(
        f"{client.url}/_sandbox/faults", json={"fault": "gremlins"}, timeout=10
    )
    assert response.status_code == 400
    assert "html_502" in response.json()["error"]


def test_the_command_prints_its_url_serves_and_stops(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ecom_ai_os.sandbox", "--orders", "1000", "--seed", "3"]
    command += ["--today", "2026-11-23", "--port", "0", "--home", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert requests.get(f"{url}/_sandbox/counters", timeout=10).json() == {}
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == 0
