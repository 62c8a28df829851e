"""Campaigns with their messages. The list must be asked channel by channel, archived ones apart."""

from __future__ import annotations

from datetime import datetime
from itertools import product

from ecom_ai_os.platforms import RawTable
from ecom_ai_os.platforms.klaviyo import filters
from ecom_ai_os.platforms.klaviyo.client import Client
from ecom_ai_os.platforms.klaviyo.listing import WEEK, Listing
from ecom_ai_os.platforms.spool import Spool

CHANNELS = ("email", "sms", "mobile_push")


class Campaigns(Listing):
    """Reads the stream `campaigns`."""

    name = "campaigns"
    tables = (
        RawTable("campaigns", updated_at="$.attributes.updated_at"),
        RawTable(
            "campaign_messages",
            updated_at="$.attributes.updated_at",
            parent_id="$.relationships.campaign.data.id",
        ),
    )
    whole_every = WEEK

    def fill(self, spool: Spool, client: Client, since: datetime | None) -> datetime:
        began_at = None
        for channel, archived in product(CHANNELS, ("false", "true")):
            wanted = [filters.equals("messages.channel", channel), f"equals(archived,{archived})"]
            wanted += [filters.since("updated_at", since)] if since else []
            asked = {"filter": filters.both(*wanted), "include": "campaign-messages"}
            for page in client.walk("campaigns", **asked):
                began_at = began_at or page.now
                spool.add("campaigns", page)
                spool.write("campaign_messages", page.included)
        assert began_at is not None
        return began_at
