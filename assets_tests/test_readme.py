"""The README's generated tables; `make readme` renews them."""

from __future__ import annotations

import re
from pathlib import Path

import click

README = Path(__file__).parents[1] / "README.md"


def commands() -> str:
    """Every command of the command line with its first line of help."""
    from ecom_ai_os.cli import main

    rows = ["| command | what it does |", "|---|---|"]
    for name, command in sorted(main.commands.items()):
        assert isinstance(command, click.Command)
        rows.append(f"| `ecom-ai-os {name}` | {command.get_short_help_str(200)} |")
    return "\n".join(rows)


def assets() -> str:
    """Every asset outside staging and intermediate, by group, with its first sentence."""
    from ecom_ai_os.definitions import defs

    graph = defs.resolve_asset_graph()
    groups: dict[str, list[str]] = {}
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        groups.setdefault(str(node.group_name), []).append(
            f"| `{'.'.join(key.path)}` | {_first_sentence(node.description or '')} |"
        )
    for hidden in ("staging", "intermediate"):
        groups.pop(hidden, None)
    parts = []
    for group, rows in groups.items():
        parts.append(f"**{group}**\n\n| asset | what it holds |\n|---|---|\n" + "\n".join(rows))
    return "\n\n".join(parts)


def _first_sentence(text: str) -> str:
    first = re.split(r"(?<=[.:;])\s|\n\n", " ".join(text.split("\n\n")[0].split()))[0]
    return first.replace("|", "\\|").rstrip(":;")


def renewed(text: str) -> str:
    """Return the README with its generated blocks made anew."""
    for name, block in (("commands", commands()), ("assets", assets())):
        pattern = rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)"
        text = re.sub(pattern, lambda m, b=block: f"{m[1]}{b}\n{m[2]}", text, flags=re.DOTALL)
    return text


def test_the_generated_tables_are_up_to_date() -> None:
    assert renewed(README.read_text()) == README.read_text(), "renew with: make readme"


if __name__ == "__main__":
    README.write_text(renewed(README.read_text()))
