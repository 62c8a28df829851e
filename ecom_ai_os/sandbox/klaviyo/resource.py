"""A list of records of one type, and how it may be asked for."""

from dataclasses import dataclass, field

from ecom_ai_os.sandbox.klaviyo.filters import Filter
from ecom_ai_os.sandbox.klaviyo.limits import Tier


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


def made(created: str = "created", updated: str = "updated") -> dict[str, str]:
    return {"id": "id", created: "created_at", updated: "updated_at", "name": "name"}
