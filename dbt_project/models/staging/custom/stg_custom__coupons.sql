-- stand-in, to be overwritten by the custom shops' own staging
select * from {{ ref('stg_shopify__coupons') }} where false
