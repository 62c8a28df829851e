{{ config(severity='warn') }}

select * from {{ ref('excluded_records') }}
