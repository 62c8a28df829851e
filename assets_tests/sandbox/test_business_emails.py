"""Mails go where consent allows, causes come before effects, and engagement can be recovered."""

from datetime import date
from typing import Any

import duckdb
import numpy as np
import pytest

from ecom_ai_os.sandbox.business import mailing_lists, simulation
from ecom_ai_os.sandbox.business.mailing_lists import CAMPAIGN

TODAY = date(2026, 11, 23)
Connection = duckdb.DuckDBPyConnection
BEFORE = f"sent_at < timestamptz '{TODAY} 00:00:00+00'"


def _row(shop: Connection, sql: str) -> tuple[Any, ...]:
    found = shop.execute(sql).fetchone()
    assert found is not None
    return found


@pytest.mark.parametrize(
    "impossible",
    [
        "delivered_at < sent_at",
        "(delivered_at is null) <> (bounced_at is not null)",
        "(bounced_at is null) <> (bounce_kind is null)",
        "opened_at is not null and (delivered_at is null or opened_at <= delivered_at)",
        "machine_opened_at not between delivered_at and delivered_at + interval 20 minutes",
        "clicked_at is not null and (opened_at is null or clicked_at <= opened_at)",
        "clicked_product_id is not null and clicked_at is null",
        "complained_at is not null and (opened_at is null or complained_at <= opened_at)",
        "unsubscribed_at is not null and (opened_at is null or unsubscribed_at <= opened_at)",
    ],
)
def test_causes_come_before_effects(shop: Connection, impossible: str) -> None:
    assert _row(shop, f"select count(*) from emails where {impossible}") == (0,)


def test_marketing_goes_to_subscribers_alone(shop: Connection) -> None:
    strangers, n = _row(
        shop,
        """
        select
            count(*) filter (
                email_state <> 'SUBSCRIBED' or email_state_at > sent_at
                or email_unsubscribed_at <= sent_at
            ),
            count(*)
        from emails join mailings using (mailing_id) join customers using (customer_id)
        where flow is distinct from 'shipping_confirmation'""".replace("sent_at", "emails.sent_at"),
    )
    assert strangers == 0
    assert n > 50_000


def test_who_leaves_by_a_mail_leaves_the_list_at_that_moment(shop: Connection) -> None:
    left, by_mail, contradictions = _row(
        shop,
        """
        select count(distinct customer_id) filter (email_unsubscribed_at is not null),
            count(unsubscribed_at),
            count(*) filter (unsubscribed_at <> email_unsubscribed_at)
        from customers left join emails using (customer_id)""",
    )
    assert contradictions == 0
    assert 0.25 * left < by_mail < 0.6 * left


def test_nothing_follows_a_hard_bounce_or_a_complaint(shop: Connection) -> None:
    assert _row(
        shop,
        """
        with stops as (
            select customer_id,
                min(least(if(bounce_kind = 'hard', bounced_at, null), complained_at)) as stop_at
            from emails group by customer_id
        )
        select count(*) from emails join stops using (customer_id) where sent_at > stop_at""",
    ) == (0,)


def test_shares_are_those_of_the_trade(shop: Connection) -> None:
    n, hard, soft, complained, left, opened, clicked = _row(
        shop,
        f"""
        select count(*), count(*) filter (bounce_kind = 'hard') / count(*),
            count(*) filter (bounce_kind = 'soft') / count(*), count(complained_at) / count(*),
            count(unsubscribed_at) / count(*), count(opened_at) / count(*),
            count(clicked_at) / count(opened_at)
        from emails where {BEFORE}""",
    )
    assert 60_000 < n < 90_000
    assert hard == pytest.approx(0.005, rel=0.2)
    assert soft == pytest.approx(0.01, rel=0.2)
    assert 0.00005 < complained < 0.0005
    assert 0.001 < left < 0.003
    assert 0.3 < opened < 0.45
    assert 0.1 < clicked < 0.3


def test_prefetching_is_a_trait_of_the_person(shop: Connection) -> None:
    share, mixed = _row(
        shop,
        """
        with people as (
            select person_id, avg((machine_opened_at is not null)::integer) as fetched
            from emails join customers using (customer_id)
            where delivered_at is not null group by person_id
        )
        select avg(fetched), count(*) filter (fetched not in (0, 1)) from people""",
    )
    assert share == pytest.approx(0.45, abs=0.03)
    assert mixed == 0


def test_engagement_is_recovered_and_falls_with_the_customer(shop: Connection) -> None:
    correlation, alive, gone = _row(
        shop,
        """
        with read as (
            select t.person_id, any_value(email_engagement) as engagement,
                sum(opened_at is not null) filter (died_at is null or e.sent_at < died_at)
                    / count(*) filter (died_at is null or e.sent_at < died_at) as alive,
                count(*) filter (died_at is null or e.sent_at < died_at) as n,
                sum((opened_at is not null)::integer) filter (e.sent_at >= died_at) as gone,
                count(*) filter (e.sent_at >= died_at) as n_gone
            from emails as e join mailings as m using (mailing_id)
            join customers using (customer_id) join customer_truth as t using (person_id)
            where m.kind = 'campaign' and delivered_at is not null group by t.person_id
        )
        select corr(engagement, alive) filter (n >= 12), sum(alive * n) / sum(n),
            sum(gone) / sum(n_gone)
        from read""",
    )
    assert correlation > 0.75
    assert alive == pytest.approx(0.375, abs=0.03)
    assert gone == pytest.approx(0.3 * 0.375, abs=0.02)


def test_two_campaigns_a_month_are_scheduled_ahead(shop: Connection) -> None:
    n, featuring, ahead_days, share = _row(
        shop,
        """
        with sent as (select mailing_id, count(*) as n from emails group by mailing_id)
        select count(*), count(category_name), min(date_diff('day', created_at, scheduled_at)),
            max(n) / (select count(*) from customers where email_state = 'SUBSCRIBED')
        from mailings join sent using (mailing_id) where kind = 'campaign'""",
    )
    assert n == pytest.approx(2 * 28, abs=6)
    assert 0.3 < featuring / n < 0.6
    assert ahead_days == 10
    assert share < 0.6


def test_flows_answer_what_happened(shop: Connection) -> None:
    confirmed, fulfilled, early = _row(
        shop,
        """
        select count(distinct e.order_id), count(distinct f.order_id),
            count(*) filter (e.sent_at < f.created_at)
        from fulfillments as f join orders as o using (order_id)
        left join emails as e on e.order_id = o.order_id
        where o.customer_id is not null and not o.is_test""",
    )
    assert early == 0
    assert 0.9 < confirmed / fulfilled < 1  # some bounced before
    reminded_in_vain = _row(
        shop,
        """
        select count(*) from emails join mailings using (mailing_id)
        where flow = 'abandoned_checkout' and not exists (
            from abandoned_checkouts as a where a.customer_id = emails.customer_id
                and a.created_at < emails.sent_at
                and (a.completed_at is null or a.completed_at > emails.sent_at))""",
    )
    assert reminded_in_vain == (0,)
    missed_too_soon = _row(
        shop,
        """
        select count(*) from emails join mailings using (mailing_id) join orders as o
            on o.customer_id = emails.customer_id and cancelled_at is null and not is_test
            and o.created_at between emails.sent_at - interval 89 days and emails.sent_at
        where flow = 'win_back'""",
    )
    assert missed_too_soon == (0,)


def test_campaigns_of_a_category_lean_to_those_who_like_it(shop: Connection) -> None:
    liked, usual = _row(
        shop,
        """
        with index as (select distinct category_index, category_name from season_truth)
        select avg(taste[category_index + 1]),
            (select avg(t.taste[i.category_index + 1]) from customer_truth as t, index as i)
        from emails join mailings using (mailing_id) join index using (category_name)
        join customers using (customer_id) join customer_truth using (person_id)""",
    )
    assert liked > 1.2 * usual


def test_campaign_mails_are_capped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing_lists, "MOST_CAMPAIGN_MAILS", 1_000)
    mails = simulation.simulate(2_000, 7, TODAY).emails.mails
    assert (mails.kind == CAMPAIGN).sum() == pytest.approx(1_000, rel=0.12)
    assert len(np.unique(mails.mailing[mails.kind == CAMPAIGN])) > 50


def test_every_vendor_goods_are_bought_from_is_a_supplier(shop: Connection) -> None:
    assert (
        shop.sql("""
        select r.vendor from replenishments as r left join suppliers as s on s.name = r.vendor
        where s.name is null""").fetchall()
        == []
    )
    assert (
        shop.sql("""
        select s.name from suppliers as s join product_truth as p on p.vendor = s.name
        where abs(p.lead_time_days - s.lead_time_days) > 0.5""").fetchall()
        == []
    )
