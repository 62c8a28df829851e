"""Paged reads: every page of a connection, and every page of the connections nested in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.shopify.client import Client
from ecom_ai_os.platforms.shopify.connection import ShopifyError

Record = dict[str, Any]

#: Refunds are asked for so many orders at once, the most an argument may hold; halved when that is
#: too dear or too slow.
ORDERS_PER_REFUND_PAGE = 250
NESTED_PAGE = 100


@dataclass(frozen=True)
class Page:
    """One page of records, the vendor's time, and whether more follow."""

    nodes: list[Record | None]
    now: datetime
    has_more: bool


def pages(client: Client, document: str, first: int, query: str | None = None) -> Iterator[Page]:
    """Yield every page of a document's root connection."""
    variables = {"query": query} if query else {}
    after = None
    while True:
        answer = client.execute(document, first=first, after=after, **variables)
        connection = _connection(answer.data)
        page = Page(connection["nodes"], answer.now, connection["pageInfo"]["hasNextPage"])
        yield page
        if not page.has_more:
            return
        after = connection["pageInfo"]["endCursor"]


@dataclass(frozen=True)
class Cutter:
    """Cuts nested connections out of records, read to their end.

    Those named in `cuts` (field → raw table) become records of their own with `__parentId`, as in
    a bulk operation's result; others stay in their record, whole.
    """

    client: Client
    document: str
    cuts: Mapping[str, str]

    def cut(self, record: Record, table: str) -> Iterator[tuple[str, Record]]:
        """Yield the record without its nested records, then those, each with its raw table."""
        nested = list(self._strip(record, record["id"]))
        yield table, record
        for child_table, child in nested:
            yield from self.cut(child, child_table)

    def _strip(self, value: Record, owner_id: str) -> Iterator[tuple[str, Record]]:
        for name, inner in list(value.items()):
            if isinstance(inner, dict) and "pageInfo" in inner:
                nodes = self._whole(name, owner_id, inner)
                if name in self.cuts:
                    del value[name]
                    parent = {"__parentId": owner_id}
                    yield from ((self.cuts[name], node | parent) for node in nodes)
                else:
                    value[name] = {"nodes": nodes}
            elif name in self.cuts:
                # A connection the app may not see is null.
                del value[name]
            elif isinstance(inner, dict):
                yield from self._strip(inner, owner_id)

    def _whole(self, name: str, owner_id: str, connection: Record) -> list[Record]:
        nodes = list(connection["nodes"])
        if connection["pageInfo"]["hasNextPage"]:
            rest = f"{self.document}{name[0].upper()}{name[1:]}"
            nodes += nested(self.client, rest, owner_id, connection["pageInfo"]["endCursor"])
        return [node for node in nodes if node is not None]


def nested(client: Client, document: str, owner_id: str, after: str | None) -> Iterator[Record]:
    """Yield the records of one record's nested connection from a cursor on."""
    while True:
        answer = client.execute(document, id=owner_id, first=NESTED_PAGE, after=after)
        connection = _connection(answer.data)
        yield from connection["nodes"]
        if not connection["pageInfo"]["hasNextPage"]:
            return
        after = connection["pageInfo"]["endCursor"]


def refunds(client: Client, order_ids: Sequence[str]) -> Iterator[Record]:
    """Yield the refunds of orders with all their lines, `__parentId` being the order's id."""
    cutter = Cutter(client, "Refunds", {})
    for begin in range(0, len(order_ids), ORDERS_PER_REFUND_PAGE):
        for order in _with_refunds(client, order_ids[begin : begin + ORDERS_PER_REFUND_PAGE]):
            for refund in order["refunds"]:
                for _, record in cutter.cut(refund, "refunds"):
                    yield record | {"__parentId": order["id"]}


def _with_refunds(client: Client, order_ids: Sequence[str]) -> Iterator[Record]:
    try:
        nodes = client.execute("Refunds", ids=list(order_ids)).data["nodes"]
    except (ShopifyError, HttpError) as error:
        is_too_much = error.is_transient or getattr(error, "code", None) == "MAX_COST_EXCEEDED"
        if len(order_ids) == 1 or not is_too_much:
            raise
        middle = len(order_ids) // 2
        yield from _with_refunds(client, order_ids[:middle])
        yield from _with_refunds(client, order_ids[middle:])
    else:
        yield from (node for node in nodes if node is not None)


def _connection(data: Any) -> Record:
    """Return the connection in an answer: the first object with nodes, however deep.

    Nothing at all is an empty connection: its owner was deleted meanwhile.
    """
    while isinstance(data, dict) and "nodes" not in data:
        data = next(iter(data.values()), None)
    return data or {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
