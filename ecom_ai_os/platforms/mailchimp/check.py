"""What the doctor asks a Mailchimp account, and how to mend what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecom_ai_os.platforms import Finding
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.mailchimp.client import MAX_COUNT, Client
from ecom_ai_os.platforms.mailchimp.settings import MailchimpConnection

KEYS_PAGE = "Mailchimp → Profile → Extras → API keys"
LISTS = ("reports", "campaigns", "automations")


@dataclass(frozen=True)
class Doctor:
    """Examines one connection."""

    name: str
    settings: MailchimpConnection
    client: Client

    def findings(self) -> Iterator[Finding]:
        """Yield findings until one that makes the next pointless."""
        for look in (self._configured, self._key, self._audience):
            finding = look()
            yield finding
            if not finding.is_ok:
                return
        yield self._lists()
        if self.settings.merge_fields:
            yield self._merge_fields()
        if self.settings.journeys:
            kinds = ", ".join(sorted(self.settings.journeys))
            yield self._says(f"starts journeys for {kinds}; their ids can only be tried by sending")

    def _says(self, says: str, mend: str = "") -> Finding:
        return Finding(not mend, self.name, says, mend)

    def _configured(self) -> Finding:
        variable = f"ECOM__CONNECTIONS__{self.name.upper()}__API_KEY"
        if not self.settings.api_key.get_secret_value():
            return self._says("has no credentials", f"set {variable} to a key of {KEYS_PAGE}")
        if not self.settings.data_centre:
            return self._says(
                "its key does not say its data centre",
                f"set {variable} to the whole key, which ends like -us19",
            )
        return self._says(f"is configured for the data centre {self.settings.data_centre}")

    def _key(self) -> Finding:
        try:
            account = self.client.ask("GET", "", params={"fields": "account_name,role"}).body
        except HttpError as error:
            if error.status in (401, 403):
                return self._says(str(error), f"make a new key: {KEYS_PAGE}")
            return self._says(str(error), "check base_url, and try again later")
        return self._says(f"the key opens the account {account.get('account_name')!r}")

    def _audience(self) -> Finding:
        try:
            list_ids = self.client.list_ids()
        except HttpError as error:
            return self._says(str(error), "give the key's user a role that may read audiences")
        if not list_ids:
            return self._says("the account has no audience", "make one: Mailchimp → Audience")
        line = f"in [connections.{self.name}]"
        if self.settings.audience and self.settings.audience not in list_ids:
            known = ", ".join(list_ids)
            return self._says(
                f"audience {self.settings.audience!r} is not in the account",
                f"set audience {line} to one of: {known}",
            )
        if len(list_ids) > 1 and not self.settings.audience:
            return self._says(
                f"reads {len(list_ids)} audiences; set audience {line} to write to one"
            )
        return self._says(f"reads {len(list_ids)} audience" + "s" * (len(list_ids) != 1))

    def _lists(self) -> Finding:
        for path in LISTS:
            try:
                self.client.page(path, path, {"fields": f"{path}.id,total_items", "count": 1})
            except HttpError as error:
                return self._says(f"{path}: {error}", "give the key's user the role of a manager")
        return self._says("every list it needs can be read")

    def _merge_fields(self) -> Finding:
        audience = self.settings.audience or self.client.list_ids()[0]
        params = {"fields": "merge_fields.tag,total_items", "count": MAX_COUNT}
        page = self.client.page(f"lists/{audience}/merge-fields", "merge_fields", params)
        known = {record.get("tag") for record in page.records}
        missing = sorted(set(self.settings.merge_fields.values()) - known)
        if missing:
            return self._says(
                f"the audience has no merge field {', '.join(missing)}",
                "add it under Audience → Settings → Audience fields and *|MERGE|* tags",
            )
        return self._says("every merge field it writes is there")
