"""What the objects say, against the hand-worked shop of business.sql."""

from __future__ import annotations

from typing import Any

from graphql import execute, parse

from ecom_ai_os.sandbox.shopify.compiler import Compiler
from ecom_ai_os.sandbox.shopify.documents import SCHEMA
from ecom_ai_os.sandbox.shopify.resolvers import Ready, Request, resolve

from .conftest import Client

MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"


def order(client: Client, key: int, selection: str) -> dict[str, Any]:
    query = f'{{ order(id: "gid://shopify/Order/{key}") {{ {selection} }} }}'
    found: dict[str, Any] = client.data(query)["order"]
    return found


def amount(money_set: dict[str, Any]) -> str:
    found: str = money_set["shopMoney"]["amount"]
    return found


def test_an_order_with_discount_return_and_refund(client: Client) -> None:
    found = order(
        client,
        1001,
        "id legacyResourceId name createdAt updatedAt closedAt displayFinancialStatus"
        " displayFulfillmentStatus returnStatus discountCodes customer { id }"
        f" totalPriceSet {MONEY} subtotalPriceSet {MONEY} totalDiscountsSet {MONEY}"
        f" totalRefundedSet {MONEY} currentTotalPriceSet {MONEY} test taxesIncluded",
    )
    assert found["id"] == "gid://shopify/Order/1001"
    assert found["legacyResourceId"] == "1001"
    assert found["createdAt"] == "2025-03-01T10:00:00Z"
    assert found["updatedAt"] == "2025-03-12T08:00:00Z"
    assert found["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert found["returnStatus"] == "RETURNED"
    assert found["discountCodes"] == ["TEN"]
    assert found["customer"] == {"id": "gid://shopify/Customer/501"}
    assert amount(found["totalPriceSet"]) == "65.02"
    assert amount(found["subtotalPriceSet"]) == "60.12"
    assert amount(found["totalRefundedSet"]) == "47.0"
    assert amount(found["currentTotalPriceSet"]) == "18.02"


def test_presentment_money_is_what_the_customer_paid(client: Client) -> None:
    found = order(client, 1005, f"presentmentCurrencyCode totalPriceSet {MONEY}")
    assert found["presentmentCurrencyCode"] == "CHF"
    assert found["totalPriceSet"] == {
        "shopMoney": {"amount": "29.5", "currencyCode": "EUR"},
        "presentmentMoney": {"amount": "28.03", "currencyCode": "CHF"},
    }


def test_order_level_discounts_stand_in_allocations_not_in_the_lines_own_fields(
    client: Client,
) -> None:
    found = order(
        client,
        1001,
        "lineItems(first: 5) { nodes { name quantity currentQuantity"
        f" originalTotalSet {MONEY} discountedTotalSet {MONEY} totalDiscountSet {MONEY}"
        f" withCodes: discountedTotalSet(withCodeDiscounts: true) {MONEY}"
        f" discountedUnitPriceAfterAllDiscountsSet {MONEY}"
        f" discountAllocations {{ allocatedAmountSet {MONEY} }} taxLines {{ rate }} }} }}",
    )
    beans, kettle = found["lineItems"]["nodes"]
    assert (beans["name"], kettle["name"]) == ("Beans - 250 g", "Kettle")
    assert (beans["currentQuantity"], kettle["currentQuantity"]) == (2, 0)
    assert amount(beans["originalTotalSet"]) == amount(beans["discountedTotalSet"]) == "17.8"
    assert amount(beans["totalDiscountSet"]) == "0.0"
    assert amount(beans["withCodes"]) == "16.02"
    assert amount(beans["discountedUnitPriceAfterAllDiscountsSet"]) == "8.01"
    assert amount(beans["discountAllocations"][0]["allocatedAmountSet"]) == "1.78"
    assert beans["taxLines"] == [{"rate": 0.19}]


def test_a_return_and_its_refund(client: Client) -> None:
    found = order(
        client,
        1001,
        "returns(first: 5) { nodes { id name status closedAt returnLineItems(first: 5) { nodes {"
        " __typename returnReason processedQuantity customerNote"
        " returnReasonDefinition { id handle name }"
        " ... on ReturnLineItem { fulfillmentLineItem { lineItem { id sku } }"
        f" withCodeDiscountedTotalPriceSet {MONEY} }} }} }} }} }}"
        f" refunds(first: 5) {{ return {{ id }} totalRefundedSet {MONEY} refundLineItems(first: 5)"
        f" {{ nodes {{ quantity restockType lineItem {{ id }} subtotalSet {MONEY} }} }}"
        f" refundShippingLines(first: 5) {{ nodes {{ subtotalAmountSet {MONEY} }} }}"
        f" orderAdjustments(first: 5) {{ nodes {{ amountSet {MONEY} reason }} }} }}",
    )
    returned = found["returns"]["nodes"][0]
    assert (returned["name"], returned["status"]) == ("#1001-R1", "CLOSED")
    line = returned["returnLineItems"]["nodes"][0]
    assert line["__typename"] == "ReturnLineItem"
    assert (line["returnReason"], line["processedQuantity"]) == ("DEFECTIVE", 1)
    assert line["returnReasonDefinition"]["handle"] == "damaged-or-defective"
    assert line["fulfillmentLineItem"]["lineItem"]["sku"] == "KETTLE"
    assert amount(line["withCodeDiscountedTotalPriceSet"]) == "44.1"
    refund = found["refunds"][0]
    assert refund["return"] == {"id": returned["id"]}
    assert amount(refund["refundLineItems"]["nodes"][0]["subtotalSet"]) == "44.1"
    assert amount(refund["refundShippingLines"]["nodes"][0]["subtotalAmountSet"]) == "4.9"
    assert amount(refund["orderAdjustments"]["nodes"][0]["amountSet"]) == "2.0"


def test_a_deleted_product_leaves_null_and_an_event(client: Client) -> None:
    found = order(
        client, 1003, "lineItems(first: 1) { nodes { sku title product{id} variant{id} }}"
    )
    assert found["lineItems"]["nodes"] == [
        {"sku": "MUG", "title": "Mug", "product": None, "variant": None}
    ]
    events = client.data(
        '{ events(first: 5, query: "action:destroy AND subject_type:PRODUCT") { nodes {'
        " id action ... on BasicEvent { subjectId subjectType } } } }"
    )["events"]["nodes"]
    assert [event["subjectId"] for event in events] == ["gid://shopify/Product/3"]
    assert client.data('{ product(id: "gid://shopify/Product/3") { id } }')["product"] is None


def test_what_happens_later_is_not_known_yet(client: Client) -> None:
    selection = "displayFulfillmentStatus returnStatus updatedAt fulfillments(first: 5)"
    selection += " { displayStatus inTransitAt deliveredAt }"
    before = order(client, 1005, selection)
    assert before["fulfillments"][0]["deliveredAt"] is None
    assert before["updatedAt"] == "2026-11-23T11:00:00Z"
    client.control("clock", now="2026-11-26T09:00:00Z")
    after = order(client, 1005, selection)
    assert after["fulfillments"][0]["displayStatus"] == "DELIVERED"
    assert after["returnStatus"] == "RETURN_REQUESTED"
    assert after["updatedAt"] == "2026-11-26T08:00:00Z"


def test_a_customer_changes_with_orders_and_consent(client: Client) -> None:
    query = (
        '{ customer(id: "gid://shopify/Customer/501") { numberOfOrders updatedAt'
        " amountSpent { amount } defaultEmailAddress { marketingState marketingUpdatedAt }"
        " defaultPhoneNumber { phoneNumber } lastOrder { name } } }"
    )
    before = client.data(query)["customer"]
    assert before["numberOfOrders"] == "3"
    assert before["amountSpent"] == {"amount": "38.92"}
    assert before["defaultEmailAddress"]["marketingState"] == "SUBSCRIBED"
    assert before["defaultPhoneNumber"] is None
    assert before["lastOrder"] == {"name": "#1004"}
    client.control("clock", now="2026-11-24T08:00:00Z")
    after = client.data(query)["customer"]
    assert after["defaultEmailAddress"]["marketingState"] == "UNSUBSCRIBED"
    assert after["updatedAt"] == "2026-11-24T07:00:00Z"


def test_stock_is_the_latest_known_and_may_be_negative(client: Client) -> None:
    items = client.data(
        "{ inventoryItems(first: 5) { nodes { sku unitCost { amount } inventoryLevels(first: 5) {"
        ' nodes { id location { name } quantities(names: ["on_hand", "available"])'
        " { name quantity updatedAt } } } } } }"
    )["inventoryItems"]["nodes"]
    levels = {item["sku"]: item["inventoryLevels"]["nodes"] for item in items}
    leipzig = levels["BEANS-250"][0]
    assert leipzig["id"] == "gid://shopify/InventoryLevel/91101?inventory_item_id=911"
    assert leipzig["quantities"] == [
        {"name": "available", "quantity": 6, "updatedAt": "2026-11-22T23:00:00Z"},
        {"name": "on_hand", "quantity": 8, "updatedAt": None},
    ]
    assert levels["BEANS-1000"][0]["quantities"][0]["quantity"] == -2
    variants = client.data("{ productVariants(first: 5) { nodes { sku inventoryQuantity } } }")
    assert variants["productVariants"]["nodes"][0] == {"sku": "BEANS-250", "inventoryQuantity": 11}


def test_checkouts_and_discounts(client: Client) -> None:
    found = client.data(
        "{ abandonedCheckouts(first: 5) { nodes { id completedAt lineItemsQuantity"
        " lineItems(first: 5) { nodes { sku } } } }"
        " discountNodes(first: 5) { nodes { id discount { __typename ... on DiscountCodeBasic {"
        " status asyncUsageCount codes(first: 5) { nodes { code } } customerGets { value {"
        " ... on DiscountPercentage { percentage } ... on DiscountAmount { amount { amount } }"
        " } } } } } } }"
    )
    completed = [c["completedAt"] for c in found["abandonedCheckouts"]["nodes"]]
    assert completed == ["2026-11-22T08:00:00Z", None]
    ten, five = (node["discount"] for node in found["discountNodes"]["nodes"])
    assert ten["customerGets"]["value"] == {"percentage": 0.1}
    assert ten["asyncUsageCount"] == 1
    assert (five["status"], five["customerGets"]["value"]) == (
        "EXPIRED",
        {"amount": {"amount": "5.0"}},
    )


def test_graphql_core_finds_every_value_of_its_type(client: Client) -> None:
    """The server hands SQL results through; here graphql-core completes them field by field."""
    query = """{ orders(first: 10) { nodes {
        __typename id legacyResourceId number createdAt closed cancelReason currencyCode tags
        displayFinancialStatus displayFulfillmentStatus returnStatus taxesIncluded
        shippingAddress { city countryCodeV2 } totalPriceSet { shopMoney { amount currencyCode } }
        customer { id state numberOfOrders defaultEmailAddress { marketingState } }
        fulfillments { id status displayStatus trackingInfo { company number url } }
        refunds { id processedAt totalRefundedSet { presentmentMoney { amount } } }
        lineItems(first: 5) { nodes { id quantity isGiftCard taxLines { rate title } } } } } }"""
    with client.sandbox.shop.reading() as cursor:
        surface = client.sandbox.shopify
        request = Request(cursor, Compiler(), surface.grants, surface.bulk, "EUR", "")
        result = execute(SCHEMA, parse(query), context_value=request, field_resolver=unwrapped)
    assert result.errors is None


def unwrapped(source: Any, info: Any, **arguments: Any) -> Any:
    value = resolve(source, info, **arguments)
    return value.value if isinstance(value, Ready) else value
