"""Core's requests and the sandbox's records against the examples of the vendor's own blueprint."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
import requests

from assets_tests.platforms.cin7.conftest import Connect, read, records, surface
from assets_tests.platforms.vendor_stub import Answer, Request, vendor
from ecom_ai_os.platforms.cin7 import core
from ecom_ai_os.sandbox.app import Sandbox
from ecom_ai_os.sandbox.cin7.core import ACCOUNT_ID, APPLICATIONS, CoreSurface

pytestmark = pytest.mark.shared

#: Path → heading of its section in the blueprint.
SECTIONS = {
    "me": "## Me [/me]",
    "ref/location": "## Location [/ref/location]",
    "supplier": "## Supplier [/supplier]",
    "ref/productavailability": "## Product Availability [/ref/productavailability]",
    "product": "## Product [/product]",
    "product-suppliers": "## Product Suppliers [/product-suppliers]",
    "purchaseList": "## Purchase List [/purchaseList",
    "advanced-purchase": "## Advanced Purchase [/advanced-purchase]",
}
#: Fields every customer names for themselves.
OWN_FIELD = re.compile(r"(AdditionalAttribute|ProductCustomField|PriceTier|Tier )\d+")
#: Measures of what was ordered, repeated in every line.
MEASURES = re.compile(r"Product(Length|Width|Height|Weight)|WeightUnits|DimensionsUnits")


@pytest.fixture(scope="module")
def blueprint(shared: Path) -> str:
    packed = shared / "reference" / "specs" / "cin7_core.apib.gz"
    return gzip.decompress(packed.read_bytes()).decode()


def section(blueprint: str, path: str) -> str:
    """Return how the endpoint is read: from its heading to its first answer's end."""
    begin = blueprint.index(SECTIONS[path])
    answer = blueprint.index("+ Response 200", begin)
    end = re.compile(r"\n#{1,3} ").search(blueprint, answer)
    return blueprint[begin : end.start() if end else None]


def example(blueprint: str, path: str) -> Any:
    """Return the first answer's JSON, with the blueprint's own slips mended."""
    body = section(blueprint, path).split("+ Response 200", 1)[1]
    text = body[body.index("{") : body.rindex("}") + 1]
    text = re.sub(r"T00:00:00,", 'T00:00:00",', text)
    return json.loads(re.sub(r",(\s*[}\]])", r"\1", text))


@pytest.fixture
def asked(connect: Connect, blueprint: str, tmp_path: Path) -> tuple[list[Request], Any]:
    """What Core's client asks of a vendor that answers with the examples, and what it reads."""

    def respond(request: Request) -> Answer:
        return Answer(example(blueprint, request.path.strip("/")))

    with vendor(respond) as stub:
        found = read(connect("core", url=stub.url, requests_per_minute=10_000), tmp_path)
        return stub.requests, found


def test_the_client_asks_only_what_is_documented(
    asked: tuple[list[Request], Any], blueprint: str
) -> None:
    paths = {request.path.strip("/") for request in asked[0]}
    assert paths >= SECTIONS.keys() - {"product-suppliers"}, "the example has no suppliers"
    for request in asked[0]:
        documented = section(blueprint, request.path.strip("/"))
        for name in request.query:
            assert re.search(rf"\+ {name} \(", documented), f"{request.path}?{name}"
        assert request.headers["api-auth-accountid"] == ACCOUNT_ID


def test_the_client_reads_the_examples(asked: tuple[list[Request], Any], blueprint: str) -> None:
    _, batches = asked
    for reader in core.READERS[1:]:
        read_here = records(batches[reader.stream.name], reader.table.name)
        ids = {row["ID"] for row in example(blueprint, reader.of.path)[reader.of.wrapper]}
        assert {row["ID"] for row in read_here} == ids
    assert len(records(batches["core_purchases"], "core_purchases")) == 2


def test_the_sandbox_s_records_have_the_examples_shape(
    running: tuple[str, Sandbox], sandbox: Sandbox, blueprint: str
) -> None:
    surface(sandbox, CoreSurface).nests_options = True
    keys = {"api-auth-accountid": ACCOUNT_ID, "api-auth-applicationkey": next(iter(APPLICATIONS))}

    def ask(path: str, **params: str) -> Any:
        url = f"{running[0]}/ExternalApi/v2/{path}"
        return requests.get(url, params, headers=keys, timeout=10).json()

    products = ask("product", IncludeSuppliers="true")
    purchases = ask("purchaseList")["PurchaseList"]
    received = next(row for row in purchases if row["OrderNumber"] == "PO-000004")
    answers = {path: ask(path) for path in SECTIONS if "-" not in path} | {
        "product-suppliers": ask("product-suppliers", ProductID=products["Products"][0]["ID"]),
        "advanced-purchase": ask("advanced-purchase", ID=received["ID"]),
    }
    for path, answer in answers.items():
        assert list(differences(answer, example(blueprint, path), path)) == []


def differences(ours: Any, theirs: Any, where: str) -> list[str]:
    """Return where two answers differ in fields or kinds of value; null goes with everything."""
    if ours is None or theirs is None:
        return []
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return _fields(ours, theirs, where)
    if isinstance(ours, list) and isinstance(theirs, list):
        return differences(ours[0], theirs[0], f"{where}[]") if ours and theirs else []
    if _kind(ours) is not _kind(theirs):
        return [f"{where}: {_kind(ours).__name__}, not {_kind(theirs).__name__}"]
    return []


def _fields(ours: dict[str, Any], theirs: dict[str, Any], where: str) -> list[str]:
    both = ours.keys() & theirs.keys()
    found = [
        text for name in both for text in differences(ours[name], theirs[name], f"{where}.{name}")
    ]
    found += [f"{where}.{name} is not the vendor's" for name in ours.keys() - theirs.keys()]
    missing = {
        name
        for name in theirs.keys() - ours.keys()
        if not OWN_FIELD.fullmatch(name) and not MEASURES.fullmatch(name)
    }
    return found + [f"{where}.{name} is missing" for name in missing]


def _kind(value: Any) -> type:
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)
