"""Write a simulated business to a DuckDB file."""

from datetime import date
from pathlib import Path

from .ledger import new_ledger
from .records_catalogue import write_catalogue
from .records_emails import write_emails
from .records_orders import write_orders
from .records_people import write_people
from .records_returns import write_returns
from .records_reviews import write_reviews
from .records_stock import write_stock
from .records_truth import write_truth
from .simulation import simulate


def generate(path: Path, *, n_orders: int = 20_000, seed: int = 7, today: date) -> None:
    """Simulate a shop with about `n_orders` orders in the two years before `today` and write it.

    The file holds 120 days after `today` too, all tables of schema.sql, and replaces `path` in one
    step. The same arguments give the same rows.

    Raises ValueError for fewer than 500 or more than 5,000,000 orders.
    """
    if not 500 <= n_orders <= 5_000_000:
        raise ValueError(f"n_orders is {n_orders}; the business is plausible from 500 to 5,000,000")
    business = simulate(n_orders, seed, today)
    with new_ledger(Path(path)) as ledger:
        write_catalogue(ledger, business)
        write_people(ledger, business)
        write_orders(ledger, business)
        write_returns(ledger, business)
        write_stock(ledger, business)
        write_emails(ledger, business)
        write_reviews(ledger, business)
        write_truth(ledger, business)
