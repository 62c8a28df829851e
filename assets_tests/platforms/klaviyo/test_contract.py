"""What the client asks and the sandbox answers is what the vendor's OpenAPI document allows."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import orjson
import pytest
import requests
from jsonschema import Draft7Validator

from assets_tests.platforms.klaviyo.conftest import REVISION, Account
from assets_tests.platforms.klaviyo.test_sender import MESSAGE, VIP

pytestmark = pytest.mark.shared

Json = dict[str, Any]


@dataclass(frozen=True)
class Exchange:
    method: str
    url: str
    headers: Any
    sent: Any
    status: int
    got: Any

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@cache
def spec(folder: Path) -> Json:
    packed = folder / "reference" / "specs" / f"klaviyo_{REVISION}.json.gz"
    document = orjson.loads(gzip.decompress(packed.read_bytes()))
    schemas = document["components"]["schemas"]
    # The last page's next is null, as every connector knows, and the document does not.
    for name in ("prev", "next"):
        schemas["CollectionLinks"]["properties"][name]["nullable"] = True
    document["components"]["schemas"] = _draft7(schemas)
    return document


def _draft7(value: Any) -> Any:
    """Return OpenAPI 3.0's schemas as JSON Schema: nullable is a type, variants may overlap."""
    if isinstance(value, list):
        return [_draft7(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {("anyOf" if k == "oneOf" else k): _draft7(v) for k, v in value.items()}
    if found.pop("nullable", False) is True:
        return {"anyOf": [found, {"type": "null"}]}
    return found


def operation(document: Json, exchange: Exchange) -> Json:
    for path, methods in document["paths"].items():
        pattern = re.sub(r"\{\w+\}", "[^/]+", path)
        if re.fullmatch(pattern, exchange.path) and exchange.method.lower() in methods:
            found: Json = methods[exchange.method.lower()]
            return found
    raise AssertionError(f"the vendor has no {exchange.method} {exchange.path}")


def problems(document: Json, schema: Json, value: Any) -> list[str]:
    root = {"components": document["components"]} | _draft7(schema)
    errors = Draft7Validator(root).iter_errors(value)
    return [f"{list(e.absolute_path)}: {e.message[:200]}" for e in errors]


def body_schema(content: Json) -> Json | None:
    return content.get("application/vnd.api+json", {}).get("schema")


@pytest.fixture
def exchanges(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Exchange]]:
    """Every request the client sent, with its answer."""
    seen: list[Exchange] = []
    send = requests.Session.send

    def noted(session: requests.Session, request: Any, **options: Any) -> requests.Response:
        answer = send(session, request, **options)
        if "/api/" in request.url:
            sent = orjson.loads(request.body) if request.body else None
            got = orjson.loads(answer.content) if answer.content else None
            seen.append(
                Exchange(
                    request.method, request.url, request.headers, sent, answer.status_code, got
                )
            )
        return answer

    monkeypatch.setattr(requests.Session, "send", noted)
    yield seen


def test_requests_and_answers_keep_the_vendors_contract(
    account: Account, exchanges: list[Exchange], shared: Path
) -> None:
    document = spec(shared)
    cursors = {s.name: account.read(s.name)[-1].cursor for s in account.klaviyo.streams}
    sender = account.klaviyo.sender()
    sender.consents(["anna@example.com"])
    for message in (MESSAGE, VIP):
        sender.sent(message)
        sender.send(message)
    list(account.klaviyo.check())
    account.sandbox.clock.advance(1)
    for stream, cursor in cursors.items():
        account.read(stream, cursor)
    assert {exchange.method for exchange in exchanges} == {"GET", "POST"}
    for exchange in exchanges:
        _check_request(document, exchange)
        _check_answer(document, exchange)


def _check_request(document: Json, exchange: Exchange) -> None:
    of = operation(document, exchange)
    known = {each["name"]: each for each in of["parameters"]}
    assert exchange.headers["revision"] == document["info"]["version"]
    asked = dict(parse_qsl(urlsplit(exchange.url).query, strict_parsing=False))
    assert asked.keys() <= known.keys(), exchange.url
    assert all(each["name"] in asked for each in of["parameters"] if _must(each)), exchange.url
    for name, text in asked.items():
        schema = known[name]["schema"]
        value: Any = text
        if schema["type"] == "array":
            value = text.split(",")
        if schema["type"] == "integer":
            value = int(text)
        assert not problems(document, schema, value), exchange.url
    _check_filters(of, asked.get("filter", ""))
    if exchange.sent is not None and exchange.status < 400:
        schema = body_schema(of["requestBody"]["content"])
        assert schema and not problems(document, schema, exchange.sent), exchange.url


def _must(parameter: Json) -> bool:
    return bool(parameter.get("required")) and parameter["in"] == "query"


def _check_filters(of: Json, text: str) -> None:
    """Each comparison is one the field allows, with a list where it takes lists only."""
    allowed = of.get("x-klaviyo-filters", {})
    for operator, field, opening in re.findall(r"([a-z-]+)\(([\w.]+),(\[?)", text):
        kinds = allowed[field]["operators"]
        takes = kinds.get("list", []) if opening else kinds.get("single", [])
        assert operator in takes, f"{operator}({field})"


def _check_answer(document: Json, exchange: Exchange) -> None:
    responses = operation(document, exchange)["responses"]
    if exchange.status >= 400:
        assert exchange.got["errors"][0].keys() >= {"id", "status", "code", "title", "detail"}
        return
    answer = responses[str(exchange.status)]
    schema = body_schema(answer.get("content", {}))
    if schema is None:
        assert exchange.got is None
    else:
        assert not problems(document, schema, exchange.got), exchange.url


def test_the_limits_are_the_documents(shared: Path) -> None:
    from ecom_ai_os.platforms.klaviyo.limits import TIERS

    paths = spec(shared)["paths"]
    for endpoint, (burst, steady) in TIERS.items():
        method, path = endpoint.split()
        found = paths["/api/" + path.replace("*", "{id}")][method.lower()]["x-klaviyo-ratelimit"]
        assert (found["burst"], found["steady"]) == (f"{burst}/s", f"{steady}/m")
