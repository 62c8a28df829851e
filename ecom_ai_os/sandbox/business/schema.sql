-- The simulated business, one row per thing with all its timestamps; the state at a moment is
-- derived from timestamps <= that moment. Times are UTC, money is euro, prices include tax unless
-- orders.is_tax_included is false. Ids are integers; those of customers, orders, returns, refunds and
-- checkouts grow with creation time. Rows marked truth are never served over HTTP.

create table business_settings (
    seed bigint, n_orders bigint, today date, generated_version varchar,
    starts_on date, ends_on date           -- first and last day of the timeline
);

create table locations (
    location_id bigint, name varchar, country_code varchar, city varchar,
    created_at timestamptz
);

create table products (
    product_id bigint, title varchar, handle varchar, product_type varchar,
    vendor varchar, tags varchar[],
    category_id varchar, category_name varchar,     -- taxonomy id without its gid prefix
    is_consumable boolean, is_gift_card boolean,
    created_at timestamptz, published_at timestamptz,
    deleted_at timestamptz                          -- null: never
);

create table variants (
    variant_id bigint, product_id bigint, inventory_item_id bigint, sku varchar,
    barcode varchar, title varchar,                 -- the option, 'Default Title' if there is none
    price decimal(18,2), unit_cost decimal(18,2), position integer,
    is_tracked boolean,                             -- false for gift cards: no stock rows
    created_at timestamptz
);

create table customers (
    customer_id bigint, person_id bigint,   -- truth: two accounts may be one person
    first_name varchar, last_name varchar, email varchar, phone varchar, country_code varchar,
    city varchar, zip varchar, locale varchar, created_at timestamptz,
    email_state varchar, email_state_at timestamptz,    -- at sign-up: SUBSCRIBED, PENDING, NOT_SUBSCRIBED
    email_unsubscribed_at timestamptz,                  -- from then on UNSUBSCRIBED
    sms_state varchar, sms_state_at timestamptz, sms_unsubscribed_at timestamptz,
    duplicate_kind varchar                              -- truth: null, 'other case' or 'other email'
);

create table discounts (
    discount_id bigint, title varchar, code varchar, kind varchar,
    value decimal(18,2),                            -- percentage: 15.00 means 15 %; fixed: euro
    minimum_subtotal decimal(18,2), category_name varchar,  -- null: any
    starts_at timestamptz, ends_at timestamptz      -- null: open-ended
);

create table orders (
    order_id bigint, number bigint, customer_id bigint,  -- null: guest
    person_id bigint,                               -- truth
    email varchar, phone varchar, created_at timestamptz,
    cancelled_at timestamptz, cancel_reason varchar, closed_at timestamptz, is_test boolean,
    currency varchar, presentment_currency varchar, presentment_rate double,  -- 1 EUR × rate
    is_tax_included boolean, source_name varchar, discount_id bigint, discount_code varchar,
    subtotal decimal(18,2),                         -- lines after discounts
    discount decimal(18,2), shipping decimal(18,2),
    tax decimal(18,2), shipping_tax decimal(18,2),  -- tax: of lines and shipping together
    total decimal(18,2),                            -- subtotal + shipping (+ tax if not included)
    country_code varchar, city varchar, zip varchar
);

create table order_lines (
    line_id bigint, order_id bigint, position integer, variant_id bigint,
    quantity integer, unit_price decimal(18,2), discount decimal(18,2), tax decimal(18,2),
    tax_rate double
);

create table fulfillments (                         -- one an order, of all its lines
    fulfillment_id bigint, order_id bigint, location_id bigint,
    created_at timestamptz, in_transit_at timestamptz, estimated_delivery_at timestamptz,
    delivered_at timestamptz,                       -- null: lost, or a gift card by e-mail
    company varchar, tracking_number varchar
);

create table returns (
    return_id bigint, order_id bigint, number varchar, requested_at timestamptz,
    approved_at timestamptz, closed_at timestamptz, declined_at timestamptz
);

create table return_lines (
    return_line_id bigint, return_id bigint, line_id bigint, quantity integer,
    reason_handle varchar, customer_note varchar
);

create table refunds (
    refund_id bigint, order_id bigint, return_id bigint, processed_at timestamptz,
    amount decimal(18,2),       -- Σ subtotal (+ tax if not included) + shipping (+ its tax) + adjustment
    shipping_amount decimal(18,2), shipping_tax decimal(18,2),
    adjustment decimal(18,2),   -- goodwill > 0, restocking fee < 0
    note varchar
);

create table refund_lines (
    refund_line_id bigint, refund_id bigint, line_id bigint, quantity integer,
    subtotal decimal(18,2), tax decimal(18,2), restock_type varchar
);

create table stock_levels (                         -- change log at the end of each day
    variant_id bigint, location_id bigint, changed_at timestamptz,
    on_hand integer, committed integer, available integer, incoming integer
);

create table replenishments (
    po_number varchar, variant_id bigint, location_id bigint, vendor varchar,
    ordered_at timestamptz, expected_at timestamptz, received_at timestamptz, quantity integer
);

create table stock_corrections (                    -- goods missing at a count
    variant_id bigint, location_id bigint, corrected_at timestamptz, quantity integer
);

create table abandoned_checkouts (
    checkout_id bigint, customer_id bigint, created_at timestamptz,
    updated_at timestamptz, completed_at timestamptz, total decimal(18,2),
    recovered_order_id bigint
);

create table abandoned_checkout_lines (
    line_id bigint, checkout_id bigint, variant_id bigint, quantity integer,
    unit_price decimal(18,2)
);

create table suppliers (                             -- one per vendor that goods are bought from
    supplier_id bigint, name varchar, email varchar, currency varchar, lead_time_days integer
);

create table mailings (                              -- a campaign, or a message of a flow
    mailing_id bigint, kind varchar,                 -- campaign, flow
    flow varchar,       -- welcome, abandoned_checkout, shipping_confirmation, win_back; null: campaign
    name varchar, subject varchar, category_name varchar,   -- category it features; null: none
    created_at timestamptz,
    scheduled_at timestamptz, sent_at timestamptz    -- of a campaign; null for a flow
);

create table emails (                                -- one mail to one account
    email_id bigint, mailing_id bigint, customer_id bigint,
    order_id bigint,                                 -- the order or null
    sent_at timestamptz,
    delivered_at timestamptz,                        -- null: bounced
    bounced_at timestamptz, bounce_kind varchar,     -- hard, soft
    opened_at timestamptz,                           -- by the person
    machine_opened_at timestamptz,                   -- by a mail program that fetches ahead
    clicked_at timestamptz, clicked_product_id bigint,
    unsubscribed_at timestamptz, complained_at timestamptz
);

create table reviews (
    review_id bigint,
    channel varchar,                                 -- shop, trustpilot_product, trustpilot_service, google
    product_id bigint, variant_id bigint,            -- null: of the shop
    order_id bigint, customer_id bigint,             -- null: not known to the channel
    location_id bigint,                              -- google
    author_name varchar, author_email varchar,
    rating integer, title varchar, body varchar, language varchar,
    created_at timestamptz,
    edited_at timestamptz, edited_rating integer, edited_body varchar,  -- null: never edited
    removed_at timestamptz,
    is_verified boolean, reply varchar, replied_at timestamptz
);

-- Ground truth: never served over HTTP ------------------------------------------------------------

create table customer_truth (                       -- one row per person
    person_id bigint,
    customer_id bigint,                             -- first account; null for guests
    email varchar, born_at timestamptz,
    orders_per_day double,                          -- while alive: discovery + 1 / habit_days
    discovery_orders_per_day double, dropout_rate_per_day double,
    died_at timestamptz,                            -- null: after the timeline
    mean_order_value decimal(18,2),                 -- expected discovery basket before discounts
    favourite_category varchar, taste double[],     -- in the order of season_truth.category_index
    spend_tier integer, habit_variant_id bigint, habit_days double, return_factor double,
    email_engagement double                         -- chance to open a campaign before dropping out
);

create table product_truth (
    variant_id bigint, category_name varchar, popularity double,  -- share of category
    base_demand_per_day double,                     -- mean intended units a day on sale before today
    repurchase_interval_days integer,               -- null: durable
    return_probability double, main_reason varchar, vendor varchar,
    lead_time_days double, lead_time_variation double,
    quality double,                                 -- share of buyers with nothing to complain of
    acclaimed_from date                             -- then, for 120 days, much reviewed; null: never
);

create table season_truth (
    category_index integer, category_name varchar, "on" date, season double, promotion_lift double,
    shop_rush double                                -- daily rate of all purchases, mean 1
);

create table complement_truth (
    variant_id bigint, complement_variant_id bigint, probability double
);

create table daily_demand_truth (                   -- intended and sold units, test orders left out
    variant_id bigint, "on" date, demand integer, sales integer
);

create table review_truth (
    review_id bigint, order_id bigint,               -- whether the channel knows the order or not
    sentiment varchar, edited_sentiment varchar,     -- positive, mixed, negative; null: never edited
    issues varchar[]    -- defective, poor_quality, sizing, not_as_described, taste_smell,
                        -- missing_parts, value, late_delivery, damaged_in_transit, wrong_item, service
);

create table incidents (
    incident_id bigint, kind varchar, subject_type varchar, subject_id varchar,
    planted_on date, visible_from date, detail json
);
