"""The export road over an object store, against a bucket served on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ecom_ai_os.platforms.custom import Custom

HEADER = b"invoice,sku,day,n,price\n"
COLUMNS = {"order_id": "invoice", "sku": "sku", "ordered_at": "day", "quantity": "n"}

Objects = dict[str, tuple[bytes, str]]
"""key → content and time of change"""


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as a reader needs: list by prefix, HEAD, GET with a range."""

    protocol_version = "HTTP/1.1"
    objects: Objects

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        prefix = parse_qs(url.query).get("prefix")
        self.answer(self.listing(prefix[0]) if prefix else self.content(url.path))

    do_HEAD = do_GET  # noqa: N815

    def listing(self, prefix: str) -> bytes:
        found = "".join(
            f"<Contents><Key>{key}</Key><Size>{len(content)}</Size>"
            f"<LastModified>{at}</LastModified><ETag>x</ETag></Contents>"
            for key, (content, at) in self.objects.items()
            if key.startswith(prefix)
        )
        return (
            f"<ListBucketResult><IsTruncated>false</IsTruncated>{found}</ListBucketResult>".encode()
        )

    def content(self, path: str) -> bytes | None:
        return self.objects.get(path.removeprefix("/shop/"), (None, ""))[0]

    def answer(self, content: bytes | None) -> None:
        body, span = content or b"", self.headers.get("Range", "")
        first, last = 0, len(body) - 1
        if span:
            start, _, end = span.removeprefix("bytes=").partition("-")
            first, last = int(start), min(int(end or last), last)
        self.send_response(404 if content is None else 206 if span else 200)
        self.send_header("Content-Length", str(last - first + 1))
        self.send_header("Content-Range", f"bytes {first}-{last}/{len(body)}")
        self.send_header("Last-Modified", "Wed, 01 Jul 2026 10:00:00 GMT")
        self.send_header("Accept-Ranges", "bytes")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body[first : last + 1])

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bucket)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_new_objects_of_a_prefix_are_read_once(endpoint: str, tmp_path: Path) -> None:
    then = "2026-07-01T10:00:00.000Z"
    Bucket.objects = {
        "daily/a.csv": (HEADER + b"1,x,2026-07-01,2,9.5\n", then),
        "daily/a.txt": (b"nothing of ours", then),
    }
    lines = {"files": "*.csv", "columns": COLUMNS | {"unit_price": "price"}}
    settings = {"platform": "custom", "road": "files", "path": "s3://shop/daily", "currency": "EUR"}
    settings |= {"s3_endpoint": endpoint, "s3_use_ssl": False, "entities": {"order_lines": lines}}
    settings |= {"s3_key_id": "reader", "s3_secret": "h1dden"}
    connector = Custom("store", Custom.Settings.model_validate(settings))
    (batch,) = connector.read("order_lines", None, tmp_path)
    assert list(batch.cursor["files"]) == ["s3://shop/daily/a.csv"]
    assert b'"record_id":"1|x"' in batch.files["order_lines"][0].read_bytes()
    assert list(connector.read("order_lines", batch.cursor, tmp_path)) == []
    Bucket.objects["daily/b.csv"] = (HEADER + b"2,x,2026-07-02,2,9.5\n", then)
    (second,) = connector.read("order_lines", batch.cursor, tmp_path)
    assert b'"record_id":"2|x"' in second.files["order_lines"][0].read_bytes()
    (finding,) = connector.check()
    assert finding.says == "2 files, the newest is b.csv"
