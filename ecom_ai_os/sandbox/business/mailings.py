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
    words = tomllib.loads(
        resources.files(__package__).joinpath("phrases/mailings.toml").read_text()
    )
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


def _announcements(calendar: Calendar) -> list[_Campaign]:
    """One campaign for each promotion that begins within the calendar."""
    return [
        (
            p.first_day,
            p.title.rsplit(" ", 1)[0],
            f"{p.title.rsplit(' ', 1)[0]}: {p.percent} % off with {p.code}",
            -1 if p.category is None else p.category,
        )
        for p in calendar.promotions
        if 0 <= p.first_day < N_DAYS
    ]


def _regular(
    calendar: Calendar, words: dict[str, dict[str, list[list[str]]]], taken: list[int]
) -> list[_Campaign]:
    """News and categories in turn, on Tuesdays that no promotion claims."""
    days = (
        day + (1 - (calendar.start + timedelta(days=day)).weekday()) % 7
        for day in range(3, N_DAYS - 7, _EVERY_DAYS)
    )
    free = [d for d in days if all(abs(d - other) > _APART_DAYS for other in taken)]
    found: list[_Campaign] = []
    for turn, day in enumerate(free):
        round_, category = divmod(turn // 2, len(CATEGORIES))
        if turn % 2:
            choice = words["categories"][CATEGORIES[category].name]
            name, subject = choice[round_ % len(choice)]
            found.append((day, name, subject, category))
        else:
            choice = words["news"]["campaigns"]
            name, subject = choice[turn // 2 % len(choice)]
            found.append((day, name, subject, -1))
    return found
