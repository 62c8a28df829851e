-- How WooCommerce writes values: money as text, times local to the site and in UTC, neither with
-- a zone. The shop's state knows neither this platform nor its site.

create schema if not exists woocommerce;

create or replace macro woocommerce.site_zone() as 'America/New_York';
create or replace macro woocommerce.gmt(moment) as
strftime(timezone('UTC', moment), '%Y-%m-%dT%H:%M:%S');
create or replace macro woocommerce.site_time(moment) as
strftime(timezone(woocommerce.site_zone(), moment), '%Y-%m-%dT%H:%M:%S');
create or replace macro woocommerce.money(amount) as coalesce(amount, 0)::decimal(18, 2)::varchar;

create or replace macro woocommerce.links(list, id) as {
    'self': [{'href': concat(getvariable('api'), list, '/', id)}],
    'collection': [{'href': concat(getvariable('api'), list)}]
};

create or replace macro woocommerce.address(first_name, last_name, city, zip, country) as {
    'first_name': coalesce(first_name, ''),
    'last_name': coalesce(last_name, ''),
    'company': '',
    'address_1': '',
    'address_2': '',
    'city': coalesce(city, ''),
    'state': '',
    'postcode': coalesce(zip, ''),
    'country': coalesce(country, '')
};

-- With a share of its own the shop has those orders alone and Shopify the others; without, both
-- have all.
create or replace macro woocommerce.has_order(order_id) as
woocommerce_share() = 0 or hash(order_id) % 100 < woocommerce_share();
