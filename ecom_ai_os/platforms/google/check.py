"""What the doctor asks Google, and how to mend what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ecom_ai_os.platforms import Finding
from ecom_ai_os.platforms.google.client import Client, Location
from ecom_ai_os.platforms.google.settings import GoogleConnection
from ecom_ai_os.platforms.http import HttpError

APIS = (
    "My Business Account Management API, My Business Business Information API and Google My "
    "Business API"
)
ACCESS_FORM = "https://developers.google.com/my-business/content/prereqs"


@dataclass(frozen=True)
class Doctor:
    """Examines one connection."""

    name: str
    settings: GoogleConnection

    def findings(self) -> Iterator[Finding]:
        """Yield findings until one that makes the next pointless."""
        if not self.settings.has_credentials:
            yield self._says("has no credentials", self._credentials())
            return
        client = Client(self.settings)
        try:
            # Once and not patiently: a project that is not approved has a quota of nothing.
            client.probe()
            locations = client.locations()
        except HttpError as error:
            yield self._says(str(error), self._mend(error))
            return
        yield self._says("signs in with its refresh token")
        yield from self._locations(client, locations)

    def _says(self, says: str, mend: str = "") -> Finding:
        return Finding(not mend, self.name, says, mend)

    def _credentials(self) -> str:
        env = f"ECOM__CONNECTIONS__{self.name.upper()}__"
        return (
            f"set client_id in [connections.{self.name}], {env}CLIENT_SECRET to that of an OAuth "
            f"client and {env}REFRESH_TOKEN to one granted for the scope business.manage"
        )

    def _locations(self, client: Client, locations: list[Location]) -> Iterator[Finding]:
        readable = [location for location in locations if location.is_verified]
        if not readable:
            yield self._says(
                "manages no verified location",
                "sign in as an owner or manager of the business profile",
            )
            return
        unverified = sorted(x.name for x in locations if not x.is_verified)
        if unverified:
            yield self._says(
                f"does not read {len(unverified)} locations that are not verified: "
                + ", ".join(unverified[:5])
            )
        yield self._reviews(client, readable)

    def _reviews(self, client: Client, readable: list[Location]) -> Finding:
        try:
            next(client.reviews(readable[0].name))
        except HttpError as error:
            return self._says(f"reviews: {error}", self._mend(error))
        return self._says(f"reads the reviews of {len(readable)} locations")

    def _mend(self, problem: HttpError) -> str:
        said = str(problem)
        if "invalid_grant" in said:
            return f"sign in again; {self._credentials()}"
        if problem.status in (400, 401):
            return self._credentials()
        if problem.status == 403:
            return f"enable {APIS} in the project of the OAuth client"
        if problem.status == 429:
            return f"ask Google for access to the Business Profile APIs: {ACCESS_FORM}"
        return "try again later"
