"""The client's requests and the sandbox's answers, held to the vendor's specification (3.0.55)."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from assets_tests.platforms.mailchimp.conftest import AUTUMN, LIST, Running, member
from assets_tests.platforms.mailchimp.test_sender import JOURNEY, MAPPED, MESSAGE
from ecom_ai_os.platforms.http import Http, Reply
from ecom_ai_os.sandbox.app import Sandbox

pytestmark = pytest.mark.shared

FILES = ("lists", "list-id", "campaigns", "automations", "reports", "journeys", "pings", "root")
#: In the vendor's later revisions (3.0.91), not in this one.
NEWER_PARAMS = {"filter_bots"}
NEWER_FIELDS = {
    "proxy_excluded_opens",
    "proxy_excluded_unique_opens",
    "proxy_excluded_open_rate",
}


Spec = dict[str, str]


@pytest.fixture(scope="module")
def spec(shared: Path) -> Spec:
    """What the files say of each path, as text: 4 MB of YAML take five seconds to read."""
    folder = shared / "reference" / "specs" / "mailchimp"
    texts = ((folder / f"mailchimp-{name}-api-openapi.yml").read_text() for name in FILES)
    parts = (part for text in texts for part in re.split(r"(?m)^  (?=/)", text)[1:])
    return {part.partition(":\n")[0]: part for part in parts}


@cache
def parsed(part: str) -> dict[str, Any]:
    (methods,) = yaml.load(re.split(r"\n(?=\S)", part)[0], yaml.CSafeLoader).values()
    found: dict[str, Any] = methods
    return found


def operation(spec: Spec, method: str, path: str) -> dict[str, Any]:
    """Return what the specification says of a request."""
    for pattern, part in spec.items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", pattern), path) and method in parsed(part):
            found: dict[str, Any] = {"parameters": []} | parsed(part)[method]
            return found
    raise AssertionError(f"{method} {path} is not in the specification")


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without leave to add fields; dates may be the empty text the vendor writes."""
    kept = {name: schema[name] for name in ("type", "enum", "additionalProperties") & schema.keys()}
    if "items" in schema:
        kept["items"] = strict(schema["items"])
    if "properties" in schema:
        kept["properties"] = {name: strict(part) for name, part in schema["properties"].items()}
        kept["properties"] |= {name: {} for name in NEWER_FIELDS}
        kept |= {"additionalProperties": False} if "additionalProperties" not in schema else {}
    return kept


@pytest.fixture(scope="module")
def touched(one_sandbox: tuple[str, Sandbox], tmp_path_factory: pytest.TempPathFactory) -> Running:
    """A sandbox in which Anna has a tag and an event, for tests that only read."""
    running = Running(*one_sandbox, tmp_path_factory.mktemp("spool"))
    running.start_anew()
    running.connect(**MAPPED).sender().send(MESSAGE)
    return running


@pytest.mark.parametrize(
    "path",
    [
        "",
        "ping",
        "lists",
        f"lists/{LIST}",
        f"lists/{LIST}/members",
        f"lists/{LIST}/merge-fields",
        f"lists/{LIST}/segments",
        f"lists/{LIST}/abuse-reports",
        f"{member('anna@example.com')}",
        f"{member('anna@example.com')}/tags",
        f"{member('anna@example.com')}/events",
        "campaigns",
        f"campaigns/{AUTUMN}",
        "automations",
        "reports",
        f"reports/{AUTUMN}",
        f"reports/{AUTUMN}/sent-to",
        f"reports/{AUTUMN}/email-activity",
        f"reports/{AUTUMN}/unsubscribed",
    ],
)
def test_what_the_sandbox_answers_is_what_the_vendor_would(
    touched: Running, spec: Spec, path: str
) -> None:
    answer = touched.ask("GET", path, params={"count": 1000})
    assert answer.status_code == 200
    schema = operation(spec, "get", f"/{path}")["responses"]["200"]["schema"]
    jsonschema.Draft4Validator(strict(schema)).validate(answer.json())


def test_refusals_are_the_vendor_s_problem_documents(touched: Running, spec: Spec) -> None:
    answer = touched.ask("GET", "lists/nope/members")
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    schema = operation(spec, "get", "/lists/x/members")["responses"]["default"]["schema"]
    jsonschema.Draft4Validator(strict(schema)).validate(answer.json())


def test_what_the_client_asks_the_vendor_knows(
    running: Running, spec: Spec, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str, dict[str, Any]]] = []
    ask = Http.ask

    def watched(http: Http, method: str, url: str, **options: Any) -> Reply:
        asked.append((method.lower(), url.partition("/3.0")[2], options))
        return ask(http, method, url, **options)

    monkeypatch.setattr(Http, "ask", watched)
    connector = running.connect(**MAPPED, **JOURNEY)
    list(connector.check())
    for stream in connector.streams:
        batches = list(connector.read(stream.name, None, running.folder))
        running.sandbox.clock.advance(0.1)
        list(connector.read(stream.name, batches[-1].cursor, running.folder))
    sender = connector.sender()
    sender.consents([MESSAGE.email])
    sender.send(MESSAGE)
    sender.sent(MESSAGE)
    assert len({path for _, path, _ in asked}) > 15
    for method, path, options in asked:
        described = operation(spec, method, path)
        known = {each["name"]: each for each in described["parameters"]}
        assert set(options.get("params") or {}) <= known.keys() | NEWER_PARAMS, path
        if "json" in options:
            schema = strict(known["body"]["schema"])
            jsonschema.Draft4Validator(schema).validate(options["json"])
