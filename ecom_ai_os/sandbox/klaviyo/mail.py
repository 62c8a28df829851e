"""Campaigns, flows and their messages."""

from ecom_ai_os.sandbox.klaviyo.filters import ANY, BOUNDS, EQUALS, TEXT, Filter
from ecom_ai_os.sandbox.klaviyo.limits import M, S
from ecom_ai_os.sandbox.klaviyo.resource import Resource, made

MOMENTS = BOUNDS | EQUALS

CAMPAIGNS = Resource(
    "campaign",
    "campaigns",
    "campaign",
    ("campaigns:read",),
    M,
    {
        "messages.channel": Filter("'email' in ({})", EQUALS),
        "id": Filter("id", frozenset({"any"})),
        "name": Filter("name", frozenset({"contains"})),
        "status": Filter("status", ANY),
        "archived": Filter("archived", EQUALS, "boolean"),
        "created_at": Filter("created_at", BOUNDS, "time"),
        "scheduled_at": Filter("scheduled_at", BOUNDS, "time"),
        "updated_at": Filter("updated_at", BOUNDS, "time"),
    },
    made("created_at", "updated_at") | {"scheduled_at": "coalesce(scheduled_at, 'infinity')"},
    100,
    100,
    (
        *("name", "status", "archived", "audiences", "send_options", "tracking_options"),
        *("send_strategy", "created_at", "scheduled_at", "updated_at", "send_time"),
    ),
    includes={"campaign-messages": "campaign_messages", "tags": ""},
    needs_filter=True,
)
#: From revision 2026-10-15 on a campaign may have messages of many channels.
OMNICHANNEL_SINCE = "2026-10-15"
OMNICHANNEL = Resource(
    "campaign",
    "campaigns",
    "omnichannel_campaign",
    ("campaigns:read",),
    M,
    {
        "id": Filter("id", frozenset({"any"})),
        "name": Filter("name", frozenset({"contains"})),
        "archived": Filter("archived", EQUALS, "boolean"),
        "builder": Filter("'wizard'", EQUALS),
        "created_at": Filter("created_at", BOUNDS, "time"),
        "updated_at": Filter("updated_at", BOUNDS, "time"),
    },
    made("created_at", "updated_at"),
    100,
    100,
    ("created_at", "updated_at", "definition"),
)
FLOWS = Resource(
    "flow",
    "flows",
    "flow",
    ("flows:read",),
    S,
    {
        "id": Filter("id", frozenset({"any"})),
        "name": Filter("name", TEXT),
        "status": Filter("status", EQUALS),
        "archived": Filter("archived", EQUALS, "boolean"),
        "created": Filter("created_at", MOMENTS, "time"),
        "updated": Filter("updated_at", MOMENTS, "time"),
        "trigger_type": Filter("trigger_type", EQUALS),
    },
    made() | {"status": "status", "trigger_type": "trigger_type"},
    50,
    50,
    ("name", "status", "archived", "created", "updated", "trigger_type"),
    ("definition",),
    {"flow-actions": "flow_actions", "tags": ""},
)
CHANGES = {
    "id": Filter("id", frozenset({"any"})),
    "created": Filter("created_at", MOMENTS, "time"),
    "updated": Filter("updated_at", MOMENTS, "time"),
}
FLOW_ACTIONS = Resource(
    "flow-action",
    "flow_actions",
    "flow_action",
    ("flows:read",),
    S,
    CHANGES | {"action_type": Filter("action_type", ANY), "status": Filter("status", EQUALS)},
    {"id": "id", "created": "created_at", "updated": "updated_at"},
    50,
    50,
    ("created", "updated", "definition"),
)
FLOW_MESSAGES = Resource(
    "flow-message",
    "flow_messages",
    "flow_message",
    ("flows:read",),
    S,
    CHANGES | {"name": Filter("name", TEXT)},
    {"id": "id", "created": "created_at", "updated": "updated_at", "name": "name"},
    50,
    50,
    ("channel", "created", "updated", "definition"),
)
CAMPAIGN_MESSAGES = Resource(
    "campaign-message",
    "campaign_messages",
    "campaign_message",
    ("campaigns:read",),
    M,
    {},
    {"id": "id"},
    None,
    100,
    ("definition", "send_times", "created_at", "updated_at"),
)
