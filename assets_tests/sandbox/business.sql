-- A shop small enough to work out by hand. Today is 2026-11-23; the clock stands at 12:00 UTC.

insert into locations by name select * from (values
    (71, 'Leipzig', 'DE', 'Leipzig', timestamptz '2024-01-01 00:00:00+00'),
    (72, 'Wien', 'AT', 'Wien', timestamptz '2024-01-01 00:00:00+00')
) as t (location_id, name, country_code, city, created_at);

insert into products by name select * from (values
    (1, 'Beans', 'beans', 'Coffee', 'Huila', ['coffee'], 'fb-1', 'Food > Coffee', true, false,
        timestamptz '2024-02-01 08:00:00+00', timestamptz '2024-02-01 09:00:00+00', null),
    (2, 'Kettle', 'kettle', 'Kitchen', 'Presto', ['kitchen'], null, null, false, false,
        timestamptz '2024-02-02 08:00:00+00', timestamptz '2024-02-02 09:00:00+00', null),
    (3, 'Mug', 'mug', 'Kitchen', 'Presto', []::varchar [], null, null, false, false,
        timestamptz '2024-02-03 08:00:00+00', timestamptz '2024-02-03 09:00:00+00',
        timestamptz '2026-11-10 10:00:00+00')
) as t (product_id, title, handle, product_type, vendor, tags, category_id, category_name,
    is_consumable, is_gift_card, created_at, published_at, deleted_at);

insert into variants by name select * from (values
    (11, 1, 911, 'BEANS-250', 'b11', '250 g', 8.90, 3.10, 1, true,
        timestamptz '2024-02-01 08:00:00+00'),
    (12, 1, 912, 'BEANS-1000', 'b12', '1 kg', 29.50, 11.00, 2, true,
        timestamptz '2024-02-01 08:00:00+00'),
    (21, 2, 921, 'KETTLE', 'b21', 'Default Title', 49.00, 20.00, 1, true,
        timestamptz '2024-02-02 08:00:00+00'),
    (31, 3, 931, 'MUG', 'b31', 'Default Title', 12.00, 4.00, 1, true,
        timestamptz '2024-02-03 08:00:00+00')
) as t (variant_id, product_id, inventory_item_id, sku, barcode, title, price, unit_cost,
    position, is_tracked, created_at);

insert into customers by name select * from (values
    (501, 'Anna', 'Berg', 'anna@example.com', null, 'DE', 'Berlin', '10115', 'de',
        timestamptz '2025-01-01 08:00:00+00', 'SUBSCRIBED', timestamptz '2025-01-01 08:00:00+00',
        timestamptz '2026-11-24 07:00:00+00', null, null),
    (502, 'Cleo', 'Dorn', 'cleo@example.com', '+491511234567', 'CH', 'Bern', '3011', 'de',
        timestamptz '2026-10-01 08:00:00+00', 'NOT_SUBSCRIBED', null, null,
        'SUBSCRIBED', timestamptz '2026-10-01 08:00:00+00'),
    (503, 'Finn', 'Ganz', 'finn@example.com', null, 'DE', 'Ulm', '89073', 'de',
        timestamptz '2026-12-01 08:00:00+00', 'SUBSCRIBED', timestamptz '2026-12-01 08:00:00+00',
        null, null, null)
) as t (customer_id, first_name, last_name, email, phone, country_code, city, zip, locale,
    created_at, email_state, email_state_at, email_unsubscribed_at, sms_state, sms_state_at);

insert into discounts by name select * from (values
    (801, 'Ten off', 'TEN', 'percentage', 10.00, timestamptz '2025-01-01 00:00:00+00', null),
    (802, 'Old five', 'FIVE', 'fixed', 5.00, timestamptz '2025-01-01 00:00:00+00',
        timestamptz '2025-06-01 00:00:00+00')
) as t (discount_id, title, code, kind, value, starts_at, ends_at);

-- 1001: two lines, 10 % off, delivered, kettle sent back and refunded. 1002: a guest's test order.
-- 1003, 1004: the same second. 1005: Swiss francs, delivered tomorrow. 1006: cancelled.
-- 1007: tomorrow.
insert into orders by name select
    *, 'EUR' as currency, true as is_tax_included, 'web' as source_name, null as phone
from (values
    (1001, 1001, 501, 'anna@example.com', timestamptz '2025-03-01 10:00:00.250000+00',
        null, null, timestamptz '2025-03-02 10:00:00+00', false, 'EUR', 1.0, 801, 'TEN',
        60.12, 6.68, 4.90, 10.38, 65.02, 'DE', 'Berlin', '10115'),
    (1002, 1002, null, 'guest@example.com', timestamptz '2025-04-01 10:00:00+00',
        null, null, null, true, 'EUR', 1.0, null, null,
        8.90, 0, 4.90, 2.20, 13.80, 'DE', 'Ulm', '89073'),
    (1003, 1003, 501, 'anna@example.com', timestamptz '2026-11-20 08:00:00.100000+00',
        null, null, null, false, 'EUR', 1.0, null, null,
        12.00, 0, 0, 1.92, 12.00, 'DE', 'Berlin', '10115'),
    (1004, 1004, 501, 'anna@example.com', timestamptz '2026-11-20 08:00:00.900000+00',
        null, null, null, false, 'EUR', 1.0, null, null,
        8.90, 0, 0, 1.42, 8.90, 'DE', 'Berlin', '10115'),
    (1005, 1005, 502, 'cleo@example.com', timestamptz '2026-11-22 08:00:00+00',
        null, null, timestamptz '2026-11-23 08:00:00+00', false, 'CHF', 0.95, null, null,
        29.50, 0, 0, 2.13, 29.50, 'CH', 'Bern', '3011'),
    (1006, 1006, 502, 'cleo@example.com', timestamptz '2026-11-23 09:00:00+00',
        timestamptz '2026-11-23 10:00:00+00', 'CUSTOMER', null, false, 'CHF', 0.95, null, null,
        29.50, 0, 0, 2.13, 29.50, 'CH', 'Bern', '3011'),
    (1007, 1007, 501, 'anna@example.com', timestamptz '2026-11-24 09:00:00+00',
        null, null, null, false, 'EUR', 1.0, null, null,
        8.90, 0, 0, 1.42, 8.90, 'DE', 'Berlin', '10115')
) as t (order_id, number, customer_id, email, created_at, cancelled_at, cancel_reason, closed_at,
    is_test, presentment_currency, presentment_rate, discount_id, discount_code, subtotal,
    discount, shipping, tax, total, country_code, city, zip);

insert into order_lines by name select * from (values
    (2001, 1001, 1, 11, 2, 8.90, 1.78, 2.56, 0.19), (2002, 1001, 2, 21, 1, 49.00, 4.90, 7.04, 0.19),
    (2003, 1002, 1, 11, 1, 8.90, 0, 1.42, 0.19), (2004, 1003, 1, 31, 1, 12.00, 0, 1.92, 0.19),
    (2005, 1004, 1, 11, 1, 8.90, 0, 1.42, 0.19), (2006, 1005, 1, 12, 1, 29.50, 0, 2.13, 0.081),
    (2007, 1006, 1, 12, 1, 29.50, 0, 2.13, 0.081), (2008, 1007, 1, 11, 1, 8.90, 0, 1.42, 0.19)
) as t (line_id, order_id, position, variant_id, quantity, unit_price, discount, tax, tax_rate);

insert into fulfillments by name select * from (values
    (3001, 1001, 71, timestamptz '2025-03-02 09:00:00+00', timestamptz '2025-03-02 18:00:00+00',
        timestamptz '2025-03-05 18:00:00+00', timestamptz '2025-03-04 12:00:00+00', 'DHL', 'J1'),
    (3005, 1005, 72, timestamptz '2026-11-23 07:00:00+00', timestamptz '2026-11-23 11:00:00+00',
        timestamptz '2026-11-25 18:00:00+00', timestamptz '2026-11-24 15:00:00+00', 'Post', 'P5')
) as t (fulfillment_id, order_id, location_id, created_at, in_transit_at, estimated_delivery_at,
    delivered_at, company, tracking_number);

insert into returns by name select * from (values
    (4001, 1001, '#1001-R1', timestamptz '2025-03-06 08:00:00+00',
        timestamptz '2025-03-07 08:00:00+00', timestamptz '2025-03-12 08:00:00+00', null),
    (4005, 1005, '#1005-R1', timestamptz '2026-11-26 08:00:00+00', null, null, null)
) as t (return_id, order_id, number, requested_at, approved_at, closed_at, declined_at);

insert into return_lines values
    (4101, 4001, 2002, 1, 'damaged-or-defective', 'It leaks'), (4105, 4005, 2006, 1, 'too-big', null);

insert into refunds by name select * from (values
    (5001, 1001, 4001, timestamptz '2025-03-12 08:00:00+00', 47.00, 4.90, 0.78, -2.00, 'Kettle')
) as t (refund_id, order_id, return_id, processed_at, amount, shipping_amount, shipping_tax,
    adjustment, note);

insert into refund_lines values (5101, 5001, 2002, 1, 44.10, 7.04, 'RETURN');

insert into stock_levels values
    (11, 71, '2026-11-21 23:00:00+00', 10, 1, 9, 0), (11, 71, '2026-11-22 23:00:00+00', 8, 2, 6, 24),
    (11, 72, '2026-11-20 23:00:00+00', 5, 0, 5, 0), (11, 71, '2026-11-23 23:00:00+00', 7, 0, 7, 24),
    (12, 71, '2026-11-20 23:00:00+00', 0, 2, -2, 0), (21, 71, '2026-11-01 23:00:00+00', 3, 0, 3, 0);

insert into abandoned_checkouts by name select * from (values
    (6001, 502, timestamptz '2026-11-19 08:00:00+00', timestamptz '2026-11-19 08:30:00+00',
        timestamptz '2026-11-22 08:00:00+00', 38.40, 1005),
    (6002, 501, timestamptz '2026-11-21 08:00:00+00', timestamptz '2026-11-21 08:10:00+00',
        timestamptz '2026-11-24 09:00:00+00', 8.90, 1007)
) as t (checkout_id, customer_id, created_at, updated_at, completed_at, total,
    recovered_order_id);

insert into abandoned_checkout_lines values
    (6101, 6001, 12, 1, 29.50), (6102, 6001, 11, 1, 8.90), (6103, 6002, 11, 1, 8.90);

-- 9001 is edited this morning, 9002 tomorrow; 9003 was removed; 9004 is of a product taken off sale.
insert into reviews by name select *, 'en' as language, 'shop' as channel from (values
    (9001, 1, 11, 1001, 501, 'Anna B.', 'anna@example.com', 3, 'Hm', 'Too dark',
        timestamptz '2025-03-10 08:00:00+00', timestamptz '2026-11-23 08:00:00+00', 5,
        'Too dark. Edit: I love it', null, true),
    (9002, 1, 12, null, null, 'Bo', 'bo@example.org', 4, null, '',
        timestamptz '2026-11-20 08:00:00+00', timestamptz '2026-11-24 08:00:00+00', 1, 'Stale',
        null, false),
    (9003, 2, 21, 1001, 501, 'Anna B.', 'anna@example.com', 1, 'Leaks', 'It leaks',
        timestamptz '2025-03-09 08:00:00+00', null, null, null,
        timestamptz '2025-03-12 08:00:00+00', true),
    (9004, 3, 31, 1003, 501, 'Anna B.', 'anna@example.com', 2, null, 'Chipped',
        timestamptz '2026-11-21 08:00:00+00', null, null, null, null, true)
) as t (review_id, product_id, variant_id, order_id, customer_id, author_name, author_email,
    rating, title, body, created_at, edited_at, edited_rating, edited_body, removed_at,
    is_verified);

insert into incidents values
    (1, 'stockout', 'variant', '12', '2026-11-20', '2026-11-21', '{"units": 2}');

-- On Trustpilot, of the shop: 7001 old and answered. 7002 and 7003 the same second; 7002 is edited
-- on the 25th, 7003 taken down on the 24th. 7004: tomorrow. 7005: old, answered on the 26th.
-- Of products: 7101 is answered tomorrow, 7102 old and taken down tomorrow, 7103 of a deleted
-- product, from nobody known. On Google: 7201 edited tomorrow, 7202 without a word, 7203 in Vienna
-- and taken down tomorrow, 7204 tomorrow.
insert into reviews by name select * from (values
    (7001, 'trustpilot_service', null, null, 1001, null, 'Anna B.', 5, 'Great', 'Fast and kind.',
        'en', timestamptz '2025-03-10 09:00:00+00', null, null, null, null, true,
        'Thank you!', timestamptz '2025-03-11 09:00:00+00'),
    (7002, 'trustpilot_service', null, null, null, null, 'Mia', 2, 'Slow', 'Took a week.',
        'en', timestamptz '2026-11-20 08:00:00+00', timestamptz '2026-11-25 10:00:00+00', 4,
        'Took a week, but they called.', null, false, null, null),
    (7003, 'trustpilot_service', null, null, null, null, 'Bot', 1, 'Bad', 'Buy at mine.',
        'en', timestamptz '2026-11-20 08:00:00+00', null, null, null,
        timestamptz '2026-11-24 10:00:00+00', false, null, null),
    (7004, 'trustpilot_service', null, null, 1005, null, 'Cleo', 4, 'Gut', 'Alles da.',
        'de', timestamptz '2026-11-24 08:00:00+00', null, null, null, null, true, null, null),
    (7005, 'trustpilot_service', null, null, null, null, 'Otto', 3, 'Fine', 'It was fine.',
        'en', timestamptz '2025-06-01 09:00:00+00', null, null, null, null, false,
        'Sorry for being late.', timestamptz '2026-11-26 09:00:00+00'),
    (7101, 'trustpilot_product', 1, 11, 1004, null, 'Anna B.', 5, null, 'Lovely beans.',
        'en', timestamptz '2026-11-21 09:00:00.250+00', null, null, null, null, true,
        'Enjoy them!', timestamptz '2026-11-24 09:00:00+00'),
    (7102, 'trustpilot_product', 2, 21, 1001, null, 'Anna B.', 1, null, 'It leaks.',
        'en', timestamptz '2025-03-20 09:00:00+00', null, null, null,
        timestamptz '2026-11-24 10:00:00+00', true, null, null),
    (7103, 'trustpilot_product', 3, 31, null, null, 'Somebody', 4, null, 'Nice mug.',
        'en', timestamptz '2026-11-22 09:00:00+00', null, null, null, null, false, null, null),
    (7201, 'google', null, null, null, 71, 'Uwe', 3, null, 'Geht so.',
        'de', timestamptz '2026-01-05 09:00:00+00', timestamptz '2026-11-24 09:00:00+00', 5,
        'Jetzt sehr gut.', null, false, null, null),
    (7202, 'google', null, null, null, 71, 'Ida', 5, null, null,
        'de', timestamptz '2026-11-20 09:00:00+00', null, null, null, null, false,
        'Danke!', timestamptz '2026-11-21 09:00:00+00'),
    (7203, 'google', null, null, null, 72, 'Bot', 1, null, 'Buy at mine.',
        'en', timestamptz '2026-02-01 09:00:00+00', null, null, null,
        timestamptz '2026-11-24 10:00:00+00', false, null, null),
    (7204, 'google', null, null, null, 72, 'Ben', 2, null, 'Closed early.',
        'en', timestamptz '2026-11-24 11:00:00+00', null, null, null, null, false, null, null)
) as t (review_id, channel, product_id, variant_id, order_id, location_id, author_name, rating,
    title, body, language, created_at, edited_at, edited_rating, edited_body, removed_at,
    is_verified, reply, replied_at);
