"""Flows with their actions, and the messages of those that send."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ecom_ai_os.platforms import RawTable
from ecom_ai_os.platforms.klaviyo import filters
from ecom_ai_os.platforms.klaviyo.client import Client, Page, Params
from ecom_ai_os.platforms.klaviyo.listing import WEEK, Listing
from ecom_ai_os.platforms.klaviyo.records import Record, attribute, related
from ecom_ai_os.platforms.spool import Spool

PAGE: Params = {"page[size]": 50}
#: Actions that send hold their messages behind a list of their own; the others have none.
SENDING = ("send-", "ab-test", "content-experiment")


class Flows(Listing):
    """Reads the stream `flows`. Its endpoints are slow: 60 requests a minute."""

    name = "flows"
    tables = (
        RawTable("flows", updated_at="$.attributes.updated"),
        RawTable("flow_actions", updated_at="$.attributes.updated", parent_id="$.flow_id"),
        RawTable("flow_messages", updated_at="$.attributes.updated", parent_id="$.flow_id"),
    )
    whole_every = WEEK

    def fill(self, spool: Spool, client: Client, since: datetime | None) -> datetime:
        changed: Params = {"filter": filters.since("updated", since)} if since else {}
        began_at = None
        for page in client.walk("flows", include="flow-actions", **PAGE | changed):
            began_at = began_at or page.now
            spool.add("flows", page)
            actions = list(_actions(page))
            spool.write("flow_actions", actions)
            for action in filter(_sends, actions):
                self._add_messages(spool, client, action)
        assert began_at is not None
        return began_at

    def _add_messages(self, spool: Spool, client: Client, action: Record) -> None:
        for page in client.walk(f"flow-actions/{action['id']}/flow-messages", **PAGE):
            messages = [message | {"flow_id": action["flow_id"]} for message in page.records]
            spool.write("flow_messages", messages)
            spool.refuse("flow_messages", page.unread)


def _actions(page: Page) -> Iterator[Record]:
    """Yield the actions that came along, each with the flow that names it."""
    flow_of = {
        action: flow.get("id") for flow in page.records for action in related(flow, "flow-actions")
    }
    for record in page.included:
        if record.get("type") == "flow-action":
            yield record | {"flow_id": flow_of.get(str(record.get("id")))}


def _sends(action: Record) -> bool:
    definition = attribute(action, "definition")
    kind = definition.get("type") if isinstance(definition, dict) else None
    return isinstance(action.get("id"), str) and str(kind).startswith(SENDING)
