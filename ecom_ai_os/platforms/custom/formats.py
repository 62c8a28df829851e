"""How each file format becomes a relation: their columns as they stand, and `_source`, the row.

Text stays text: DuckDB guesses no types in CSV and Excel files, so that SKU 00123 keeps its zeros
and one odd cell breaks one row. A line that cannot be read has `{"line": …}` for a source.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import duckdb

from ecom_ai_os.platforms import Quarantined
from ecom_ai_os.platforms.custom.mapping import load, quoted

SUFFIXES = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".xlsx": "excel",
}

#: One line of the longest NDJSON record that is read; a reader holds a few of them in memory.
MAX_LINE_BYTES = 16 * 1024 * 1024

#: Excel counts days from here, where its leap year 1900 is allowed for.
EXCEL_DAY_ZERO = "timestamp '1899-12-30'"


def format_of(path: str) -> str:
    """Return a file's format by its name, "" when its suffix says nothing."""
    suffixes = [suffix for suffix in Path(path).suffixes if suffix not in (".gz", ".zst")]
    return SUFFIXES.get(suffixes[-1].lower(), "") if suffixes else ""


def relation(
    con: duckdb.DuckDBPyConnection,
    path: str,
    form: str,
    options: dict[str, Any],
    paths: list[list[str]],
) -> str:
    """Return SQL of the file's rows. `paths` are the columns that JSON rows shall have anyway.

    Raises duckdb.Error when the file is broken, ValueError when its format is unknown.
    """
    if not form:
        raise ValueError("its suffix names no format; set `format`, or let `files` leave it out")
    if form == "json":
        objects = f"(select json as _source from read_json_objects({_arguments(path, options)}))"
        return json_relation(con, objects, paths)
    if form == "ndjson":
        source = "coalesce(try_cast(line as json), to_json({'line': line}))"
        lines = f"(select {source} as _source from {_lines(path, options)} where trim(line) <> '')"
        return json_relation(con, lines, paths)
    if form == "whitespace":
        return _whitespace(con, path, dict(options))
    if form == "excel":
        return _excel(con, path, options)
    return f"(select to_json(_row) as _source, _row.* from {_typed(path, form, options)} as _row)"


def json_relation(con: duckdb.DuckDBPyConnection, objects: str, paths: list[list[str]]) -> str:
    """Return SQL that gives the JSON objects of `objects` (`_source`) their fields as columns."""
    row = con.execute(f"select json_group_structure(_source)::varchar from {objects}").fetchone()
    structure = _plain(json.loads(row[0])) if row and row[0] else {}
    for path in paths:
        _grow(structure, path)
    fields = quoted(json.dumps(structure))
    return f"(select _source, unnest(json_transform(_source, {fields})) from {objects})"


def _plain(structure: Any) -> Any:
    """Fields that hold several types, or nothing, are text."""
    if isinstance(structure, dict):
        return {name: _plain(kind) for name, kind in structure.items()}
    if isinstance(structure, list):
        return [_plain(kind) for kind in structure]
    return "VARCHAR" if structure in ("JSON", "NULL") else structure


def _grow(structure: dict[str, Any], path: list[str]) -> None:
    """Add a field that no row of this file has; where rows have it, they know better."""
    name, *rest = path
    known = {field.lower(): field for field in structure}
    name = known.get(name.lower(), name)
    if rest and structure.get(name, "VARCHAR") == "VARCHAR":
        structure[name] = {}
    if rest and isinstance(structure[name], dict):
        _grow(structure[name], rest)
    structure.setdefault(name, "VARCHAR")


def rejected(con: duckdb.DuckDBPyConnection, entity: str, origin: str) -> list[Quarantined]:
    """Return the CSV lines DuckDB could not read since the last call, and forget them."""
    try:
        rows = con.execute(
            "select line, min(error_message), any_value(csv_line) from reject_errors "
            "group by line order by line"
        ).fetchall()
    except duckdb.CatalogException:
        return []
    con.execute("drop table reject_errors; drop table reject_scans")
    return [
        Quarantined(entity, f"{origin}: line {line}: {reason}", text or "")
        for line, reason, text in rows
    ]


def is_whole(path: str, form: str) -> bool:
    """Return whether a local file ends as text of its format ends, i.e. is not being written.

    The other formats, and what is packed, cannot be read before their end is there.
    """
    if form not in ("csv", "json", "ndjson") or path.endswith((".gz", ".zst")):
        return True
    with Path(path).open("rb") as file:
        first = file.readline()
        file.seek(max(0, Path(path).stat().st_size - MAX_LINE_BYTES))
        tail = file.read()
    last = tail.rsplit(b"\n", 1)[-1]
    if form == "json":
        return tail.rstrip().endswith((b"]", b"}"))
    if form == "ndjson":
        return _is_json(last)
    delimiter = max((b",", b";", b"\t", b"|"), key=first.count)
    return not last or last.count(delimiter) >= first.count(delimiter)


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line or b"{}")
    except ValueError:
        return False
    return True


def _typed(path: str, form: str, options: dict[str, Any]) -> str:
    if form == "parquet":
        return f"read_parquet({_arguments(path, options)})"
    text = {"all_varchar": True, "header": True, "store_rejects": True}
    return f"read_csv({_arguments(path, text | options)})"


def _lines(path: str, options: dict[str, Any]) -> str:
    plain = {
        "columns": {"line": "VARCHAR"},
        "auto_detect": False,
        "header": False,
        "delim": "\x1f",
        "quote": "",
        "escape": "",
        "strict_mode": False,
        "max_line_size": MAX_LINE_BYTES,
        "buffer_size": 2 * MAX_LINE_BYTES,
    }
    return f"read_csv({_arguments(path, plain | options)})"


def _whitespace(con: duckdb.DuckDBPyConnection, path: str, options: dict[str, Any]) -> str:
    """Columns parted by runs of blanks; their names are in the first line or in `names`."""
    names, has_header = options.pop("names", None), options.pop("header", True)
    lines = _lines(path, options | {"skip": int(has_header)})
    if names is None:
        first = con.execute(f"select line from {_lines(path, options)} limit 1").fetchone()
        names = str(first[0]).split() if first else []
    fields = ", ".join(f"'{name}': parts[{place}]" for place, name in enumerate(names, start=1))
    return (
        "(select case when fits then to_json(fields) else to_json({'line': line}) end as _source, "
        f"unnest(case when fits then fields end) from (select line, {{{fields}}} as fields, "
        f"len(parts) = {len(names)} as fits from (select line, "
        f"string_split_regex(trim(line), '\\s+') as parts from {lines})))"
    )


def _excel(con: duckdb.DuckDBPyConnection, path: str, options: dict[str, Any]) -> str:
    """Cells as they were typed, but for the columns whose first cell is a date or a time."""
    if "://" not in path and not _is_intact_zip(path):
        raise duckdb.IOException("it is no whole Excel workbook")
    load(con, "excel")
    arguments = {"header": True} | options
    typed = f"read_xlsx({_arguments(path, arguments)})"
    columns = con.execute(f"describe select * from {typed}").fetchall()
    dates = [name for name, kind, *_ in columns if kind in ("DATE", "TIMESTAMP")]
    replaced = ", ".join(
        f'({EXCEL_DAY_ZERO} + to_seconds(round("{name}"::double * 86400)))::varchar as "{name}"'
        for name in dates
    )
    texts = f"read_xlsx({_arguments(path, arguments | {'all_varchar': True})})"
    rows = f"(select *{f' replace ({replaced})' if dates else ''} from {texts})"
    return f"(select to_json(_row) as _source, _row.* from {rows} as _row)"


def _is_intact_zip(path: str) -> bool:
    """DuckDB 1.5's reader never comes back from a cut workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except zipfile.BadZipFile:
        return False


def _arguments(path: str, options: dict[str, Any]) -> str:
    return ", ".join([quoted(path), *(f"{k} = {_literal(v)}" for k, v in options.items())])


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{quoted(k)}: {_literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_literal, value)) + "]"
    return quoted(value) if isinstance(value, str) else str(value).lower()
