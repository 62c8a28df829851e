"""What can be listed, and how: filters, orders, page sizes, fields, as the revision allows them."""

from dataclasses import dataclass, field

from ecom_ai_os.sandbox.klaviyo.filters import ANY, BEYOND, BOUNDS, EQUALS, TEXT, Filter
from ecom_ai_os.sandbox.klaviyo.limits import XL, L, M, S, Tier

AFTER = frozenset({"greater-than"})
MOMENTS = BOUNDS | EQUALS
HAS = frozenset({"has"})
SUPPRESSION = "subscriptions.email.marketing.suppression"


@dataclass(frozen=True)
class Resource:
    """A list of one type of records.

    - `name`: under klaviyo, as view `<name>` and macro `<macro>_documents`
    - `under`: the parent's id is the view's parent_id
    - `sorts`: what `sort` may say → SQL; the first is the default
    - `default_size` None: the page size cannot be chosen
    - `fields`: attributes; `additional` are given only when asked for
    - `includes`: relationship → the resource its records are of
    """

    type: str
    name: str
    macro: str
    scopes: tuple[str, ...]
    tier: Tier
    filters: dict[str, Filter]
    sorts: dict[str, str]
    default_size: int | None
    max_size: int
    fields: tuple[str, ...]
    additional: tuple[str, ...] = ()
    includes: dict[str, str] = field(default_factory=dict)
    key: str = "id"
    needs_filter: bool = False
    only_ids: bool = False


def _made(created: str = "created", updated: str = "updated") -> dict[str, str]:
    return {"id": "id", created: "created_at", updated: "updated_at", "name": "name"}


EMAIL = Filter("email in (select lower(unnest([{}])))", ANY)
PROFILE_FIELDS = (
    *("email", "phone_number", "external_id", "first_name", "last_name", "organization", "locale"),
    *("title", "image", "created", "updated", "last_event_date", "location", "properties"),
)
PROFILES = Resource(
    "profile",
    "profiles",
    "profile",
    ("profiles:read",),
    L,
    {
        "id": Filter("id", ANY),
        "email": EMAIL,
        "phone_number": Filter("phone", ANY),
        "external_id": Filter("external_id", ANY),
        "created": Filter("created_at", BEYOND, "time"),
        "updated": Filter("updated_at", BEYOND, "time"),
        f"{SUPPRESSION}.reason": Filter(
            "list_contains(list_transform(suppressions, lambda s: s.reason), {})", EQUALS
        ),
        f"{SUPPRESSION}.timestamp": Filter("suppressed_at", BOUNDS, "time"),
    },
    {
        "id": "id",
        "created": "created_at",
        "updated": "updated_at",
        "email": "coalesce(email, '')",
        f"{SUPPRESSION}.timestamp": "suppressed_at",
    },
    20,
    100,
    PROFILE_FIELDS,
    ("subscriptions", "predictive_analytics"),
)
EVENTS = Resource(
    "event",
    "events",
    "event",
    ("events:read",),
    XL,
    {
        "metric_id": Filter(
            "metric in (select metric from klaviyo.metrics where id in ({}))", EQUALS
        ),
        "profile_id": Filter(
            "(customer_id in (select customer_id from klaviyo.accounts where profile_id in ({})) "
            "or profile_id in ({}))",
            EQUALS,
        ),
        "profile": Filter("true", HAS),
        "metric": Filter("true", HAS),
        "datetime": Filter("happened_at", BOUNDS, "time"),
        "timestamp": Filter("happened_at", BOUNDS, "number"),
    },
    {"datetime": "happened_at", "timestamp": "happened_at"},
    200,
    1000,
    ("timestamp", "event_properties", "datetime", "uuid"),
    includes={"metric": "metrics", "profile": "profiles", "attributions": ""},
    key="number",
)
METRICS = Resource(
    "metric",
    "metrics",
    "metric",
    ("metrics:read",),
    M,
    {
        "integration.name": Filter("integration", EQUALS),
        "integration.category": Filter(
            "if(integration = 'Klaviyo', 'Internal', integration)", EQUALS
        ),
    },
    {"id": "id"},
    None,
    200,
    ("name", "created", "updated", "integration"),
    includes={"flow-triggers": ""},
)
LISTS = Resource(
    "list",
    "lists",
    "list",
    ("lists:read",),
    L,
    {
        "name": Filter("name", ANY),
        "id": Filter("id", ANY),
        "created": Filter("created_at", AFTER, "time"),
        "updated": Filter("updated_at", AFTER, "time"),
    },
    _made(),
    10,
    10,
    ("name", "created", "updated", "opt_in_process"),
    ("profile_count",),
    {"tags": "", "flow-triggers": ""},
)
SEGMENTS = Resource(
    "segment",
    "segments",
    "segment",
    ("segments:read",),
    L,
    LISTS.filters
    | {
        "is_active": Filter("is_active", ANY, "boolean"),
        "is_starred": Filter("is_starred", EQUALS, "boolean"),
    },
    _made(),
    10,
    10,
    ("name", "definition", "created", "updated", "is_active", "is_processing", "is_starred"),
    ("profile_count",),
    {"tags": "", "flow-triggers": ""},
)
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
    _made("created_at", "updated_at") | {"scheduled_at": "coalesce(scheduled_at, 'infinity')"},
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
    _made("created_at", "updated_at"),
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
    _made() | {"status": "status", "trigger_type": "trigger_type"},
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


def members(group: str, *, only_ids: bool = False) -> Resource:
    """The profiles in a list or a segment."""
    return Resource(
        "profile",
        f"{group}_members",
        "profile",
        (f"{group}s:read", "profiles:read"),
        L,
        {
            "email": EMAIL,
            "joined_group_at": Filter("joined_at", BOUNDS, "time"),
        }
        | ({"profile_id": Filter("id", ANY)} if group == "segment" else {}),
        {"joined_group_at": "joined_at"},
        20,
        100,
        (*PROFILE_FIELDS, "joined_group_at"),
        () if only_ids else PROFILES.additional,
        only_ids=only_ids,
    )


BY_NAME = {
    resource.name: resource
    for resource in (
        *(PROFILES, EVENTS, METRICS, LISTS, SEGMENTS),
        *(CAMPAIGNS, CAMPAIGN_MESSAGES, FLOWS, FLOW_ACTIONS, FLOW_MESSAGES),
    )
}
#: path under /api → what is listed there; `{id}` is the parent's.
LISTED = {
    **{resource.name: resource for resource in (PROFILES, EVENTS, METRICS, LISTS, SEGMENTS)},
    "campaigns": CAMPAIGNS,
    "flows": FLOWS,
    "campaigns/{id}/campaign-messages": CAMPAIGN_MESSAGES,
    "flows/{id}/flow-actions": FLOW_ACTIONS,
    "flow-actions/{id}/flow-messages": FLOW_MESSAGES,
    "lists/{id}/profiles": members("list"),
    "lists/{id}/relationships/profiles": members("list", only_ids=True),
    "segments/{id}/profiles": members("segment"),
    "segments/{id}/relationships/profiles": members("segment", only_ids=True),
}
#: path → what one record is got of, and the tier where it is not that of the list.
SINGLE: dict[str, tuple[Resource, Tier]] = {
    "profiles/{id}": (PROFILES, L),
    "events/{id}": (EVENTS, M),
    "metrics/{id}": (METRICS, M),
    "lists/{id}": (LISTS, L),
    "segments/{id}": (SEGMENTS, L),
    "campaigns/{id}": (CAMPAIGNS, M),
    "campaign-messages/{id}": (CAMPAIGN_MESSAGES, M),
    "flows/{id}": (FLOWS, S),
    "flow-actions/{id}": (FLOW_ACTIONS, S),
    "flow-messages/{id}": (FLOW_MESSAGES, S),
}


def revised(resource: Resource, revision: str) -> Resource:
    """Return what a resource is in a revision."""
    return OMNICHANNEL if resource is CAMPAIGNS and revision >= OMNICHANNEL_SINCE else resource
