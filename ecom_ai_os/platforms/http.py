"""HTTP to outside systems: one session a connection, patient retries, errors that name the thing.

An error says the URL's host and path, the status and the first words of the answer; it never shows
a query string, a header or a secret. What a vendor's API means belongs in the platform's own file.
"""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import orjson
import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)
from urllib3.util import Retry

from ecom_ai_os.platforms.headers import (
    is_html,
    next_url,
    retry_after_seconds,
    vendor_now,
    whole_size,
)
from ecom_ai_os.platforms.reach import Reach, what_happened

log = logging.getLogger(__name__)
# urllib3 logs whole URLs, signatures and keys included; what it retries is logged here without.
logging.getLogger("urllib3").setLevel(logging.ERROR)

CONNECT_SECONDS = 10.0
#: Waits between attempts are random below 1, 2, 4, 8, 16 s: half a minute before giving up.
BACKOFF_SECONDS = 1.0
MAX_BACKOFF_SECONDS = 30.0
ATTEMPTS = 6
#: When a vendor asks for a longer pause, the run ends and says so.
MAX_RETRY_AFTER_SECONDS = 300.0
CHUNK_BYTES = 1 << 20
EMAIL = re.compile(r"[^\s\"'<>(),;:]+@[^\s\"'<>(),;:]+")


class HttpError(Exception):
    """An answer that cannot be used; `is_transient` says whether asking again may help."""

    def __init__(
        self,
        says: str,
        *,
        status: int | None = None,
        is_transient: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(says)
        self.status = status
        self.is_transient = is_transient
        self.retry_after = retry_after


@dataclass(frozen=True)
class Reply:
    """A JSON answer: its body, its headers, and the time on the vendor's clock."""

    body: Any
    headers: Mapping[str, str]
    now: datetime
    next_url: str | None


class Http:
    """One outside system: its session, credentials, timeout and patience; safe to share by threads.

    `secrets` are texts that must never be shown; a client adds those it obtains later.
    """

    def __init__(
        self,
        *,
        headers: Mapping[str, str] | None = None,
        auth: AuthBase | tuple[str, str] | None = None,
        timeout_seconds: float = 60.0,
        secrets: Iterable[str | None] = (),
    ) -> None:
        self.secrets = {secret for secret in secrets if secret}
        self._timeout = (CONNECT_SECONDS, timeout_seconds)
        self._session = _session()
        self._session.headers.update(headers or {})
        self._session.auth = auth
        self._reach = Reach()

    def get(self, url: str, **options: Any) -> Reply:
        """Ask for JSON until it comes. Raises HttpError; `options` are those of requests."""
        return patient()(self.ask, "GET", url, **options)

    def ask(self, method: str, url: str, **options: Any) -> Reply:
        """Send one request and return its JSON. Raises HttpError.

        Redirects are refused: a credential in a header would be sent to another host.
        """
        with closing(self._send(self._session, method, url, **options)) as answer:
            body = self._json(answer)
            return Reply(body, answer.headers, vendor_now(answer.headers), next_url(answer))

    def download(self, url: str, path: Path, *, n_bytes: int | None = None) -> int:
        """Stream a file that does not change into `path` and return its size in bytes.

        A cut download is resumed where it stopped. `n_bytes` is the size known beforehand; without
        it Content-Length decides. The session's credentials are not sent. Raises HttpError.
        """
        path.unlink(missing_ok=True)
        return patient()(self._download_rest, url, path, n_bytes)

    def _download_rest(self, url: str, path: Path, n_bytes: int | None) -> int:
        done = path.stat().st_size if path.exists() else 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={done}-"} if done else {})
        with (
            _session() as session,
            closing(self._send(session, "GET", url, headers=headers, stream=True)) as answer,
        ):
            if answer.status_code == 416:
                path.unlink()
            if answer.status_code not in (200, 206) or is_html(answer):
                raise self._fault(answer, "cannot be downloaded")
            expected = n_bytes if n_bytes is not None else whole_size(answer, done)
            with path.open("ab" if answer.status_code == 206 else "wb") as file:
                self._pour(answer, file)
        arrived = path.stat().st_size
        if expected is not None and arrived != expected:
            if arrived > expected:
                path.unlink()
            raise HttpError(
                f"{address(url)}: {arrived:,} of {expected:,} bytes arrived", is_transient=True
            )
        return arrived

    def _pour(self, answer: requests.Response, file: Any) -> None:
        try:
            for chunk in answer.iter_content(CHUNK_BYTES):
                file.write(chunk)
        except requests.RequestException as error:
            raise self._unreachable(answer.url, error) from None

    def _send(
        self, session: requests.Session, method: str, url: str, **options: Any
    ) -> requests.Response:
        if says := self._reach.given_up(_host(url)):
            raise HttpError(says)
        try:
            answer = session.request(
                method, url, timeout=self._timeout, allow_redirects=False, **options
            )
        except requests.RequestException as error:
            raise self._unreachable(url, error) from None
        self._reach.answered(_host(url))
        return answer

    def _unreachable(self, url: str, error: requests.RequestException) -> HttpError:
        if isinstance(error, requests.exceptions.SSLError):
            return HttpError(f"{address(url)}: the certificate could not be verified")
        if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
            return HttpError(f"{address(url)} is not a web address; begin it with https://")
        what = what_happened(error)
        if says := self._reach.failed(_host(url), what):
            return HttpError(says)
        return HttpError(f"{address(url)}: {what}", is_transient=True)

    def _json(self, answer: requests.Response) -> Any:
        if answer.is_redirect:
            target = address(urljoin(answer.url, answer.headers["Location"]))
            raise HttpError(
                f"{address(answer.url)} redirects to {target}; put that address into the settings",
                status=answer.status_code,
            )
        if not answer.ok:
            raise self._fault(answer, "refused the request")
        try:
            return self.parse(answer)
        except orjson.JSONDecodeError:
            what = "a web page where JSON was expected" if is_html(answer) else "malformed JSON"
            raise self._fault(answer, f"sent {what}", is_transient=True) from None

    def parse(self, answer: requests.Response) -> Any:
        """Return the JSON of a good answer; for platforms to override whose servers soil it.

        An answer that says nothing (202, 204) is None. Raises orjson.JSONDecodeError.
        """
        if answer.status_code in (202, 204) and not answer.content:
            return None
        return orjson.loads(in_utf8(answer.content, address(answer.url)))

    def _fault(
        self, answer: requests.Response, what: str, *, is_transient: bool = False
    ) -> HttpError:
        status = answer.status_code
        pause = retry_after_seconds(answer.headers)
        may_help = is_transient or status in (408, 416, 429) or status >= 500
        return HttpError(
            f"{address(answer.url)} {what} (HTTP {status}): {self._first_words(answer)}",
            status=status,
            is_transient=may_help and (pause or 0) <= MAX_RETRY_AFTER_SECONDS,
            retry_after=pause,
        )

    def _first_words(self, answer: requests.Response) -> str:
        try:
            text = answer.content[:4000].decode(errors="replace")
        except requests.RequestException:
            return "the answer was cut"
        if is_html(answer):
            text = re.sub(r"(?s)<(style|script).*?</\1>|<[^>]*>", " ", text)
        if answer.ok and ("json" in answer.headers.get("Content-Type", "") or '{"' in text):
            # Half a record may hold a customer's data.
            return f"{len(answer.content):,} bytes, not shown"
        return self.scrub(" ".join(html.unescape(text).split())[:160] or "nothing")

    def scrub(self, text: str) -> str:
        """Return the text without the connection's secrets and anybody's e-mail address."""
        for secret in tuple(self.secrets):
            text = text.replace(secret, "…")
        return EMAIL.sub("…@…", text)


def in_utf8(content: bytes, where: str) -> bytes:
    """Return the content with what is not UTF-8 marked by �; `where` names the address in the log.

    Half a text is better than none of a page: vendors pass on what their users pasted.
    """
    try:
        content.decode()
    except UnicodeDecodeError:
        log.warning("%s: some text is not UTF-8; its bytes are replaced", where)
        return content.decode(errors="replace").encode()
    return content


def patient(attempts: int = ATTEMPTS) -> Retrying:
    """Return the policy for transient faults: `patient()(ask, …)` backs off with jitter."""
    return Retrying(
        retry=retry_if_exception(lambda error: getattr(error, "is_transient", False)),
        wait=_wait,
        stop=stop_after_attempt(attempts),
        before_sleep=_say,
        reraise=True,
    )


def _say(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    pause = state.next_action.sleep if state.next_action else 0.0
    log.warning("%s; trying again in %.1f s", error, pause)


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    told: float | None = getattr(error, "retry_after", None)
    if told is not None:
        return told
    return wait_random_exponential(BACKOFF_SECONDS, MAX_BACKOFF_SECONDS)(state)


def address(url: str) -> str:
    """Return the part of a URL that may be shown: host and path, no query, no password."""
    return f"{_host(url)}{urlsplit(url).path}"


def _host(url: str) -> str:
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.hostname or ''}{port}"


def _session() -> requests.Session:
    """Only what never reached the vendor is retried here; the rest is a matter of policy."""
    session = requests.Session()
    retry = Retry(total=None, connect=2, read=False, redirect=0, status=0, backoff_factor=0.3)
    session.mount("https://", HTTPAdapter(pool_maxsize=20, max_retries=retry))
    session.mount("http://", HTTPAdapter(pool_maxsize=20, max_retries=retry))
    return session
