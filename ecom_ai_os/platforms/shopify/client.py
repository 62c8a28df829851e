"""One shop's GraphQL endpoint: how it is asked, and what its errors mean.

Shopify answers HTTP 200 to nearly everything; errors, throttling and ignored search filters stand
in the body (https://shopify.dev/docs/api/admin-graphql).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ecom_ai_os.platforms.http import Http, HttpError, Reply, patient
from ecom_ai_os.platforms.shopify.connection import ShopifyConnection, ShopifyError, Tokens
from ecom_ai_os.platforms.shopify.documents import paged
from ecom_ai_os.platforms.shopify.pacing import Bucket

log = logging.getLogger(__name__)

#: THROTTLED answers in a row before another program must be draining the bucket.
MAX_THROTTLED = 60
TRANSIENT_CODES = {"INTERNAL_SERVER_ERROR", "TIMEOUT"}
#: How Shopify words a personal field it withholds; the rest of the record is good.
WITHHELD = ("not approved to access", "personally identifiable information")


@dataclass(frozen=True)
class Answer:
    """The data of one operation, and the time on Shopify's clock."""

    data: dict[str, Any]
    now: datetime


class Client:
    """Runs operations of queries.graphql; safe to share by threads."""

    def __init__(self, name: str, settings: ShopifyConnection) -> None:
        self.settings = settings
        self.http = Http(timeout_seconds=settings.timeout_seconds)
        self.served_version: str | None = None
        self._label = f"shopify connection {name!r}"
        self._tokens = Tokens(name, settings, self.http)
        self._bucket = Bucket()
        self._page_sizes: dict[str, int] = {}
        self._warned: set[str] = set()

    def execute(self, operation: str, **variables: Any) -> Answer:
        """Run an operation until it succeeds; the variable `first` shrinks when that may help.

        Raises ShopifyError or HttpError, naming what is wrong.
        """
        if "first" in variables:
            largest = self._page_sizes.get(operation, variables["first"])
            variables["first"] = min(variables["first"], largest)
        for attempt in patient():
            with attempt:
                try:
                    return self._paced(operation, variables)
                except (ShopifyError, HttpError) as error:
                    self._shrink(operation, variables, error)
                    raise
        raise AssertionError("unreachable: the last attempt raises")

    def warn_once(self, text: str) -> None:
        """Log a warning the first time it is said."""
        if text not in self._warned:
            self._warned.add(text)
            log.warning("%s: %s", self._label, text)

    def _shrink(
        self, operation: str, variables: dict[str, Any], error: ShopifyError | HttpError
    ) -> None:
        """Halve the page; too dear a page stays halved for good."""
        is_too_dear = getattr(error, "code", None) == "MAX_COST_EXCEEDED"
        if variables.get("first", 1) > 1 and (is_too_dear or error.is_transient):
            variables["first"] //= 2
            error.is_transient = True
            if is_too_dear:
                self._page_sizes[operation] = variables["first"]

    def _paced(self, operation: str, variables: dict[str, Any]) -> Answer:
        body = {"query": paged(operation), "variables": variables, "operationName": operation}
        for _ in range(MAX_THROTTLED):
            self._bucket.take(operation)
            reply = self._post(body)
            answer = _checked(reply)
            cost = answer.get("extensions", {}).get("cost")
            if cost:
                self._bucket.learn(operation, cost)
            if "THROTTLED" not in _codes(answer) or not cost:
                return self._judged(operation, answer, reply)
            log.info("%s: %s waits for its cost points", self._label, operation)
        raise ShopifyError(
            f"{self._label}: {operation} was throttled {MAX_THROTTLED} times in a row; "
            "does another program use the same app?",
            "THROTTLED",
        )

    def _judged(self, operation: str, answer: dict[str, Any], reply: Reply) -> Answer:
        data = answer.get("data")
        for error in answer.get("errors") or ():
            self._judge(operation, error, data)
        if data is None:
            says = f"{self._label}: {operation} was answered with neither data nor errors"
            raise ShopifyError(says, is_transient=True)
        for search in answer.get("extensions", {}).get("search") or ():
            for warning in search.get("warnings") or ():
                raise ShopifyError(
                    f"{self._label}: Shopify ignored part of the search filter of {operation}: "
                    f"{warning.get('field')}: {warning.get('message')}",
                    warning.get("code"),
                )
        return Answer(data, reply.now)

    def _judge(self, operation: str, error: dict[str, Any], data: dict[str, Any] | None) -> None:
        code = (error.get("extensions") or {}).get("code")
        message = self.http.scrub(" ".join(str(error.get("message")).split()).rstrip("."))
        path = [str(step) for step in error.get("path") or () if not isinstance(step, int)]
        is_withheld = code == "ACCESS_DENIED" or any(words in message for words in WITHHELD)
        if is_withheld and path and data and data.get(path[0]) is not None:
            self.warn_once(f"{operation} gets no {'.'.join(path)}: {message}")
            return
        is_transient = code in TRANSIENT_CODES or code == "THROTTLED"
        raise ShopifyError(
            f"{self._label}: {operation} failed: {message}", code, is_transient=is_transient
        )

    def _post(self, body: dict[str, Any]) -> Reply:
        token = self._tokens.current()
        try:
            return self._post_as(token, body)
        except HttpError as error:
            if error.status != 401:
                raise
        return self._post_as(self._tokens.renewed(token), body)

    def _post_as(self, token: str, body: dict[str, Any]) -> Reply:
        settings = self.settings
        url = f"{settings.url}/admin/api/{settings.api_version}/graphql.json"
        reply = self.http.ask("POST", url, json=body, headers={"X-Shopify-Access-Token": token})
        self._notice_version(reply.headers)
        return reply

    def _notice_version(self, headers: Mapping[str, str]) -> None:
        served = self.served_version = headers.get("X-Shopify-API-Version", self.served_version)
        if served and served != self.settings.api_version:
            self.warn_once(
                f"Shopify serves API version {served} instead of {self.settings.api_version}"
            )


def _checked(reply: Reply) -> dict[str, Any]:
    if not isinstance(reply.body, dict):
        raise ShopifyError("Shopify answered with JSON that is no object", is_transient=True)
    return reply.body


def _codes(answer: dict[str, Any]) -> set[str | None]:
    errors = answer.get("errors") or ()
    return {(error.get("extensions") or {}).get("code") for error in errors}
