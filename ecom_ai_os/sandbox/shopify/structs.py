"""DuckDB struct literals."""


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def struct(columns: dict[str, str]) -> str:
    return "struct_pack(" + ", ".join(f"{quoted(k)} := {v}" for k, v in columns.items()) + ")"
