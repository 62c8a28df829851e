"""`python -m ecom_ai_os.sandbox`: generate the business when it is missing, then serve it."""

import json
import signal
import socket
import sys
from datetime import date, datetime
from pathlib import Path

import click
import uvicorn

from ecom_ai_os.sandbox.app import Sandbox, create_app
from ecom_ai_os.sandbox.clock import Clock
from ecom_ai_os.sandbox.shopify.auth import RESTORE_RATES

HOST = "127.0.0.1"
BACKLOG = 128


@click.command(context_settings={"show_default": True})
@click.option("--orders", default=20_000, help="Orders until today, 1,000 to 1,000,000.")
@click.option("--seed", default=7, help="The same seed makes the same business.")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="Day of origin [first start].")
@click.option("--port", default=8765, help="0 takes a free one.")
@click.option("--home", type=click.Path(path_type=Path), required=True, help="Kept between runs.")
@click.option("--plan", type=click.Choice(list(RESTORE_RATES)), default="standard")
@click.option(
    "--woocommerce-share",
    type=click.IntRange(0, 100),
    default=0,
    help="Percentage of orders WooCommerce has and Shopify has not; 0: both have all.",
)
def main(
    orders: int,
    seed: int,
    today: datetime | None,
    port: int,
    home: Path,
    plan: str,
    woocommerce_share: int,
) -> None:
    """Serve a simulated business on loopback; its URL is the first line printed."""
    origin = today.date() if today else _origin(home)
    clock = prepare(home, orders=orders, seed=seed, today=origin)
    sandbox = Sandbox(home, clock, plan, woocommerce_share)
    with socket.create_server((HOST, port), backlog=BACKLOG) as listener:
        click.echo(f"http://{HOST}:{listener.getsockname()[1]}")
        config = uvicorn.Config(
            create_app(sandbox),
            log_level="warning",
            date_header=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
        )
        # uvicorn shuts down in order, then raises the signal again.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            uvicorn.Server(config).run([listener])
        finally:
            sandbox.close()


def prepare(home: Path, *, orders: int, seed: int, today: date) -> Clock:
    """The business of these settings under `home`, made anew when they differ, and its clock."""
    from ecom_ai_os.sandbox.business import generate

    home.mkdir(parents=True, exist_ok=True)
    settings = {"orders": orders, "seed": seed, "today": today.isoformat()}
    made_with, business = home / "settings.json", home / "business.duckdb"
    if not made_with.exists() or json.loads(made_with.read_text()) != settings:
        for stale in (made_with, business, home / "clock.json"):
            stale.unlink(missing_ok=True)
        generate(business, n_orders=orders, seed=seed, today=today)
        made_with.write_text(json.dumps(settings))
    return Clock(home / "clock.json", today)


def _origin(home: Path) -> date:
    """The day of origin of the business under `home`, today when there is none."""
    made_with = home / "settings.json"
    if not made_with.exists():
        return date.today()
    return date.fromisoformat(json.loads(made_with.read_text())["today"])


if __name__ == "__main__":
    main()
