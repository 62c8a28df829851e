-- Shopify's object types as views over the shop's state: one view a type, one column a field,
-- named and serialised as the vendor does. Columns beginning with an underscore are not fields:
-- `_key` pages, `_order`, `_product` … point to the parent, `_…_at` sort and filter.
-- A column of an object type that has a view of its own holds the other's `_key`.

create schema if not exists shopify;

-- Orders of the share that WooCommerce serves are not this shop's.
create or replace macro shopify.has_order(order_id) as hash(order_id) % 100 >= woocommerce_share();

create or replace macro gid(kind, key) as concat('gid://shopify/', kind, '/', key);
-- DateTime has whole seconds; what the shop stores is finer.
create or replace macro iso(moment) as strftime(moment::timestamp, '%Y-%m-%dT%H:%M:%SZ');
-- Decimal: trailing zeros go, one decimal stays. 42.00 -> "42.0", 25.98 -> "25.98"
create or replace macro decimal_text(x) as
    case
        when x::decimal(18, 2) % 0.1 = 0 then x::decimal(18, 2)::decimal(18, 1)::varchar
        else x::decimal(18, 2)::varchar
    end;
create or replace macro money(x) as {amount: decimal_text(x), currencyCode: shop_currency()};
create or replace macro bag(x, paid_in) as {
    shopMoney: money(x),
    presentmentMoney:
        case
            when paid_in.rate = 1 then money(x)
            else {amount: decimal_text(x * paid_in.rate), currencyCode: paid_in.currency}
        end
};
create or replace macro shop_bag(x) as {shopMoney: money(x), presentmentMoney: money(x)};
create or replace macro address(city, zip, country) as
    case when country is not null
        then {city: city, zip: zip, country: country, countryCodeV2: country}
    end;
create or replace macro counted(n) as {count: n, precision: 'EXACT'};
