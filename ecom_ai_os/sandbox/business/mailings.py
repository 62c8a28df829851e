"""What the shop's marketer writes: campaigns about twice a month, and the messages of four flows.

Every promotion is announced on its first morning. Between them a campaign goes out every 17 days,
on the Tuesday after, every other one featuring a category in turn; none within four days of a
promotion's. A campaign is written and scheduled ten days ahead; flows stand from the beginning.
"""

import tomllib
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources

from .assortment import CATEGORIES
from .calendar import DAY, N_DAYS, NEVER, Calendar

FLOWS = ("welcome", "abandoned_checkout", "shipping_confirmation", "win_back")
_EVERY_DAYS, _APART_DAYS, _AHEAD_DAYS = 17, 4, 10
_HOUR = 8 * 3600 + 1800


@dataclass(frozen=True)
class Mailing:
    """`flow` is None for a campaign; `sent_at` is NEVER for a flow; `category` −1 is none."""

    flow: str | None
    name: str
    subject: str
    category: int
    created_at: int
    sent_at: int


def plan_mailings(calendar: Calendar) -> tuple[Mailing, ...]:
    """Campaigns in the order of sending, then the flows' messages."""
    file = resources.files(__package__).joinpath("phrases/mailings.toml")
    words = tomllib.loads(file.read_text("utf-8"))
    announced = _announcements(calendar)
    regular = _regular(calendar, words, [day for day, *_ in announced])
    campaigns = [
        Mailing(
            flow=None,
            name=f"{calendar.start + timedelta(days=day):%Y-%m} {name}",
            subject=subject,
            category=category,
            created_at=int(calendar.at(day - _AHEAD_DAYS)) + 14 * 3600,
            sent_at=int(calendar.at(day)) + _HOUR,
        )
        for day, name, subject, category in sorted(announced + regular)
    ]
    opened_at = calendar.epoch - 20 * DAY
    messages = [
        Mailing(flow, name, subject, -1, opened_at, NEVER)
        for flow in FLOWS
        for name, subject in words["flows"][flow]
    ]
    return (*campaigns, *messages)


_Campaign = tuple[int, str, str, int]  # day, name, subject, category
_Words = dict[str, dict[str, list[list[str]]]]


def _announcements(calendar: Calendar) -> list[_Campaign]:
    """One campaign for each promotion that begins within the calendar."""
    found = []
    for p in calendar.promotions:
        name = p.title.rsplit(" ", 1)[0]  # without its year
        subject = f"{name}: {p.percent} % off with {p.code}"
        found.append((p.first_day, name, subject, -1 if p.category is None else p.category))
    return [campaign for campaign in found if 0 <= campaign[0] < N_DAYS]


def _regular(calendar: Calendar, words: _Words, taken: list[int]) -> list[_Campaign]:
    """Campaigns on Tuesdays that no promotion claims."""
    days = (
        day + (1 - (calendar.start + timedelta(days=day)).weekday()) % 7
        for day in range(3, N_DAYS - 7, _EVERY_DAYS)
    )
    free = [day for day in days if all(abs(day - other) > _APART_DAYS for other in taken)]
    return [(day, *_theme(turn, words)) for turn, day in enumerate(free)]


def _theme(turn: int, words: _Words) -> tuple[str, str, int]:
    """News and categories by turns, each list in a circle."""
    pair, is_of_category = divmod(turn, 2)
    circle, category = divmod(pair, len(CATEGORIES))
    if is_of_category:
        choice = words["categories"][CATEGORIES[category].name]
        name, subject = choice[circle % len(choice)]
        return name, subject, category
    name, subject = words["news"]["campaigns"][pair % len(words["news"]["campaigns"])]
    return name, subject, -1
