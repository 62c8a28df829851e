"""What is looked for: one finder a kind of problem, each answering for one day.

A finder returns None when its sources hold nothing for the day (it did not look), otherwise one
row by problem: severity, team, subject_type, subject_id, title, evidence (JSON text).
"""

from ecom_ai_os.defs.finders import connections, customers, inventory, returns, reviews
from ecom_ai_os.defs.finders.looking import Finder

__all__ = ["FINDERS", "Finder"]

FINDERS = (
    *connections.FINDERS,
    *inventory.FINDERS,
    *customers.FINDERS,
    *returns.FINDERS,
    *reviews.FINDERS,
)
