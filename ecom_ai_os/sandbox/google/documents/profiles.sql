-- Two accounts: a group that manages every location, and its owner's own, which lists the first
-- location too. A pop-up shop waits to be verified.

create schema if not exists google;

create or replace view google.locations as
with every as (
    select location_id, name, created_at from main.locations
    union all
    select 999, 'Pop-up', '2024-01-01'::timestamptz
)

select
    location_id,
    'locations/' || location_id as name,
    location_id = (select min(location_id) from every) as is_personal,
    location_id <> 999 as is_verified,
    to_json({
        'name': 'locations/' || location_id,
        'title': name,
        'storeCode': 'S' || location_id,
        'metadata': case
            when location_id = 999 then {'hasVoiceOfMerchant': false}
            else {'hasVoiceOfMerchant': true}
        end
    }) as document
from every;
