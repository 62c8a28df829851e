create or replace view woocommerce.customers as
select
    customer_id as id,
    created_at,
    updated_at as modified_at,
    'customer' as role,
    lower(email) as email,
    lower(first_name || ' ' || last_name) as name
from main.customers;

create or replace macro woocommerce.customer_documents(wanted) as table
select
    customer_id as id,
    to_json({
        'id': customer_id,
        'date_created': woocommerce.site_time(created_at),
        'date_created_gmt': woocommerce.gmt(created_at),
        'date_modified': woocommerce.site_time(updated_at),
        'date_modified_gmt': woocommerce.gmt(updated_at),
        'email': email,
        'first_name': coalesce(first_name, ''),
        'last_name': coalesce(last_name, ''),
        'role': 'customer',
        'username': 'customer' || customer_id,
        'billing': struct_insert(
            woocommerce.address(first_name, last_name, city, zip, country_code),
            email := coalesce(email, ''),
            phone := coalesce(phone, '')
        ),
        'shipping': struct_insert(
            woocommerce.address(first_name, last_name, city, zip, country_code), phone := ''
        ),
        'is_paying_customer': n_orders > 0,
        'avatar_url': 'https://secure.gravatar.com/avatar/' || md5(lower(email)) || '?s=96',
        'meta_data': []::json [],
        '_links': woocommerce.links('customers', customer_id)
    }) as document
from main.customers
where customer_id in (select unnest(wanted));
