-- A shop that mails. 250 customers beside Anna (501) and Cleo (502) of the small shop, 160 of them
-- imported in one second. The 250 got the campaign of November 2; another one leaves tomorrow,
-- November 24, at 8. Of the 250 a fifth opened by themselves, a third has a program
-- that opens everything, a tenth clicked, 5 bounced hard. 10001 opens tomorrow, three weeks late,
-- and 10002 left by the campaign.

insert into customers by name
select
    10000 + n as customer_id,
    'Person' as first_name,
    n::varchar as last_name,
    'person' || n || '@example.com' as email,
    'DE' as country_code,
    'de' as locale,
    if(
        n <= 160, timestamptz '2025-06-01 08:00:00+00',
        timestamptz '2025-06-01 08:00:00+00' + to_hours(n)
    ) as created_at,
    'SUBSCRIBED' as email_state,
    created_at as email_state_at,
    if(n = 2, timestamptz '2026-11-02 20:00:00+00', null) as email_unsubscribed_at
from generate_series(1, 250) as t (n);

insert into mailings by name
select * from (values
    (1, 'campaign', null, 'Autumn', 'New beans', timestamptz '2026-11-01 08:00:00+00',
        timestamptz '2026-11-02 08:00:00+00', timestamptz '2026-11-02 08:00:00+00'),
    (2, 'campaign', null, 'Advent', 'Warm cups', timestamptz '2026-11-20 08:00:00+00',
        timestamptz '2026-11-24 08:00:00+00', timestamptz '2026-11-24 08:00:00+00'),
    (3, 'flow', 'welcome', 'Welcome', 'Hello', timestamptz '2025-01-01 08:00:00+00', null, null)
) as t (mailing_id, kind, flow, name, subject, created_at, scheduled_at, sent_at);

insert into emails by name
select
    20000 + n as email_id,
    1 as mailing_id,
    10000 + n as customer_id,
    timestamptz '2026-11-02 08:00:00+00' as sent_at,
    if(n % 50 = 0, null, sent_at + interval 5 seconds) as delivered_at,
    if(n % 50 = 0, sent_at + interval 1 minute, null) as bounced_at,
    if(n % 50 = 0, 'hard', null) as bounce_kind,
    case
        when n = 1 then timestamptz '2026-11-24 06:00:00+00'
        when n % 5 = 0 and n % 50 <> 0 then sent_at + interval 3 hours
    end as opened_at,
    if(n % 3 = 0 and n % 50 <> 0, sent_at + interval 2 minutes, null) as machine_opened_at,
    if(n % 10 = 0 and n % 50 <> 0, opened_at + interval 1 minute, null) as clicked_at,
    if(clicked_at is null, null, 1) as clicked_product_id,
    if(n = 2, timestamptz '2026-11-02 20:00:00+00', null) as unsubscribed_at
from generate_series(1, 250) as t (n)
union all by name
select
    30000 + n as email_id,
    2 as mailing_id,
    10000 + n as customer_id,
    timestamptz '2026-11-24 08:00:00+00' as sent_at,
    sent_at as delivered_at
from generate_series(1, 250) as t (n)
where n % 50 <> 0
union all by name
select
    1 as email_id,
    3 as mailing_id,
    501 as customer_id,
    timestamptz '2025-01-01 08:10:00+00' as sent_at,
    sent_at as delivered_at,
    sent_at + interval 1 hour as opened_at,
    timestamptz '2026-11-01 08:00:00+00' as complained_at;
