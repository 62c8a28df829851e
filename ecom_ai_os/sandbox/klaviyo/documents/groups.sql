-- Metrics, lists, segments, and who is in them.

create or replace view klaviyo.lists as
select
    klaviyo.short_id('list', 'Newsletter') as id,
    'Newsletter' as name,
    'double_opt_in' as opt_in_process,
    coalesce((select min(created_at) from klaviyo.metrics), this_moment()) as created_at,
    coalesce((select min(created_at) from klaviyo.metrics), this_moment()) as updated_at
union all
select list_id, name, opt_in_process, created_at, created_at from klaviyo.written_lists;

create or replace view klaviyo.list_members as
select klaviyo.short_id('list', 'Newsletter') as parent_id, id, email, email_state_at as joined_at
from klaviyo.profiles where email_consent = 'SUBSCRIBED'
union all
select m.list_id, m.profile_id, p.email, m.joined_at
from klaviyo.written_members as m inner join klaviyo.profiles as p on p.id = m.profile_id;

create or replace macro klaviyo.list_documents(wanted) as table
select
    id,
    to_json({
        'type': 'list',
        'id': id,
        'attributes': {
            'name': name,
            'created': klaviyo.time(created_at),
            'updated': klaviyo.time(updated_at),
            'opt_in_process': opt_in_process
        },
        'relationships': {
            'profiles': klaviyo.relations('profiles', 'lists/' || id),
            'tags': klaviyo.relations('tags', 'lists/' || id),
            'flow-triggers': klaviyo.relations('flow-triggers', 'lists/' || id)
        },
        'links': {'self': klaviyo.link('lists/' || id || '/')}
    }) as document
from klaviyo.lists
where id in (select unnest(wanted));

create or replace view klaviyo.segments as
select
    klaviyo.short_id('segment', 'Suppressed') as id,
    'Suppressed' as name,
    coalesce((select min(created_at) from klaviyo.metrics), this_moment()) as created_at,
    coalesce((select min(created_at) from klaviyo.metrics), this_moment()) as updated_at,
    true as is_active,
    false as is_starred;

create or replace view klaviyo.segment_members as
select klaviyo.short_id('segment', 'Suppressed') as parent_id, id, email, suppressed_at as joined_at
from klaviyo.profiles where suppressed_at is not null;

create or replace macro klaviyo.segment_documents(wanted) as table
select
    id,
    to_json({
        'type': 'segment',
        'id': id,
        'attributes': {
            'name': name,
            'definition': {
                'condition_groups': [{
                    'conditions': [{
                        'type': 'profile-marketing-consent',
                        'consent': {
                            'channel': 'email',
                            'can_receive_marketing': false,
                            'consent_status': {'subscription': 'any'}
                        }
                    }]
                }]
            },
            'created': klaviyo.time(created_at),
            'updated': klaviyo.time(updated_at),
            'is_active': is_active,
            'is_processing': false,
            'is_starred': is_starred
        },
        'relationships': {
            'profiles': klaviyo.relations('profiles', 'segments/' || id),
            'tags': klaviyo.relations('tags', 'segments/' || id),
            'flow-triggers': klaviyo.relations('flow-triggers', 'segments/' || id)
        },
        'links': {'self': klaviyo.link('segments/' || id || '/')}
    }) as document
from klaviyo.segments
where id in (select unnest(wanted));

create or replace macro klaviyo.metric_documents(wanted) as table
select
    id,
    to_json({
        'type': 'metric',
        'id': id,
        'attributes': {
            'name': name,
            'created': klaviyo.time(created_at),
            'updated': klaviyo.time(created_at),
            'integration': {
                'object': 'integration',
                'id': klaviyo.short_id('integration', integration),
                'name': integration,
                'category': if(integration = 'Klaviyo', 'Internal', integration)
            }
        },
        'relationships': {'flow-triggers': klaviyo.relations('flow-triggers', 'metrics/' || id)},
        'links': {'self': klaviyo.link('metrics/' || id || '/')}
    }) as document
from klaviyo.metrics
where id in (select unnest(wanted));
