"""Google's own client, unmodified but for the address, works against the sandbox.

It ships discovery documents for accounts and locations, and none for reviews.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from assets_tests.sandbox.conftest import Client, client, server, small_business
from ecom_ai_os.sandbox.google.auth import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN

discovery: Any = pytest.importorskip("googleapiclient.discovery", reason="needs the extra `sdks`")

__all__ = ["client", "server", "small_business"]

pytestmark = pytest.mark.filterwarnings("ignore")


def service(client: Client, name: str) -> Any:
    from google.oauth2.credentials import Credentials
    from googleapiclient.discovery_cache import get_static_doc

    document = json.loads(get_static_doc(name, "v1"))
    document |= {"rootUrl": f"{client.url}/", "baseUrl": f"{client.url}/"}
    document.pop("mtlsRootUrl", None)
    credentials = Credentials(
        None,
        refresh_token=REFRESH_TOKEN,
        token_uri=f"{client.url}/token",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
    )
    return discovery.build_from_document(document, credentials=credentials)


def test_it_lists_accounts_and_their_locations_page_by_page(client: Client) -> None:
    client.control("google")
    accounts = service(client, "mybusinessaccountmanagement").accounts().list().execute()
    assert [row["type"] for row in accounts["accounts"]] == ["PERSONAL", "LOCATION_GROUP"]
    locations = service(client, "mybusinessbusinessinformation").accounts().locations()
    request = locations.list(parent="accounts/200", readMask="name,title", pageSize=2)
    titles: list[str] = []
    while request:
        answer = request.execute()
        titles += [row["title"] for row in answer.get("locations", [])]
        request = locations.list_next(request, answer)
    assert titles == ["Leipzig", "Wien", "Pop-up"]


def test_what_the_sandbox_sends_is_what_the_documents_describe(client: Client) -> None:
    from googleapiclient.discovery_cache import get_static_doc

    client.control("google")
    answer = (
        service(client, "mybusinessbusinessinformation")
        .accounts()
        .locations()
        .list(parent="accounts/200", readMask="name,title,storeCode,metadata")
        .execute()
    )
    schemas = json.loads(get_static_doc("mybusinessbusinessinformation", "v1"))["schemas"]
    for record in answer["locations"]:
        assert record.keys() <= schemas["Location"]["properties"].keys()
        assert record["metadata"].keys() <= schemas["Metadata"]["properties"].keys()


def test_a_quota_of_nothing_is_an_error_to_it(client: Client) -> None:
    from googleapiclient.errors import HttpError

    client.control("google", per_minute=0)
    with pytest.raises(HttpError, match="Quota exceeded"):
        service(client, "mybusinessaccountmanagement").accounts().list().execute()
