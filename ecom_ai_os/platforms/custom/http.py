"""The HTTP road: a shop's own API, asked for JSON page by page.

With a parameter for "changed since" only what is new is asked for, ten minutes overlapping, on the
API's own clock; without one everything is read, and records that are gone are marked deleted.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Self
from uuid import uuid4

import orjson
from pydantic import Field, model_validator

from ecom_ai_os.platforms import Batch, Finding, Quarantined
from ecom_ai_os.platforms.custom.auth import SECRETS, Auth, session
from ecom_ai_os.platforms.custom.formats import json_relation
from ecom_ai_os.platforms.custom.mapping import RowMapping, quoted, reading
from ecom_ai_os.platforms.custom.pages import Page, Pager, Pages
from ecom_ai_os.platforms.custom.settings import CustomSettings, EntitySettings
from ecom_ai_os.platforms.http import HttpError

log = logging.getLogger(__name__)

#: A batch is one transaction of the warehouse.
BATCH_RECORDS = 50_000

#: An API may show a change a little after the time it gives it.
OVERLAP = timedelta(minutes=10)


class HttpEntity(EntitySettings):
    """Which part of the API an entity is: `url` below base_url, `records` the path to its list.

    `since` is the query parameter for "changed at or after", written as `since_format`: iso, date,
    unix, or a strftime pattern.
    """

    url: str
    records: str = ""
    params: dict[str, str | int | bool] = Field(default_factory=dict)
    since: str | None = None
    since_format: str = "iso"


class HttpSettings(CustomSettings):
    """Where the API is, how it knows us, and how it pages."""

    road: Literal["http"]
    base_url: str
    auth: Auth = Auth()
    headers: dict[str, str] = Field(default_factory=dict)
    pages: Pages = Pages()
    timeout_seconds: float = Field(default=60, gt=0)
    entities: Mapping[str, HttpEntity] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_its_secret(self) -> Self:
        needed = SECRETS.get(self.auth.kind)
        if needed and getattr(self, needed) is None:
            raise ValueError(f"set ECOM__CONNECTIONS__<NAME>__{needed.upper()} for this auth")
        if self.auth.kind == "oauth2" and not (self.auth.token_url and self.auth.client_id):
            raise ValueError("auth.token_url and auth.client_id are needed for oauth2")
        return self


class Api:
    """Reads the API of one connection."""

    def __init__(self, name: str, settings: HttpSettings) -> None:
        self.name = name
        self.settings = settings
        secrets = {name: getattr(settings, name) for name in SECRETS.values()}
        self.http = session(settings.auth, settings.headers, secrets, settings.timeout_seconds)

    def read(self, entity: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
        """Yield a batch per 50,000 records, or one snapshot where there is no `since`.

        A reading that was cut off goes on where it stopped if the API pages by link or cursor.
        Raises HttpError.
        """
        its = self.settings.entities[entity]
        mark = its.fingerprint(self.settings.currency, self.settings.timezone)
        is_remapped = cursor is not None and cursor["mapping"] != mark
        state: dict[str, Any] = {"mapping": mark, "since": None, "started": None, "next": None}
        if cursor and not is_remapped:
            state = cursor
        is_snapshot = its.since is None or is_remapped
        spooled = _Spooled(entity, spool)
        for page in self._pages(its, state):
            started = state["started"] or page.now.isoformat()
            is_last = page.next is None
            state = {**state, "started": started, "next": page.next}
            if is_last:
                state = {"mapping": mark, "since": started, "started": None, "next": None}
            spooled.add(page.records)
            if is_last or (spooled.n >= BATCH_RECORDS and not is_snapshot):
                yield self._batch(spooled, state, is_snapshot=is_snapshot)
                spooled = _Spooled(entity, spool)

    def check(self) -> Iterator[Finding]:
        """Say whether the API answers and which mapped columns the first page lacks."""
        for entity, its in self.settings.entities.items():
            subject = f"{self.name}: {entity}"
            try:
                yield self._looked_at(entity, its, subject)
            except (HttpError, ValueError) as error:
                mend = f"check base_url, auth and entities.{entity}"
                yield Finding(False, subject, str(error), mend)

    def _pages(self, its: HttpEntity, state: dict[str, Any]) -> Iterator[Page]:
        can_resume = self.settings.pages.kind in ("link", "cursor")
        place = state["next"] if can_resume else None
        pager = self._pager(its, state["since"])
        try:
            yield from pager.read(place)
        except HttpError as error:
            if place is None or error.status not in (400, 404, 410, 422):
                raise
            log.warning("%s: the place to go on from is gone; reading from the start", self.name)
            yield from pager.read()

    def _pager(self, its: HttpEntity, since: str | None) -> Pager:
        params: dict[str, Any] = dict(its.params)
        if its.since and since:
            params[its.since] = _written(datetime.fromisoformat(since) - OVERLAP, its.since_format)
        url = f"{self.settings.base_url.rstrip('/')}/{its.url.lstrip('/')}"
        return Pager(self.http, self.settings.pages, url, params, its.records)

    def _batch(self, spooled: _Spooled, state: dict[str, Any], *, is_snapshot: bool) -> Batch:
        entity, target = spooled.entity, spooled.path.with_suffix(".mapped.ndjson")
        its = self.settings.entities[entity]
        mapping = RowMapping(entity, its, self.settings.currency)
        batch = Batch(state, {entity: []}, quarantined=spooled.broken)
        if spooled.n:
            with reading(spooled.path.parent, self.settings.timezone) as con:
                mapping.evaluate(con, spooled.relation(con, mapping.paths))
                batch.quarantined += mapping.broken(con, its.url)
                n = mapping.write(con, target)
            spooled.path.unlink()
            batch.files[entity].append(target)
            log.info("%s: %s: %d records", self.name, entity, n)
        if is_snapshot and spooled.n and not batch.quarantined:
            batch.snapshot = frozenset({entity})
        return batch

    def _looked_at(self, entity: str, its: HttpEntity, subject: str) -> Finding:
        page = next(self._pager(its, None).read())
        if not page.records:
            return Finding(True, subject, "the API answers; there is no record yet")
        mapping = RowMapping(entity, its, self.settings.currency)
        with TemporaryDirectory() as folder:
            spooled = _Spooled(entity, Path(folder))
            spooled.add(page.records)
            with reading(Path(folder), self.settings.timezone) as con:
                lacking = mapping.missing(con, spooled.relation(con, []))
                if lacking:
                    return Finding(False, subject, f"no record has a field {lacking}")
                mapping.evaluate(con, spooled.relation(con, mapping.paths))
                broken = mapping.broken(con, subject)
        if broken:
            return Finding(False, subject, broken[0].reason, f"correct entities.{entity}.columns")
        return Finding(True, subject, f"the API answers with {len(page.records)} records a page")


class _Spooled:
    """Records of several pages in one file of the spool."""

    def __init__(self, entity: str, spool: Path) -> None:
        self.entity = entity
        self.path = spool / f"{uuid4().hex}.ndjson"
        self.n = 0
        self.broken: list[Quarantined] = []

    def add(self, records: list[Any]) -> None:
        objects = [record for record in records if isinstance(record, dict)]
        self.n += len(objects)
        self.broken += [
            Quarantined(self.entity, "the record is no JSON object", orjson.dumps(record).decode())
            for record in records
            if not isinstance(record, dict)
        ]
        with self.path.open("ab") as file:
            file.writelines(orjson.dumps(record) + b"\n" for record in objects)

    def relation(self, con: Any, paths: list[list[str]]) -> str:
        reader = f"read_ndjson_objects({quoted(str(self.path))})"
        return json_relation(con, f"(select json as _source from {reader})", paths)


def _written(moment: datetime, form: str) -> str:
    moment = moment.astimezone(UTC)
    if form == "unix":
        return str(int(moment.timestamp()))
    return moment.strftime({"iso": "%Y-%m-%dT%H:%M:%SZ", "date": "%Y-%m-%d"}.get(form, form))
