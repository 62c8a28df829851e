"""From their rows to our raw records: every mapped value is a DuckDB expression over the row.

A record is `{"record_id": …, "mapped": {our column: value}, "source": {their row, verbatim}}`.
Rows whose id or mapped values cannot be had are quarantined; the other rows land. Relations that
are mapped have their columns and `_source`, the row as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

from ecom_ai_os.platforms import Quarantined
from ecom_ai_os.platforms.custom.entities import ENTITIES, TEXT, Entity
from ecom_ai_os.platforms.custom.settings import EntitySettings, as_sql, columns_of

#: A wrong date format breaks every row; so many of them say enough.
MAX_QUARANTINED = 1000


@contextmanager
def reading(spool: Path, timezone: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a private database in the spool, where times without a zone are `timezone`'s."""
    path = spool / "reading.duckdb"
    path.unlink(missing_ok=True)
    config: dict[str, Any] = {"memory_limit": "1GB", "temp_directory": str(spool / "overflow")}
    con = duckdb.connect(str(path), config=config)
    try:
        con.execute(f"set timezone = '{timezone}'")
        yield con
    finally:
        con.close()
        path.unlink(missing_ok=True)


def load(con: duckdb.DuckDBPyConnection, extension: str) -> None:
    """Load a DuckDB extension from its wheel, without a network."""
    folder = files(f"duckdb_extension_{extension}") / "extensions" / f"v{duckdb.__version__}"
    con.load_extension(str(folder / f"{extension}.duckdb_extension"))


@dataclass(frozen=True)
class RowMapping:
    """How the rows of a relation become records of the raw table `name`."""

    name: str
    settings: EntitySettings
    currency: str

    @property
    def entity(self) -> Entity:
        return ENTITIES[self.name]

    @cached_property
    def columns(self) -> dict[str, str]:
        """Our columns → expressions; the connection's currency where rows carry none."""
        default = {"currency": "null"} if "currency" in self.entity.columns else {}
        return default | self.settings.columns

    @cached_property
    def identity(self) -> dict[str, str]:
        """Names → expressions of what tells records apart."""
        if self.settings.id:
            return {f"id {place}": text for place, text in enumerate(self.settings.id, start=1)}
        return {name: self.columns[name] for name in self.entity.id if name in self.columns}

    @property
    def paths(self) -> list[list[str]]:
        """The column paths of a row that the mapping reads."""
        return self._paths_but(set())

    def _paths_but(self, known: set[str]) -> list[list[str]]:
        settings = self.settings
        texts = [*settings.columns.values(), *settings.id, settings.where, settings.each]
        wanted = [text for text in texts if text and text.lower() not in known]
        paths = [path for text in wanted for path in columns_of(text)]
        return [path for path in paths if not (settings.each and path[0] == "each")]

    def evaluate(self, con: duckdb.DuckDBPyConnection, relation: str) -> None:
        """Fill the table `evaluated`: record_id, mapped, source, problem; one row per row.

        Raises ValueError naming the expression that does not fit the relation's columns.
        """
        rows = self._rows(relation)
        described = con.execute(f"describe select * from {rows}").fetchall()
        has = [row[0] for row in described]
        where = {"where": self.settings.where or "true"}
        texts = {n: as_sql(text, has) for n, text in (self.columns | self.identity | where).items()}
        if "currency" in texts:
            texts["currency"] = f"coalesce({texts['currency']}, {quoted(self.currency)})"
        types = _types(con, rows, texts)
        is_in = texts.pop("where")
        values = ", ".join(
            f"try({{'v': {_cast(text, types[name], self._kind(name))}}}) as {_ours(name)}"
            for name, text in texts.items()
        )
        con.execute(
            f"create or replace table evaluated as select {self._record_id()} as record_id, "
            f"{self._mapped()} as mapped, _source as source, {self._problem()} as problem "
            f"from (select _source, {values} from {rows} "
            # a row whose filter fails stays in: its values are broken too, and say so
            f"where coalesce(try({{'v': {is_in}::boolean}}), {{'v': true}}).v)"
        )

    def write(self, con: duckdb.DuckDBPyConnection, path: Path) -> int:
        """Write the good rows of `evaluated` as NDJSON; return their number."""
        place = "case when place > 1 then '#' || place else '' end"
        repeats = (
            "left join (select rowid as row_id, row_number() over "
            "(partition by record_id order by rowid) as place from evaluated where problem = '' "
            "qualify place > 1) on row_id = evaluated.rowid"
        )
        keeps = self.entity.keeps_repeats
        row = con.execute(
            f"copy (select record_id{f' || {place}' if keeps else ''} as record_id, mapped, source "
            f"from evaluated {repeats if keeps else ''} where problem = '') "
            f"to '{path}' (format json)"
        ).fetchone()
        return int(row[0]) if row else 0

    def broken(self, con: duckdb.DuckDBPyConnection, origin: str) -> list[Quarantined]:
        """Return the rows of `evaluated` that do not land; `origin` says where they stood."""
        broken = "from evaluated where problem <> ''"
        rows = con.execute(
            f"select record_id, problem, source::varchar {broken} order by rowid "
            f"limit {MAX_QUARANTINED}"
        ).fetchall()
        found = [
            Quarantined(self.name, f"{origin}: {problem}", source, record_id)
            for record_id, problem, source in rows
        ]
        (n_broken,) = con.execute(f"select count(*) {broken}").fetchall()[0]
        if more := n_broken - len(rows):
            found.append(Quarantined(self.name, f"{origin}: {more} more rows are broken", origin))
        return found

    def missing(self, con: duckdb.DuckDBPyConnection, relation: str) -> str:
        """Say which columns the mapping reads that the relation lacks, and those it has."""
        described = con.execute(f"describe select * exclude (_source) from {relation}").fetchall()
        has = [row[0] for row in described]
        known = {name.lower() for name in has}
        lacking = dict.fromkeys(
            path[0] for path in self._paths_but(known) if path[0].lower() not in known
        )
        return f"{', '.join(lacking)} (it has: {', '.join(has)})" if lacking else ""

    def _rows(self, relation: str) -> str:
        each = self.settings.each
        if not each:
            return relation
        return (
            "(select * exclude (_source), to_json(each) as _source "
            f"from (select *, unnest({each}) as each from {relation}))"
        )

    def _kind(self, name: str) -> str:
        return self.entity.columns.get(name, TEXT)

    def _record_id(self) -> str:
        parts = ", ".join(f"coalesce({_ours(name)}.v::varchar, '')" for name in self.identity)
        return f"nullif(trim(array_to_string([{parts}], '|'), '|'), '')"

    def _mapped(self) -> str:
        fields = ", ".join(f"'{name}': {_ours(name)}.v" for name in self.columns)
        return f"{{{fields}}}"

    def _problem(self) -> str:
        """A text that is empty for a good row."""
        wrong = [
            f"case when {_ours(name)} is null then {quoted(f'{name} = {text} fails')} end"
            for name, text in (self.columns | self.identity).items()
        ]
        empty = [
            f"case when {_ours(name)} is not null and {_ours(name)}.v is null "
            f"then '{name} is empty' end"
            for name in self.entity.required
        ]
        negative = [
            f"case when {_ours(name)}.v < 0 then '{name} is negative' end"
            for name in self.entity.not_negative
            if name in self.columns
        ]
        return f"concat_ws('; ', {', '.join(wrong + empty + negative)})"


def _ours(name: str) -> str:
    """Their columns may have our names."""
    return f'"our {name}"'


def _types(
    con: duckdb.DuckDBPyConnection, rows: str, expressions: dict[str, str]
) -> dict[str, str]:
    def described(texts: dict[str, str]) -> dict[str, str]:
        values = ", ".join(f"{text} as {_ours(name)}" for name, text in texts.items())
        found = con.execute(f"describe select {values} from {rows}").fetchall()
        return {row[0].removeprefix("our "): row[1] for row in found}

    try:
        return described(expressions)
    except duckdb.Error:
        for name, text in expressions.items():
            try:
                described({name: text})
            except duckdb.Error as error:
                reason = str(error).split("\n")[0]
                raise ValueError(f"{name} does not fit: {reason}") from None
        raise


def _cast(text: str, source_type: str, kind: str) -> str:
    if kind == TEXT and source_type in ("DOUBLE", "FLOAT"):
        # Spreadsheets and data frames keep ids as floats: 12583.0 is customer 12583.
        return f"regexp_replace({text}::varchar, '\\.0$', '')"
    if source_type == "VARCHAR":
        return f"nullif(trim({text}), '')::{kind}"
    return f"{text}::{kind}"


def quoted(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
