"""Mailchimp's HTTP endpoints, ten connections at once and no more."""

import asyncio
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar

import duckdb
import orjson
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.faults import Faults
from ecom_ai_os.sandbox.mailchimp import edits
from ecom_ai_os.sandbox.mailchimp.auth import DATA_CENTRE, refuses
from ecom_ai_os.sandbox.mailchimp.lists import LISTS, MEMBERS, List
from ecom_ai_os.sandbox.mailchimp.params import Wanted, read, select, time
from ecom_ai_os.sandbox.mailchimp.problems import (
    ProblemError,
    broken,
    invalid,
    not_found,
    too_many,
)
from ecom_ai_os.sandbox.mailchimp.writes import perform
from ecom_ai_os.sandbox.shop import Shop

DOCUMENTS = Path(__file__).parent / "documents"
SCRIPTS = tuple(
    DOCUMENTS / f"{name}.sql"
    for name in ("scalars", "members", "lists", "reports", "activity", "campaigns")
)
ROOT = "/3.0"
MAX_CONNECTIONS = 10
EDGE = "<html><head><title>429 Too Many Requests</title></head><body></body></html>"

Record = dict[str, Any]


class MailchimpSurface:
    """Everything under /3.0.

    `lag_seconds`: how far reports are behind; `delay_seconds`: how long each answer takes;
    `shows_silent`: activity asked for since a time still lists recipients who did nothing since.
    """

    scripts: ClassVar[tuple[Path, ...]] = SCRIPTS

    def __init__(self, shop: Shop, faults: Faults, counters: Counters) -> None:
        self.shop, self.faults, self.counters = shop, faults, counters
        self.lag_seconds, self.delay_seconds, self.shows_silent = 300, 0.0, True
        self._n_open = self._n_shuffled = 0
        self._writing = Lock()

    def routes(self) -> list[Route]:
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        return [
            Route(path, self.answer, methods=methods) for path in (f"{ROOT}/{{path:path}}", ROOT)
        ]

    def forget_edits(self) -> None:
        """Undo everything the API was told."""
        with self._writing, self.shop.writing() as cursor:
            for table in ("edits", "member_tags", "tags", "events", "triggers"):
                cursor.execute(f"delete from mailchimp.{table}")

    async def answer(self, request: Request) -> Response:
        """Refuse an eleventh connection, count the others while they are open."""
        self.counters.add("mailchimp.requests")
        if self._n_open >= MAX_CONNECTIONS or self.faults.strikes("throttled"):
            self.counters.add("mailchimp.refused")
            return too_many().response
        if self.faults.strikes("edge_refused"):
            return HTMLResponse(EDGE, 403)
        self._n_open += 1
        self.counters.add(f"mailchimp.at_once.{self._n_open}")
        try:
            await asyncio.sleep(self.delay_seconds)
            body = await request.body()
            return await run_sync(partial(self._answer, request, body))
        finally:
            self._n_open -= 1

    def _answer(self, request: Request, body: bytes) -> Response:
        refused = refuses(request)
        if refused or self.faults.strikes("internal_error"):
            return refused or broken().response
        path = request.path_params.get("path", "").strip("/")
        try:
            if request.method == "GET":
                return self._json(self._get(path, request), request)
            return self._change(path, request, _parsed(body))
        except ProblemError as error:
            return error.response

    def _get(self, path: str, request: Request) -> Record:
        if path == "ping":
            return {"health_status": "Everything's Chimpy!"}
        if not path:
            return _account()
        for of in LISTS:
            if (found := of.match(path)) is not None:
                return self._listed(of, found, request)
        raise not_found()

    def _listed(self, of: List, found: dict[str, str], request: Request) -> Record:
        params = request.query_params
        parent = edits.email_id(found.get("parent", ""))
        with self.shop.reading() as cursor:
            self._prepare(cursor, request, params)
            for view, key in (("lists", found.get("list")), (of.parents, parent)):
                if view and key and not _exists(cursor, view, key):
                    raise not_found()
            if "id" in found:
                records = _documents(cursor, of, parent, [edits.email_id(found["id"])])
                if not records:
                    raise not_found()
                return records[0]
            wanted = read(of, params)
            total, records = self._page(cursor, of, parent, wanted)
        self._change_while_paging(of, records)
        self.counters.add("mailchimp.records", len(records))
        echo = {of.echo: parent} if of.echo else {}
        return {of.key: records} | echo | {"total_items": total, "_links": []}

    def _page(
        self, cursor: duckdb.DuckDBPyConnection, of: List, parent: str, wanted: Wanted
    ) -> tuple[int, list[Record]]:
        conditions = [*wanted.conditions, *(["parent_id = ?"] if of.parents else [])]
        values = [*wanted.values, *([parent] if of.parents else [])]
        rows = f"from mailchimp.{of.view} where {' and '.join(conditions) or 'true'}"
        order = wanted.order
        if self.faults.strikes("reordered_while_paging"):
            self._n_shuffled += 1
            order = f"hash(id || '{self._n_shuffled}')"
        page = f"order by {order} limit {wanted.count} offset {wanted.offset}"
        (total,) = cursor.execute(f"select count(*) {rows}", values).fetchall()[0]
        found = cursor.execute(f"select id {rows} {page}", values).fetchall()
        return total, _documents(cursor, of, parent, [key for (key,) in found])

    def _prepare(
        self, cursor: duckdb.DuckDBPyConnection, request: Request, params: Mapping[str, str]
    ) -> None:
        variables = {
            "mailchimp_root": f"{str(request.base_url).rstrip('/')}{ROOT}/",
            "mailchimp_lag_seconds": self.lag_seconds,
            "mailchimp_since": time(params, "since"),
            "mailchimp_filter_bots": params.get("filter_bots") == "true",
            "mailchimp_shows_silent": self.shows_silent,
        }
        for name, value in variables.items():
            cursor.execute(f"set variable {name} = ?", [value])

    def _change_while_paging(self, of: List, records: list[Record]) -> None:
        """Somebody edits members of the page just served, which go to the end of the list."""
        if of is MEMBERS and records and self.faults.strikes("changed_while_paging"):
            names = [record["id"] for record in records if "id" in record][:3]
            with self.shop.reading() as cursor:
                sql = "select customer_id from mailchimp.members where id in (select unnest(?))"
                customers = [row[0] for row in cursor.execute(sql, [names]).fetchall()]
            self.shop.touch("members", [key for key in customers if key])

    def _change(self, path: str, request: Request, body: Record) -> Response:
        with self._writing, self.shop.writing() as cursor:
            self._prepare(cursor, request, {})
            member = perform(cursor, request.method, path, body)
            if self.faults.strikes("accepted_unsaid"):
                # Taken, and the answer lost on its way back.
                raise ConnectionResetError("cut")
            if member is None:
                return Response(status_code=204)
            return self._json(_documents(cursor, MEMBERS, "", [member])[0], request)

    def _json(self, body: Record, request: Request) -> Response:
        chosen = select(body, request.query_params)
        return Response(orjson.dumps(chosen), media_type="application/json; charset=utf-8")


def _parsed(body: bytes) -> Record:
    try:
        parsed = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        parsed = None
    if not isinstance(parsed, dict):
        raise invalid(("", "The body is no JSON object."))
    return parsed


def _exists(cursor: duckdb.DuckDBPyConnection, view: str, key: str) -> bool:
    return bool(cursor.execute(f"from mailchimp.{view} where id = ? limit 1", [key]).fetchall())


def _documents(
    cursor: duckdb.DuckDBPyConnection, of: List, parent: str, ids: list[str]
) -> list[Record]:
    if not ids:
        return []
    # A list as a parameter becomes a thousand expressions; as text it is read in one go.
    wanted = f"[{', '.join(ids)}]"
    rows = cursor.execute(
        f"from mailchimp.{of.macro}(?, ?::varchar[])", [parent, wanted]
    ).fetchall()
    documents = {key: orjson.loads(text) for key, text in rows}
    return [documents[key] for key in ids if key in documents]


def _account() -> Record:
    return {
        "account_id": "8d3a3db4d97663a9074efcc16",
        "account_name": "Sandbox Shop",
        "email": "hello@shop.example",
        "role": "owner",
        "pricing_plan_type": "monthly",
        "account_timezone": "Europe/Berlin",
        "username": f"sandbox-{DATA_CENTRE}",
        "_links": [],
    }
