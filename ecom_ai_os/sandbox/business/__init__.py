"""The simulated business behind the sandbox: one deterministic history and future of a shop.

Read the stages in the order of simulation.py; each module's docstring states its process with
formulas and parameters. In short:
- calendar: yearly and weekly seasons, promotions; catalogue: products, prices, popularity;
- people: Pareto/NBD purchase rates and lifetimes, Dirichlet tastes, habits of consumables;
- purchases and baskets: Poisson orders in seasonal time, renewals of habits, complements;
- delivery, returns, refunds: what happens after the order; stock: daily depletion, reordering,
  stockouts that cut sales; sales: amounts; accounts and checkouts: what the shop sees of people;
- mailings, mailing_lists, emails: campaigns and flows, who gets them, what becomes of each mail;
- voices, product_reviews, shop_reviews, opinions, reviews: who writes, of what and what they think;
  phrasebook, texts, handwriting: in which words;
- incidents: planted at known days, recorded as ground truth.
schema.sql documents every table and column. Everything is decided once; the state at a moment is
what the timestamps up to that moment say.
"""

from .generation import generate

__all__ = ["generate"]
