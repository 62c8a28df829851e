"""The week's page of the reviews workflow."""

from functools import cache
from pathlib import Path

import jinja2

from ecom_ai_os.science.review_week import Week


def write(week: Week, folder: Path, business: str) -> Path:
    """Write `reviews-<ISO year>-W<week>.html` into the folder, in one step, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    year, number, _ = week.week_on.isocalendar()
    path = folder / f"reviews-{year}-W{number:02}.html"
    half = path.with_suffix(".half")
    half.write_text(render(week, business), encoding="utf-8")
    half.replace(path)
    return path


def render(week: Week, business: str) -> str:
    """Return the page. What reviewers wrote is escaped, whatever they wrote."""
    return _template().render(
        business=business,
        week=week,
        label=f"{week.week_on:%G}, week {week.week_on:%V}",
        tables={
            name: getattr(week, name).to_dicts()
            for name in ("problems", "new_issues", "elsewhere", "worst", "movers")
        },
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    environment.filters["number"] = lambda value, digits=0: (
        "–" if value is None else f"{value:,.{digits}f}"
    )
    return environment.get_template("reviews.html")
