"""What is recorded as true can be recovered from what the shop sees, incidents included."""

from datetime import date
from typing import Any

import duckdb
import numpy as np
import pytest

TODAY = date(2026, 11, 23)

Connection = duckdb.DuckDBPyConnection


def _row(shop: Connection, sql: str, **given: Any) -> tuple[Any, ...]:
    found = shop.execute(sql, given or None).fetchone()
    assert found is not None
    return found


def test_people_buy_at_their_own_rate_while_alive(shop: Connection) -> None:
    bought, expected, correlation = _row(
        shop,
        """
        with clock as (
            select "on", sum(shop_rush) over (order by "on") as ticks
            from season_truth where category_index = 0
        ), people as (
            select person_id, discovery_orders_per_day * (e.ticks - b.ticks) as expected
            from customer_truth
            join clock as b on b."on" = born_at::date
            join clock as e on e."on" = least(died_at::date, date '2027-03-22')
            where habit_variant_id is null
        ), counted as (select person_id, count(*) - 1 as bought from orders group by all)
        select sum(bought), sum(expected), corr(bought, expected)
        from people join counted using (person_id)""",
    )
    assert bought == pytest.approx(expected, rel=0.05)
    assert correlation > 0.8


def test_rates_and_lifetimes_have_the_documented_means(shop: Connection) -> None:
    rate, dropout = _row(
        shop,
        "select avg(discovery_orders_per_day), avg(dropout_rate_per_day) from customer_truth "
        "where orders_per_day > 0",
    )
    assert rate == pytest.approx(1 / 120, rel=0.06)
    assert dropout == pytest.approx(1.2 / 150, rel=0.06)


def test_habits_come_back_at_their_own_interval(shop: Connection) -> None:
    ratios = shop.sql("""
        with bought as (
            select person_id, habit_days, epoch(created_at) / 86400 as day,
                lag(day) over (partition by person_id order by created_at) as last_day
            from customer_truth join orders using (person_id) join order_lines using (order_id)
            where variant_id = habit_variant_id
        )
        select median((day - last_day) / habit_days) from bought
        group by person_id having count(*) >= 6
    """).fetchall()
    assert len(ratios) > 100
    assert np.median(ratios) == pytest.approx(1, abs=0.05)


def test_what_a_customer_buys_follows_taste(shop: Connection) -> None:
    correlation, n = _row(
        shop,
        """
        with lines as (
            select person_id, t.taste[s.category_index + 1] as taste, p.category_name, line_id
            from customer_truth as t join orders using (person_id)
            join order_lines using (order_id) join variants using (variant_id)
            join products as p using (product_id)
            join (select distinct category_index, category_name from season_truth) as s
                using (category_name)
            where habit_variant_id is null
        ), shares as (
            select person_id, category_name, any_value(taste) as taste,
                count(*) / sum(count(*)) over (partition by person_id) as share,
                sum(count(*)) over (partition by person_id) as n
            from lines group by person_id, category_name
        )
        select corr(taste, share), count(*) from shares where n >= 15""",
    )
    assert n > 200
    assert correlation > 0.85


@pytest.mark.parametrize("category", ["Tea", "Sweets", "Linen"])
def test_a_category_sells_by_its_season(shop: Connection, category: str) -> None:
    correlation = _row(
        shop,
        """
        with truth as (
            select category_name, datetrunc('month', "on") as month,
                avg(season * promotion_lift) as season
            from season_truth group by all
        ), bought as (
            select category_name, datetrunc('month', orders.created_at) as month, count(*) as n
            from order_lines join orders using (order_id) join customer_truth using (person_id)
            join product_truth using (variant_id)
            where habit_variant_id is null
                and orders.created_at between '2024-12-01' and '2026-10-31'
            group by all
        ), shares as (
            select *, n / sum(n) over (partition by month) as share,
                season / avg(season) over (partition by month) as relative
            from truth join bought using (category_name, month)
        )
        select corr(share, relative) from shares where category_name = $category""",
        category=category,
    )[0]
    assert correlation > 0.6


def test_expected_order_values_hold_on_average(shop: Connection) -> None:
    actual, expected = _row(
        shop,
        """
        select avg(subtotal + discount), avg(mean_order_value)
        from orders join customer_truth using (person_id) where habit_variant_id is null""",
    )
    assert float(actual) == pytest.approx(float(expected), rel=0.1)


def test_complements_are_bought_together_as_planted(shop: Connection) -> None:
    together, planted = _row(
        shop,
        """
        select avg((b.line_id is not null)::integer), avg(probability)
        from complement_truth as c join order_lines as a using (variant_id)
        left join order_lines as b
            on b.order_id = a.order_id and b.variant_id = c.complement_variant_id
        where a.position = 1""",
    )
    assert together == pytest.approx(planted, abs=0.06)


def test_products_come_back_at_their_own_rate(shop: Connection) -> None:
    returned, expected = _row(
        shop,
        """
        select count(r.line_id), sum(return_probability * return_factor)
        from order_lines join product_truth using (variant_id) join orders using (order_id)
        join customer_truth as c using (person_id) left join return_lines as r using (line_id)
        where not is_test and cancelled_at is null and not exists (
            from incidents where subject_id in (variant_id::varchar, c.customer_id::varchar)
                and kind in ('product_fault', 'misdescribed_product', 'serial_returner'))""",
    )
    assert returned == pytest.approx(expected, rel=0.15)


def test_some_demand_is_lost_to_real_stockouts(shop: Connection) -> None:
    lost = _row(shop, "select 1 - sum(sales) / sum(demand) from daily_demand_truth")[0]
    assert 0.003 < lost < 0.04


# Incidents -------------------------------------------------------------------------------------


def test_incidents_stand_before_and_after_the_origin(shop: Connection) -> None:
    kinds = dict(
        shop.execute(
            "select kind, list(planted_on >= $today) from incidents group by kind", {"today": TODAY}
        ).fetchall()
    )
    assert set(kinds) == {
        "stockout", "stockout_to_come", "velocity_collapse", "demand_surge", "slipping_vip",
        "product_fault", "misdescribed_product", "slow_delivery_lane", "serial_returner",
        "review_burst",
    }  # fmt: skip
    for kind in ("velocity_collapse", "demand_surge", "slipping_vip", "product_fault"):
        assert set(kinds[kind]) == {False, True}


@pytest.mark.parametrize(
    ("kind", "low", "high"), [("velocity_collapse", 0, 0.45), ("demand_surge", 2, 6)]
)
def test_demand_shifts(shop: Connection, kind: str, low: float, high: float) -> None:
    ratios = shop.execute(
        """
        select avg(demand) filter ("on" >= planted_on and "on" < planted_on + 21)
            / avg(demand) filter ("on" < planted_on and "on" >= planted_on - 60)
        from incidents join daily_demand_truth on variant_id = subject_id::bigint
        where kind = $kind group by incident_id""",
        {"kind": kind},
    ).fetchall()
    assert len(ratios) == 2
    assert all(low <= ratio <= high for (ratio,) in ratios)


def test_planted_stockouts_happen_when_they_say(shop: Connection) -> None:
    droughts = shop.sql("""
        select any_value(kind), any_value((detail->>'out_on')::date) as out_on,
            min(changed_at::date) filter (available = 0) as emptied_on,
            min(planted_on) as planted_on
        from incidents join stock_levels
            on variant_id = subject_id::bigint and location_id = (detail->>'location_id')::bigint
            and changed_at::date between (detail->>'out_on')::date - 5
                and (detail->>'delivered_on')::date
        where kind like 'stockout%' group by incident_id order by out_on""").fetchall()
    assert [kind for kind, *_ in droughts] == ["stockout", "stockout_to_come", "stockout_to_come"]
    for _, out_on, emptied_on, _ in droughts:
        assert emptied_on == out_on
    assert abs((droughts[1][1] - TODAY).days - 10) <= 3


def test_a_stockout_to_come_is_still_in_stock_with_a_delivery_that_comes_too_late(
    shop: Connection,
) -> None:
    available, incoming = _row(
        shop,
        """
        select arg_max(available, changed_at), arg_max(incoming, changed_at)
        from stock_levels join incidents on variant_id = subject_id::bigint
            and location_id = (detail->>'location_id')::bigint
        where kind = 'stockout_to_come' and planted_on < $today and changed_at < $today""",
        today=TODAY,
    )
    assert available > 0
    assert incoming > 0


def test_faulty_products_come_back_damaged(shop: Connection) -> None:
    for before, after in shop.sql("""
        select avg((r.line_id is not null)::integer) filter (created_at < planted_on),
            avg((coalesce(r.reason_handle, '') = 'damaged-or-defective')::integer)
                filter (created_at >= planted_on)
        from incidents join order_lines on variant_id = subject_id::bigint
        join orders using (order_id) left join return_lines as r using (line_id)
        where kind = 'product_fault' group by incident_id""").fetchall():
        assert after > 3 * before


def test_the_misdescribed_product_is_said_to_be_so(shop: Connection) -> None:
    rate, usual, share = _row(
        shop,
        """
        select avg((r.line_id is not null)::integer), any_value((detail->>'usual_rate')::double),
            avg((r.reason_handle = (detail->>'reason'))::integer)
        from incidents join order_lines on variant_id = subject_id::bigint
        left join return_lines as r using (line_id) where kind = 'misdescribed_product'""",
    )
    assert rate > 2 * usual
    assert share > 0.7


def test_slipping_vips_are_dear_frequent_and_gone(shop: Connection) -> None:
    for rank, since_days, interval in shop.execute(
        """
        with spent as (
            select customer_id, sum(total) as total,
                percent_rank() over (order by sum(total)) as rank,
                date_diff('day', max(created_at), $today::timestamptz) as since_days
            from orders where customer_id is not null and created_at < $today group by all
        )
        select rank, since_days, (detail->>'interval_days')::double
        from incidents join spent on customer_id = subject_id::bigint
        where kind = 'slipping_vip' and planted_on < $today""",
        {"today": TODAY},
    ).fetchall():
        assert rank > 0.95
        assert since_days > 2 * interval


def test_serial_returners_return_most_orders(shop: Connection) -> None:
    shares = shop.sql("""
        select count(return_id) / count(*) from incidents
        join orders on customer_id = subject_id::bigint left join returns using (order_id)
        where kind = 'serial_returner' group by customer_id having count(*) >= 8""").fetchall()
    assert len(shares) == 3
    assert all(share > 0.5 for (share,) in shares)


def test_the_slow_lane_is_late(shop: Connection) -> None:
    for late in shop.sql("""
        select avg((delivered_at > estimated_delivery_at)::integer)
        from incidents join orders on country_code = subject_id join fulfillments using (order_id)
        where kind = 'slow_delivery_lane' and in_transit_at >= planted_on
            and in_transit_at < (detail->>'until')::date group by incident_id""").fetchall():
        assert late[0] > 0.9
