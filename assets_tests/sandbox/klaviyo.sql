-- Mail to the accounts of business.sql, and a third account that shares Anna's address in other
-- letters. Campaign 1 went to three, campaign 2 is scheduled, campaign 4 to nobody, mailing 3 is the
-- welcome flow's.

insert into customers by name select * from (values
    (504, 'Anna', 'Berg', 'ANNA@example.com', 'DE', 'Berlin', '10115', 'de',
        timestamptz '2026-02-01 08:00:00+00', 'NOT_SUBSCRIBED'),
    (505, 'Hugo', 'Ille', 'hugo@icloud.com', 'DE', 'Ulm', '89073', 'de',
        timestamptz '2026-03-01 08:00:00+00', 'SUBSCRIBED')
) as t (customer_id, first_name, last_name, email, country_code, city, zip, locale, created_at,
    email_state);
update customers set email_state_at = created_at where customer_id = 505;

insert into mailings by name select * from (values
    (1, 'campaign', null, '2026-11 News', 'What is new', timestamptz '2026-11-01 08:00:00+00',
        timestamptz '2026-11-10 08:30:00+00', timestamptz '2026-11-10 08:30:00+00'),
    (2, 'campaign', null, '2026-12 Sale', 'Sale', timestamptz '2026-11-20 08:00:00+00',
        timestamptz '2026-11-30 08:30:00+00', timestamptz '2026-11-30 08:30:00+00'),
    (4, 'campaign', null, '2025-01 New year', 'Hello', timestamptz '2024-12-20 08:00:00+00',
        timestamptz '2025-01-01 07:00:00+00', timestamptz '2025-01-01 07:00:00+00'),
    (3, 'flow', 'welcome', 'Welcome 1', 'Hello', timestamptz '2025-01-01 00:00:00+00', null, null)
) as t (mailing_id, kind, flow, name, subject, created_at, scheduled_at, sent_at);

-- 9001: opened by a program, then by Anna, who clicked and bought two days later (order 1003 is of
-- 2026-11-20; the click of 2026-11-18). 9002: bounced for good. 9003: opened by a program only.
-- 9004: a year earlier. 9005: tomorrow. 9006, 9007: opened in one second.
insert into emails by name select
    *, null as order_id, null as complained_at
from (values
    (9001, 1, 501, timestamptz '2026-11-10 08:30:00+00', timestamptz '2026-11-10 08:30:05+00',
        null, null, timestamptz '2026-11-18 09:00:00+00', timestamptz '2026-11-10 08:31:00+00',
        timestamptz '2026-11-18 09:01:00+00', 1, timestamptz '2026-11-24 07:00:00+00'),
    (9002, 1, 505, timestamptz '2026-11-10 08:30:00+00', null,
        timestamptz '2026-11-10 08:30:09+00', 'hard', null, null, null, null, null),
    (9003, 1, 502, timestamptz '2026-11-10 08:30:01+00', timestamptz '2026-11-10 08:30:05+00',
        null, null, null, timestamptz '2026-11-10 08:35:00+00', null, null, null),
    (9004, 3, 501, timestamptz '2025-01-01 08:10:00+00', timestamptz '2025-01-01 08:10:20+00',
        null, null, timestamptz '2025-01-01 10:00:00+00', null, null, null, null),
    (9005, 3, 502, timestamptz '2026-11-24 06:00:00+00', timestamptz '2026-11-24 06:00:20+00',
        null, null, timestamptz '2026-11-24 07:00:00+00', null, null, null, null),
    (9006, 3, 502, timestamptz '2026-10-01 08:10:00+00', timestamptz '2026-10-01 08:10:10.1+00',
        null, null, timestamptz '2026-10-02 08:00:00.2+00', null, null, null, null),
    (9007, 3, 505, timestamptz '2026-03-01 08:10:00+00', timestamptz '2026-03-01 08:10:10.9+00',
        null, null, timestamptz '2026-10-02 08:00:00.7+00', null, null, null, null)
) as t (email_id, mailing_id, customer_id, sent_at, delivered_at, bounced_at, bounce_kind,
    opened_at, machine_opened_at, clicked_at, clicked_product_id, unsubscribed_at);
