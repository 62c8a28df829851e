"""Profiles, what they did, and the groups they are in."""

from ecom_ai_os.sandbox.klaviyo.filters import ANY, BEYOND, BOUNDS, EQUALS, Filter
from ecom_ai_os.sandbox.klaviyo.limits import XL, L, M
from ecom_ai_os.sandbox.klaviyo.resource import Resource, made

AFTER = frozenset({"greater-than"})
HAS = frozenset({"has"})
SUPPRESSION = "subscriptions.email.marketing.suppression"

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
            "list_contains(list_transform("
            "klaviyo.suppressions(bounced_at, complained_at, unsubscribed_at), "
            "lambda s: s.reason), {})",
            EQUALS,
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
    made(),
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
    made(),
    10,
    10,
    ("name", "definition", "created", "updated", "is_active", "is_processing", "is_starred"),
    ("profile_count",),
    {"tags": "", "flow-triggers": ""},
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
