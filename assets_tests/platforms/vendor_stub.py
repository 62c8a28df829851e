"""A vendor on loopback that answers with exactly what a test says."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class Answer:
    """`cut_after`: send so many bytes of the body, then cut the connection."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    delay: float = 0.0

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()

    @property
    def content_type(self) -> str:
        return "text/plain" if isinstance(self.body, bytes) else "application/json; charset=utf-8"


def page(text: str, status: int) -> Answer:
    """An HTML page where JSON was expected."""
    return Answer(text.encode(), status, {"Content-Type": "text/html"})


@dataclass
class Vendor:
    """A running stub: its base URL and the requests it got."""

    url: str
    requests: list[Request] = field(default_factory=list)


@contextmanager
def vendor(respond: Callable[[Request], Answer]) -> Iterator[Vendor]:
    """Serve `respond` on a free port of loopback."""
    running = Vendor("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            request = Request(
                self.command, parts.path, parse_qs(parts.query), dict(self.headers), body
            )
            running.requests.append(request)
            with suppress(BrokenPipeError):
                self.give(respond(request))

        do_POST = do_GET  # noqa: N815

        def give(self, answer: Answer) -> None:
            time.sleep(answer.delay)
            content = answer.content
            self.send_response(answer.status)
            headers = {"Content-Type": answer.content_type, "Content-Length": str(len(content))}
            for name, value in (headers | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content[: answer.cut_after])
            self.close_connection = answer.cut_after is not None

        def date_time_string(self, timestamp: float | None = None) -> str:
            return "Mon, 23 Nov 2026 06:00:00 GMT"

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
