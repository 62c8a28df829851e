"""Reviews follow what happened to their writers, and say in words what the truth records."""

import html
import re
from datetime import date
from typing import Any

import duckdb
import numpy as np
import pytest

from ecom_ai_os.sandbox.business.opinions import FAMILIES, ISSUES, issues_in_turn
from ecom_ai_os.sandbox.business.phrasebook import PARTS, words_of
from ecom_ai_os.sandbox.business.records_incidents import runs
from ecom_ai_os.sandbox.business.voices import LANGUAGES

TODAY = date(2026, 11, 23)
Connection = duckdb.DuckDBPyConnection
# A word or two that each issue is told in, by language; texts with slips and rare turns miss.
SAYS = {
    "en": {
        "defective": "broke|stopped|defective|faulty|leaks|crack|switch on|fuse|died|gave up",
        "poor_quality": "quality|cheap|seams|rust|blunt|flimsy",
        "sizing": "small|size|big|tight|short",
        "not_as_described": "described|descri|photos|picture",
        "taste_smell": "smell|taste|aftertaste|burnt|stale|musty",
        "missing_parts": "missing|less in it",
        "value": "expensive|overpriced|worth the money|price",
        "late_delivery": "late|forever|waited|days",
        "damaged_in_transit": "damaged|crushed|broken|pieces|torn|packed",
        "wrong_item": "wrong|another",
        "service": "service|support|answers|refund|reply",
    },
    "de": {
        "defective": "kaputt|geht|defekt|abgebrochen|riss|tropft",
        "poor_quality": "qualität|billig|nähte|rost|stumpf",
        "sizing": "klein|größe|groß|eng|kurz",
        "not_as_described": "beschr|fotos|bild",
        "taste_smell": "schmeckt|geschmack|riecht|geruch|muffig",
        "missing_parts": "fehlt|weniger",
        "value": "teuer|geld|preis",
        "late_delivery": "spät|ewig|tage|gewartet",
        "damaged_in_transit": "beschädigt|zerdrückt|zerbrochen|scherben|aufgerissen",
        "wrong_item": "falsch|anderes",
        "service": "service|support|telefon|antwort",
    },
    "fr": {
        "defective": "marche|panne|défectueu|cass|fuit|allume|fissure|plombs|lame",
        "poor_quality": "qualité|gamme|coutures|rouille|fini",
        "sizing": "taille|petit|grand|serré|court",
        "not_as_described": "descri|conforme|photos?|couleur",
        "taste_smell": "goût|odeur|moisi",
        "missing_parts": "manque",
        "value": "cher|prix",
        "late_delivery": "retard|éternité|tard|jours",
        "damaged_in_transit": "abîmé|écrasé|cassé|morceaux|déchiré",
        "wrong_item": "mauvais|erreur",
        "service": "service client|support|téléphone",
    },
    "es": {
        "defective": "rompió|funciona|defectuoso|enciende|grieta",
        "poor_quality": "calidad|acabado|costuras|oxida",
        "sizing": "talla|pequeño|grande|tamaño|aprieta|corto",
        "not_as_described": "descripción|fotos?|color",
        "taste_smell": "sabe|sabor|huele|olor",
        "missing_parts": "faltaba|faltaban|menos",
        "value": "caro|precio|vale",
        "late_delivery": "retraso|tard|eternidad|días",
        "damaged_in_transit": "dañado|aplastada|rot[ao]|pedazos",
        "wrong_item": "equivocado",
        "service": "atención|teléfono|correos",
    },
}  # fmt: skip


def _row(shop: Connection, sql: str, **given: Any) -> tuple[Any, ...]:
    found = shop.execute(sql, given or None).fetchone()
    assert found is not None
    return found


def test_nobody_reviews_before_the_parcel_is_there_or_given_up(shop: Connection) -> None:
    early, lost, n = _row(
        shop,
        """
        select count(*) filter (r.created_at < coalesce(delivered_at, estimated_delivery_at)),
            count(*) filter (delivered_at is null), count(*)
        from reviews as r join review_truth as t using (review_id)
        join fulfillments as f on f.order_id = t.order_id""",
    )
    assert early == 0
    assert 0 < lost < 0.02 * n
    assert (n,) == _row(shop, "select count(*) from reviews")


def test_what_happens_to_a_review_comes_after_it(shop: Connection) -> None:
    assert _row(
        shop,
        """
        select count(*) from reviews where edited_at <= created_at or replied_at <= created_at
            or removed_at <= greatest(created_at, edited_at)
            or (edited_at is null) <> (edited_body is null)
            or (reply is null) <> (replied_at is null)""",
    ) == (0,)


def test_as_many_review_as_do_elsewhere(shop: Connection) -> None:
    lines, orders, on_google = _row(
        shop,
        """
        with seen as (from reviews where created_at < $today)
        select (select count(*) from seen where product_id is not null)
                / (select count(*) from order_lines join fulfillments using (order_id)
                    where delivered_at < $today),
            (select count(*) from seen where channel = 'trustpilot_service')
                / (select count(*) from fulfillments where delivered_at < $today),
            (select count(*) from seen where channel = 'google')
                / (select count(*) from fulfillments where delivered_at < $today)""",
        today=TODAY,
    )
    assert 0.06 < lines < 0.10
    assert 0.015 < orders < 0.03
    assert 0.007 < on_google < 0.015


def test_channels_know_what_they_can_know(shop: Connection) -> None:
    found = {
        channel: known
        for channel, *known in shop.sql("""
            select channel, count(product_id) / count(*), count(order_id) / count(*),
                count(customer_id) > 0, count(author_email) / count(*),
                count(location_id) / count(*)
            from reviews group by channel""").fetchall()
    }
    assert found["shop"] == [1, pytest.approx(0.85, abs=0.03), True, 1, 0]
    assert found["trustpilot_product"] == [1, pytest.approx(0.6, abs=0.03), False, 0, 0]
    assert found["trustpilot_service"] == [0, pytest.approx(0.6, abs=0.08), False, 0, 0]
    assert found["google"] == [0, 0, False, 0, 1]
    strangers = _row(
        shop,
        """
        select count(*) from reviews as r join orders as o using (order_id)
        join review_truth as t using (review_id)
        where t.order_id <> r.order_id or r.customer_id <> o.customer_id
            or lower(author_email) <> lower(email)""",
    )
    assert strangers == (0,)


@pytest.mark.parametrize("language", SAYS)
def test_texts_name_the_issues_of_the_truth(shop: Connection, language: str) -> None:
    texts = shop.execute(
        """
        select lower(body), issues from reviews join review_truth using (review_id)
        where language = ? and len(issues) > 0""",
        [language],
    ).fetchall()
    pairs = [(body, issue) for body, issues in texts for issue in issues]
    told = [
        re.search(SAYS[language][issue], html.unescape(body)) is not None for body, issue in pairs
    ]
    assert len({issue for _, issue in pairs}) >= len(ISSUES) - 2
    assert np.mean(told) > 0.93


def test_stars_and_words_agree(shop: Connection) -> None:
    ranges = {
        sentiment: (low, high)
        for sentiment, low, high in shop.sql("""
            select sentiment, min(rating), max(rating)
            from reviews join review_truth using (review_id) group by sentiment""").fetchall()
    }
    assert ranges == {"positive": (4, 5), "mixed": (2, 4), "negative": (1, 3)}
    named, nameless = _row(
        shop,
        """
        select count(*) filter (len(issues) > 0 and sentiment = 'positive'),
            count(*) filter (len(issues) = 0 and sentiment = 'negative' and body <> '')
        from reviews join review_truth using (review_id)""",
    )
    assert (named, nameless) == (0, 0)


def test_texts_vary_and_are_written_by_hand(shop: Connection) -> None:
    distinct, silent, emoji, entities, shouting, gaps = _row(
        shop,
        """
        select count(distinct body) filter (body <> '') / count(*) filter (body <> ''),
            avg((body = '')::integer), avg(regexp_matches(body, '[😊👍❤😍☕⭐😡👎😞🙄]')::integer),
            avg(regexp_matches(body, '&(#039|[a-z]+);')::integer),
            count(*) filter (length(body) > 20 and body = upper(body)),
            count(*) filter (contains(body, '{'))
        from reviews""",
    )
    assert distinct > 0.75
    assert 0.07 < silent < 0.13
    assert 0.04 < emoji < 0.11
    assert 0.005 < entities < 0.03
    assert shouting > 5
    assert gaps == 0


def test_people_write_in_the_language_of_their_country(shop: Connection) -> None:
    shares = shop.sql("""
        select country_code, avg((language = substr(locale, 1, 2))::integer), count(*)
        from reviews join customers using (customer_id)
        group by country_code having count(*) > 30""").fetchall()
    assert len(shares) >= 5
    for country, share, _ in shares:
        assert share == pytest.approx(0.5 if country == "NL" else 0.95, abs=0.2)
    languages = {language for (language,) in shop.sql("select language from reviews").fetchall()}
    assert languages == set(LANGUAGES)


def test_good_products_are_complained_of_less(shop: Connection) -> None:
    correlation, n = _row(
        shop,
        """
        with rated as (
            select product_id, any_value(quality) as quality,
                avg((len(list_filter(issues, i -> i not in ('late_delivery', 'service'))) = 0)
                    ::integer) as content, count(*) as n
            from reviews join review_truth using (review_id) join product_truth using (variant_id)
            where body <> '' and acclaimed_from is null and variant_id not in (
                select subject_id::bigint from incidents
                where kind in ('product_fault', 'misdescribed_product'))
            group by product_id having count(*) >= 25
        )
        select corr(quality, content), count(*) from rated""",
    )
    assert n > 20
    assert correlation > 0.5


def test_goods_sent_back_for_a_fault_are_reviewed_by_it(shop: Connection) -> None:
    agree, n, mean = _row(
        shop,
        """
        select avg(list_has_any(issues, case reason_handle
                when 'too-small' then ['sizing'] when 'too-big' then ['sizing']
                when 'damaged-or-defective' then ['defective', 'damaged_in_transit']
                when 'received-the-wrong-item' then ['wrong_item']
                else ['not_as_described', 'defective'] end)::integer), count(*), avg(rating)
        from reviews as r join review_truth as t using (review_id)
        join order_lines as l on l.order_id = t.order_id and l.variant_id = r.variant_id
        join return_lines using (line_id)
        where reason_handle in ('too-small', 'too-big', 'damaged-or-defective', 'color',
            'received-the-wrong-item', 'item-not-as-described')""",
    )
    assert n > 50
    assert agree > 0.95
    assert mean < 2


def test_late_parcels_are_complained_of(shop: Connection) -> None:
    late, punctual = (
        _row(
            shop,
            f"""
            select avg(list_contains(issues, 'late_delivery')::integer)
            from reviews as r join review_truth as t using (review_id)
            join fulfillments as f on f.order_id = t.order_id
            where channel in ('google', 'trustpilot_service')
                and delivered_at {operator} estimated_delivery_at""",
        )[0]
        for operator in (">", "<=")
    )
    assert late > 0.6
    assert punctual == 0
    complaints = shop.sql("""
        select count(*) filter (r.created_at between planted_on and planted_on + 40)
            / nullif(count(*) filter (r.created_at < planted_on) / 18, 0)
        from incidents join orders as o on o.country_code = subject_id
        join review_truth as t using (order_id) join reviews as r using (review_id)
        where kind = 'slow_delivery_lane' and list_contains(issues, 'late_delivery')
        group by incident_id""").fetchall()
    assert all(times > 3 for (times,) in complaints)


def test_planted_faults_burst_into_reviews(shop: Connection) -> None:
    bursts = shop.sql(
        """
        select subject_id, b.visible_from - f.planted_on, detail->>'issue',
            (b.detail->>'n_reviews')::integer, f.kind, (
                select count(*) from reviews join review_truth using (review_id)
                where variant_id = subject_id::bigint and product_id is not null
                    and created_at::date between b.planted_on and b.visible_from
                    and list_contains(issues, b.detail->>'issue') and rating <= 3)
        from incidents as b join incidents as f using (subject_id)
        where b.kind = 'review_burst' and f.kind in ('product_fault', 'misdescribed_product')
        """.replace("detail->>'issue',\n", "b.detail->>'issue',\n", 1)
    ).fetchall()
    broken = [burst for burst in bursts if burst[4] == "product_fault"]
    assert len({burst[0] for burst in broken}) == 2
    assert all(burst[2] == "defective" and burst[3] >= 3 and burst[5] >= 3 for burst in broken)
    assert min(burst[1] for burst in broken) < 25
    assert {burst[2] for burst in bursts if burst not in broken} == {"not_as_described"}


def test_the_acclaimed_product_is_complained_of_in_many_ways(shop: Connection) -> None:
    reviews = shop.sql("""
        select sentiment, issues from product_truth join reviews using (variant_id)
        join review_truth using (review_id)
        where created_at between acclaimed_from and acclaimed_from + 120""").fetchall()
    named = [i for _, issues in reviews for i in issues if i not in ("late_delivery", "service")]
    assert len(reviews) > 60
    assert sum(sentiment == "negative" for sentiment, _ in reviews) < 0.15 * len(reviews)
    assert len(set(named)) > len(named) / 3
    assert (
        shop.sql("""
        from incidents where subject_id in (
            select variant_id::varchar from product_truth where acclaimed_from is not null)
        """).fetchall()
        == []
    )


def test_runs_are_three_within_a_week_each() -> None:
    assert [r.tolist() for r in runs(np.array([0, 20, 21, 23, 40, 50, 55, 57]), 3, 7)] == [
        [1, 2, 3],
        [5, 6, 7],
    ]
    assert [r.tolist() for r in runs(np.array([0, 3, 6, 9, 12]), 3, 7)] == [[0, 1, 2, 3, 4]]
    assert runs(np.array([1, 2]), 3, 7) == []


def test_issues_in_turn_repeat_only_after_all_others() -> None:
    food = FAMILIES.index("food")
    turns = issues_in_turn(np.full(6, food))
    assert len(set(turns.tolist())) == 6
    assert issues_in_turn(np.full(7, food))[6] == turns[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrasebooks_hold_every_part_and_nothing_else(language: str) -> None:
    words = dict(words_of(language))
    words |= {f"complaint.{issue}": table for issue, table in words.pop("complaint").items()}
    things = words.pop("things")
    assert set(words) == set(PARTS)
    for part, table in words.items():
        assert set(table) <= {"any", *FAMILIES}, part
        assert table["any"], part
        assert all(phrase == phrase.strip() for phrases in table.values() for phrase in phrases)
    if language in SAYS:
        assert len(things) == 38
