"""What can be got where, as the revision allows it."""

from ecom_ai_os.sandbox.klaviyo.limits import L, M, S, Tier
from ecom_ai_os.sandbox.klaviyo.mail import (
    CAMPAIGN_MESSAGES,
    CAMPAIGNS,
    FLOW_ACTIONS,
    FLOW_MESSAGES,
    FLOWS,
    OMNICHANNEL,
    OMNICHANNEL_SINCE,
)
from ecom_ai_os.sandbox.klaviyo.people import EVENTS, LISTS, METRICS, PROFILES, SEGMENTS, members
from ecom_ai_os.sandbox.klaviyo.resource import Resource

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
