"""The session against a vendor that misbehaves in every way the wire allows."""

from __future__ import annotations

import logging
import re
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assets_tests.platforms.vendor_stub import Answer, Request, page, vendor
from ecom_ai_os.platforms import http, reach
from ecom_ai_os.platforms.http import ATTEMPTS, Http, HttpError, patient

SECRET = "shpat_very_secret"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0.001)


def client(timeout_seconds: float = 5.0) -> Http:
    return Http(headers={"X-Token": SECRET}, timeout_seconds=timeout_seconds, secrets=[SECRET])


def in_turn(*answers: Answer) -> Callable[[Request], Answer]:
    """Give the answers one after the other, then the last one for ever."""
    left = list(answers)
    return lambda request: left.pop(0) if len(left) > 1 else left[0]


def test_reply_has_body_vendor_clock_and_next_link() -> None:
    link = {"Link": '</things?page=2>; rel="next"'}
    with vendor(in_turn(Answer({"a": 1}, headers=link))) as shop:
        reply = client().get(f"{shop.url}/things")
    assert reply.body == {"a": 1}
    assert reply.now == datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert reply.next_url == f"{shop.url}/things?page=2"


@pytest.mark.parametrize(
    "fault",
    [
        page("<h1>Oops</h1>", 500),
        page("Something went wrong", 502),
        page("<html>Checking your browser</html>", 200),
        Answer(b'{"data": {"sho', headers={"Content-Type": "application/json"}),
        Answer({"data": 1}, cut_after=3),
        Answer({"errors": "slow down"}, 429, {"Retry-After": "0.0"}),
    ],
)
def test_a_passing_fault_is_outlasted(fault: Answer) -> None:
    with vendor(in_turn(fault, fault, Answer({"ok": True}))) as shop:
        assert client().get(f"{shop.url}/x").body == {"ok": True}
    assert len(shop.requests) == 3


def test_a_timeout_is_outlasted() -> None:
    with vendor(in_turn(Answer({}, delay=1.0), Answer({"ok": True}))) as shop:
        assert client(timeout_seconds=0.2).get(f"{shop.url}/x").body == {"ok": True}


@pytest.mark.parametrize("status", [200, 500, 502])
def test_a_web_page_is_named_with_address_status_and_first_words(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    text = f"<html><style>p{{}}</style><h1>Something &amp; went wrong</h1>{SECRET}</html>"
    caplog.set_level(logging.DEBUG)
    with vendor(in_turn(page(text, status))) as shop, pytest.raises(HttpError) as error:
        client().get(f"{shop.url}/admin/x", params={"signature": SECRET})
    says = str(error.value)
    assert "127.0.0.1" in says and "/admin/x" in says and f"HTTP {status}" in says
    assert "Something & went wrong" in says and "<" not in says and "p{}" not in says
    assert SECRET not in says + caplog.text
    assert len(shop.requests) == ATTEMPTS


def test_half_a_record_is_not_shown() -> None:
    half = Answer(b'{"email": "ada@exam', headers={"Content-Type": "application/json"})
    with vendor(in_turn(half)) as shop, pytest.raises(HttpError, match="19 bytes") as error:
        client().ask("GET", f"{shop.url}/x")
    assert "ada" not in str(error.value)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 423])
def test_a_refusal_is_not_repeated(status: int) -> None:
    with (
        vendor(in_turn(Answer({"errors": "Not Found"}, status))) as shop,
        pytest.raises(HttpError, match="Not Found") as error,
    ):
        client().get(f"{shop.url}/x")
    assert error.value.status == status
    assert len(shop.requests) == 1


def test_a_long_pause_is_not_sat_out() -> None:
    with (
        vendor(in_turn(Answer({}, 429, {"Retry-After": "86400"}))) as shop,
        pytest.raises(HttpError, match="HTTP 429"),
    ):
        client().get(f"{shop.url}/x")
    assert len(shop.requests) == 1


def test_a_date_in_retry_after_is_read_on_the_vendors_clock() -> None:
    headers = {"Retry-After": "Mon, 23 Nov 2026 06:00:30 GMT"}
    with vendor(in_turn(Answer({}, 503, headers))) as shop, pytest.raises(HttpError) as error:
        client().ask("GET", f"{shop.url}/x")
    assert error.value.retry_after == 30.0


def test_a_redirect_is_refused_and_named() -> None:
    moved = Answer({}, 301, {"Location": "https://renamed.example/x?token=1"})
    with vendor(in_turn(moved)) as shop, pytest.raises(HttpError, match=r"renamed\.example/x;"):
        client().get(f"{shop.url}/x")


def test_unreachable_hosts_show_no_query() -> None:
    with pytest.raises(HttpError, match=r"127\.0\.0\.1:9/x: the connection failed") as error:
        patient(1)(client().ask, "GET", "http://127.0.0.1:9/x", params={"key": SECRET})
    assert SECRET not in str(error.value)


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("http://127.0.0.1:{port}", "the connection failed: it was refused"),
        ("http://shop.invalid:{port}", "no host of this name is known"),
    ],
)
def test_a_host_that_never_answered_is_given_up_by_all_streams_at_once(
    monkeypatch: pytest.MonkeyPatch, url: str, what: str
) -> None:
    monkeypatch.setattr(reach, "GIVE_UP_SECONDS", 0.0)
    stranger, address = client(), url.format(port=free_port())
    with pytest.raises(HttpError) as first:
        stranger.get(f"{address}/orders")
    with pytest.raises(HttpError) as later:
        stranger.ask("GET", f"{address}/customers")
    assert str(first.value) == str(later.value)
    assert re.search(
        rf"^{address[7:]} has not answered once in \d s and is given up: .*{what}$",
        str(first.value),
    )


def test_a_silent_host_is_given_up_after_one_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "GIVE_UP_SECONDS", 0.1)
    with (
        vendor(lambda _: Answer({}, delay=0.4)) as shop,
        pytest.raises(HttpError, match="given up: did not answer in time"),
    ):
        client(timeout_seconds=0.2).get(shop.url)
    assert len(shop.requests) == 1


def test_a_host_that_answered_before_keeps_the_whole_patience(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reach, "GIVE_UP_SECONDS", 0.0)
    known = client()
    with vendor(in_turn(Answer({"ok": True}), Answer({"a": 1}, cut_after=3))) as shop:
        known.get(shop.url)
        with pytest.raises(HttpError, match="the connection failed or was cut") as error:
            known.get(shop.url)
    assert error.value.is_transient and len(shop.requests) == 1 + ATTEMPTS


def ranged(content: bytes, cuts: list[int | None]) -> Callable[[Request], Answer]:
    """A file server that honours Range and cuts the n-th answer after cuts[n] bytes."""

    def respond(request: Request) -> Answer:
        begin = int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        cut = cuts.pop(0) if cuts else None
        return Answer(content[begin:], 206 if begin else 200, cut_after=cut)

    return respond


def test_a_cut_download_is_resumed(tmp_path: Path) -> None:
    content = bytes(range(256)) * 20_000
    path = tmp_path / "file"
    with vendor(ranged(content, [2_000_000, 100_000, None])) as shop:
        assert client().download(f"{shop.url}/f?Signature=1", path) == len(content)
    assert path.read_bytes() == content
    assert shop.requests[0].headers.get("Range") is None
    assert len(shop.requests) == 3
    assert all("X-Token" not in request.headers for request in shop.requests)


def test_a_server_without_ranges_is_started_over(tmp_path: Path) -> None:
    whole = Answer(b"abcdef" * 1000)
    cut = Answer(b"abcdef" * 1000, cut_after=10)
    with vendor(in_turn(cut, whole)) as shop:
        client().download(f"{shop.url}/f", tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == whole.body


def test_a_short_download_is_never_taken_for_the_whole(tmp_path: Path) -> None:
    short = Answer(b"line\n" * 10)
    with vendor(in_turn(short)) as shop, pytest.raises(HttpError, match="of 100 bytes arrived"):
        client().download(f"{shop.url}/f", tmp_path / "file", n_bytes=100)


def test_a_web_page_is_no_download(tmp_path: Path) -> None:
    with (
        vendor(in_turn(page("<p>Expired</p>", 403))) as shop,
        pytest.raises(HttpError, match=r"HTTP 403\): Expired"),
    ):
        client().download(f"{shop.url}/f", tmp_path / "file")


def test_what_is_not_utf8_costs_itself_only() -> None:
    with vendor(in_turn(Answer(b'{"name": "caf\xe9"}'))) as running:
        assert client().get(running.url).body == {"name": "caf\ufffd"}
