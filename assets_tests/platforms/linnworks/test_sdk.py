"""A client made of the vendor's swagger files (PyPI: linnworks-api-python), unmodified."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from assets_tests.platforms.linnworks.conftest import Connect
from ecom_ai_os.sandbox.app import Sandbox
from ecom_ai_os.sandbox.linnworks.routes import APPLICATION

sdk: Any = pytest.importorskip("linnworks_api", reason="needs the extra `sdks`")
# Its generated models shadow names of pydantic's.
pytestmark = pytest.mark.filterwarnings("ignore:Field name")
PAGE = {"entriesPerPage": 2, "pageNumber": 1}


class Account:
    """The vendor's methods by controller, in a session the client begins itself."""

    def __init__(self, url: str, **keys: str) -> None:
        self.url = url
        self.keys = APPLICATION | keys
        auth = import_module("linnworks_api.generated.auth")
        auth.ApiClient.set_default(auth.ApiClient(auth.Configuration(host=url)))

    def __getattr__(self, controller: str) -> Any:
        module = import_module(f"linnworks_api.generated.{controller}")
        client = import_module(f"linnworks_api.generated.{controller}.base_client")
        config = client.LinnworksConfig(
            self.keys["ApplicationId"], self.keys["ApplicationSecret"], self.keys["Token"]
        )
        session = client.LinnworksClient(config, module.Configuration(host=self.url))
        (api,) = (getattr(module.api, name) for name in dir(module.api) if name.endswith("Api"))
        return api(session)


@pytest.fixture
def account(connect: Connect, running: tuple[str, Sandbox]) -> Account:
    connect()
    return Account(running[0])


def test_it_reads_what_ours_reads(account: Account) -> None:
    locations = {row.location_name for row in account.inventory.get_stock_locations()}
    assert len(locations) == 2 and "Leipzig" in locations
    assert {row.supplier_name: row.currency for row in account.inventory.get_suppliers()} == {
        "Huila": "USD",
        "Presto": "EUR",
    }
    wanted = PAGE | {"dataRequirements": ["StockLevels", "Supplier"]}
    pages = [account.stock.get_stock_items_full(wanted | {"pageNumber": n}) for n in (1, 2)]
    items = {item.item_number: item for page in pages for item in page}
    assert items.keys() == {"BEANS-250", "BEANS-1000", "KETTLE"}
    (supplier,) = items["KETTLE"].suppliers
    assert (supplier.supplier, supplier.lead_time) == ("Presto", 9)
    orders = [account.orders.get_open_orders(PAGE | {"fulfilmentCenter": "nowhere"})]
    assert orders[0].total_entries == 0


def test_it_reads_purchase_orders(account: Account) -> None:
    purchases = account.purchaseorder
    search = {"Status": "PARTIAL", "EntriesPerPage": 200, "PageNumber": 1}
    (head,) = purchases.search_purchase_orders({"searchParameter": search}).result
    order = purchases.get_purchase_order({"pkPurchaseId": head.pk_purchase_id})
    assert [(line.sku, line.quantity, line.delivered) for line in order.purchase_order_item] == [
        ("BEANS-250", 30, 18),
        ("BEANS-1000", 6, 0),
    ]
    assert order.delivered_records[0].delivered_quantity == 18


def test_it_understands_refusals(account: Account, running: tuple[str, Sandbox]) -> None:
    stranger = Account(running[0], Token=APPLICATION["ApplicationId"])
    with pytest.raises(Exception, match="Application is not installed") as refused:
        stranger.inventory.get_suppliers()
    assert getattr(refused.value, "status", None) == 401
    with pytest.raises(Exception, match="no such page") as behind:
        account.stock.get_stock_items_full(PAGE | {"pageNumber": 9})
    assert getattr(behind.value, "status", None) == 400
