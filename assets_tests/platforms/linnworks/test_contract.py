"""The client's calls and the sandbox's answers against the vendor's own swagger files."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests

from assets_tests.platforms.linnworks.conftest import Connect, connection, read
from assets_tests.platforms.vendor_stub import Answer, Request, vendor
from ecom_ai_os.platforms.linnworks import Linnworks
from ecom_ai_os.sandbox.app import Sandbox
from ecom_ai_os.sandbox.linnworks.routes import APPLICATION, LIMITS

pytestmark = pytest.mark.shared
NAMES = {"string": str, "integer": int, "boolean": bool, "number": (int, float), "object": dict}


class Swagger:
    """The files of one folder, one a controller."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cache  # noqa: B019 – there is one for the whole module
    def file(self, method: str) -> dict[str, Any]:
        name = method.split("/")[0].lower()
        document: dict[str, Any] = json.loads((self._folder / f"{name}.json").read_bytes())
        return document

    def operation(self, method: str) -> dict[str, Any]:
        (operation,) = self.file(method)["paths"][f"/api/{method}"].values()
        return operation

    def problems(self, value: Any, schema: dict[str, Any], method: str, where: str) -> list[str]:
        """Return where a value is not what the schema says; null goes with everything."""
        if "$ref" in schema:
            name = schema["$ref"].split("/")[-1]
            return self.problems(value, self.file(method)["definitions"][name], method, where)
        if value is None:
            return []
        if schema.get("type") == "array":
            if not isinstance(value, list):
                return [f"{where} is no list"]
            inner = schema["items"]
            return [p for item in value for p in self.problems(item, inner, method, f"{where}[]")]
        if not isinstance(value, NAMES[schema.get("type", "object")]):
            return [f"{where} is no {schema['type']}"]
        if "enum" in schema and value not in schema["enum"]:
            return [f"{where} is none of its words"]
        return self._fields(value, schema, method, where)

    def _fields(self, value: Any, schema: dict[str, Any], method: str, where: str) -> list[str]:
        if not isinstance(value, dict):
            return []
        known = self._properties(schema, method)
        found = []
        for name, inner in value.items() if known else ():
            if name not in known:
                found.append(f"{where}.{name} is not the vendor's")
            else:
                found += self.problems(inner, known[name], method, f"{where}.{name}")
        return found

    def _properties(self, schema: dict[str, Any], method: str) -> dict[str, Any]:
        known = dict(schema.get("properties", {}))
        for part in schema.get("allOf", ()):
            name = part.get("$ref", "").split("/")[-1]
            inner = self.file(method)["definitions"][name] if name else part
            known |= self._properties(inner, method)
        return known


@pytest.fixture(scope="module")
def swagger(shared: Path) -> Swagger:
    return Swagger(shared / "reference" / "specs" / "linnworks")


@pytest.mark.parametrize("method", LIMITS)
def test_the_limits_are_those_in_the_descriptions(swagger: Swagger, method: str) -> None:
    says = swagger.operation(method)["description"]
    (limit,) = re.findall(r"Rate limit:.*?<b>(\d+)</b>", says)
    assert int(limit) == LIMITS[method]


def test_the_client_calls_as_described(
    connect: Connect, running: tuple[str, Sandbox], swagger: Swagger, tmp_path: Path
) -> None:
    """Everything it sends fits the schema of the method's body, the wrappers included."""

    def relay(request: Request) -> Answer:
        answer = requests.request(
            request.method,
            running[0] + request.path,
            data=request.text,
            headers={"Authorization": request.headers.get("Authorization", "")},
            timeout=10,
        )
        body = answer.json()
        if isinstance(body, dict) and "Server" in body:
            body["Server"] = f"http://{request.headers['Host']}"
        return Answer(body, answer.status_code)

    connect()
    with vendor(relay) as stub:
        read(Linnworks("lw", connection(stub.url)), tmp_path)
    called = {request.path.removeprefix("/api/") for request in stub.requests}
    assert called == LIMITS.keys()
    for request in stub.requests:
        method = request.path.removeprefix("/api/")
        for body in swagger.operation(method).get("parameters", ()):
            assert swagger.problems(request.json, body["schema"], method, method) == []


def test_the_sandbox_answers_as_described(
    connect: Connect, running: tuple[str, Sandbox], swagger: Swagger, tmp_path: Path
) -> None:
    connect()
    post = requests.post(f"{running[0]}/api/Auth/AuthorizeByApplication", json=APPLICATION)
    token = {"Authorization": post.json()["Token"]}
    page = {"entriesPerPage": 10, "pageNumber": 1}
    state = {"searchParameter": {"Status": "PARTIAL", "EntriesPerPage": 10, "PageNumber": 1}}

    def ask(method: str, body: Any = None) -> Any:
        verb = "GET" if body is None else "POST"
        url = f"{running[0]}/api/{method}"
        answer = requests.request(verb, url, json=body, headers=token, timeout=10)
        answer.raise_for_status()
        return answer.json()

    heads = ask("PurchaseOrder/Search_PurchaseOrders", state)
    places = ask("Inventory/GetStockLocations")
    key = {"pkPurchaseId": heads["Result"][0]["pkPurchaseID"]}
    here = [page | {"fulfilmentCenter": place["StockLocationId"]} for place in places]
    answers = {
        "Auth/AuthorizeByApplication": post.json(),
        "Inventory/GetStockLocations": places,
        "Inventory/GetSuppliers": ask("Inventory/GetSuppliers"),
        "Stock/GetStockItemsFull": ask(
            "Stock/GetStockItemsFull", page | {"dataRequirements": ["StockLevels", "Supplier"]}
        ),
        "PurchaseOrder/Search_PurchaseOrders": heads,
        "PurchaseOrder/Get_PurchaseOrder": ask("PurchaseOrder/Get_PurchaseOrder", key),
        "Orders/GetOpenOrders": ask("Orders/GetOpenOrders", here[0]),
    }
    assert answers.keys() == LIMITS.keys() and answers["Orders/GetOpenOrders"]["Data"]
    for method, answer in answers.items():
        schema = swagger.operation(method)["responses"]["200"]["schema"]
        assert answer and swagger.problems(answer, schema, method, method) == []
