-- Campaigns, flows and their messages. A flow is a trigger, then each of its mails, one action each.

create or replace view klaviyo.message_state as
select
    mailing_id,
    kind,
    name,
    subject,
    created_at,
    scheduled_at,
    sent_at,
    klaviyo.long_id('message', mailing_id) as message_id,
    if(kind = 'campaign', klaviyo.long_id('campaign', mailing_id), null) as campaign_id,
    if(kind = 'flow', klaviyo.short_id('flow', flow), null) as flow_id,
    if(kind = 'flow', (mailing_id + 70000000)::varchar, null) as action_id
from main.mailings;

create or replace table klaviyo.messages as from klaviyo.message_state;

create or replace view klaviyo.campaigns as
select
    campaign_id as id,
    mailing_id,
    name,
    created_at,
    coalesce(sent_at, created_at) as updated_at,
    scheduled_at,
    sent_at,
    false as archived,
    case
        when sent_at is not null then 'Sent'
        when scheduled_at is not null then 'Scheduled'
        else 'Draft'
    end as status
from klaviyo.messages where kind = 'campaign';

create or replace macro klaviyo.campaign_documents(wanted) as table
select
    id,
    to_json({
        'type': 'campaign',
        'id': id,
        'attributes': {
            'name': name,
            'status': status,
            'archived': archived,
            'audiences': {'included': [klaviyo.short_id('list', 'Newsletter')], 'excluded': []::varchar []},
            'send_options': {'use_smart_sending': true},
            'tracking_options': {'is_tracking_clicks': true, 'is_tracking_opens': true},
            'send_strategy': if(
                scheduled_at is null,
                '{"method": "immediate"}'::json,
                to_json({'method': 'static', 'datetime': klaviyo.time(scheduled_at)})
            ),
            'created_at': klaviyo.time(created_at),
            'scheduled_at': klaviyo.time(scheduled_at),
            'updated_at': klaviyo.time(updated_at),
            'send_time': klaviyo.time(coalesce(sent_at, scheduled_at))
        },
        'relationships': {
            'campaign-messages': {
                'data': [{'type': 'campaign-message', 'id': klaviyo.long_id('message', mailing_id)}],
                'links': klaviyo.relations('campaign-messages', 'campaigns/' || id).links
            },
            'tags': klaviyo.relations('tags', 'campaigns/' || id)
        },
        'links': {'self': klaviyo.link('campaigns/' || id || '/')}
    }) as document
from klaviyo.campaigns
where id in (select unnest(wanted));

-- As of revision 2026-10-15.
create or replace macro klaviyo.omnichannel_campaign_documents(wanted) as table
select
    id,
    to_json({
        'type': 'campaign',
        'id': id,
        'attributes': {
            'created_at': klaviyo.time(created_at),
            'updated_at': klaviyo.time(updated_at),
            'definition': {'name': name, 'builder': 'wizard', 'archived': archived}
        },
        'relationships': {
            'campaign-audiences': klaviyo.relations('campaign-audiences', 'campaigns/' || id),
            'campaign-messages': klaviyo.relations('campaign-messages', 'campaigns/' || id),
            'tags': klaviyo.relations('tags', 'campaigns/' || id)
        },
        'links': {'self': klaviyo.link('campaigns/' || id || '/')}
    }) as document
from klaviyo.campaigns
where id in (select unnest(wanted));

create or replace view klaviyo.campaign_messages as
select message_id as id, campaign_id as parent_id, name, created_at, created_at as updated_at
from klaviyo.messages where kind = 'campaign';

create or replace macro klaviyo.campaign_message_documents(wanted) as table
select
    message_id as id,
    to_json({
        'type': 'campaign-message',
        'id': message_id,
        'attributes': {
            'definition': {
                'channel': 'email',
                'label': name,
                'content': {
                    'subject': subject,
                    'preview_text': '',
                    'from_email': 'hello@sandbox.example',
                    'from_label': 'Sandbox Shop',
                    'reply_to_email': null,
                    'cc_email': null,
                    'bcc_email': null
                }
            },
            'send_times': if(
                scheduled_at is null, [],
                [{'datetime': klaviyo.time(scheduled_at), 'is_local': false}]
            ),
            'created_at': klaviyo.time(created_at),
            'updated_at': klaviyo.time(created_at)
        },
        'relationships': {
            'campaign': klaviyo.relation('campaign', campaign_id, 'campaign-messages/' || message_id)
        },
        'links': {'self': klaviyo.link('campaign-messages/' || message_id || '/')}
    }) as document
from klaviyo.messages
where message_id in (select unnest(wanted));

create or replace view klaviyo.flows as
select
    klaviyo.short_id('flow', flow) as id,
    flow,
    upper(flow[1]) || replace(flow[2:], '_', ' ') as name,
    'live' as status,
    false as archived,
    if(flow = 'welcome', 'Added to List', 'Metric') as trigger_type,
    min(created_at) as created_at,
    min(created_at) as updated_at
from main.mailings where kind = 'flow'
group by flow;

create or replace macro klaviyo.flow_documents(wanted) as table
select
    id,
    to_json({
        'type': 'flow',
        'id': id,
        'attributes': {
            'name': name,
            'status': status,
            'archived': archived,
            'created': klaviyo.time(created_at),
            'updated': klaviyo.time(updated_at),
            'trigger_type': trigger_type
        },
        'relationships': {
            'flow-actions': {
                'data': (
                    select list({'type': 'flow-action', 'id': m.action_id} order by m.mailing_id)
                    from klaviyo.messages as m where m.flow_id = f.id
                ),
                'links': klaviyo.relations('flow-actions', 'flows/' || id).links
            },
            'tags': klaviyo.relations('tags', 'flows/' || id)
        },
        'links': {'self': klaviyo.link('flows/' || id || '/')}
    }) as document
from klaviyo.flows as f
where id in (select unnest(wanted));

create or replace view klaviyo.flow_actions as
select
    action_id as id,
    flow_id as parent_id,
    'SEND_EMAIL' as action_type,
    'live' as status,
    created_at,
    created_at as updated_at
from klaviyo.messages where kind = 'flow';

create or replace macro klaviyo.flow_message_definition(message_id, name, subject) as {
    'id': message_id,
    'name': name,
    'subject_line': subject,
    'preview_text': null,
    'from_email': 'hello@sandbox.example',
    'from_label': 'Sandbox Shop',
    'reply_to_email': null,
    'smart_sending_enabled': true,
    'transactional': false,
    'add_tracking_params': false
};

create or replace macro klaviyo.flow_action_documents(wanted) as table
select
    action_id as id,
    to_json({
        'type': 'flow-action',
        'id': action_id,
        'attributes': {
            'created': klaviyo.time(created_at),
            'updated': klaviyo.time(created_at),
            'definition': {
                'id': action_id,
                'type': 'send-email',
                'links': {'next': null},
                'data': {
                    'message': klaviyo.flow_message_definition(message_id, name, subject),
                    'status': 'live'
                }
            }
        },
        'relationships': {
            'flow': klaviyo.relation('flow', flow_id, 'flow-actions/' || action_id),
            'flow-messages': {
                'data': [{'type': 'flow-message', 'id': message_id}],
                'links': klaviyo.relations('flow-messages', 'flow-actions/' || action_id).links
            }
        },
        'links': {'self': klaviyo.link('flow-actions/' || action_id || '/')}
    }) as document
from klaviyo.messages
where action_id in (select unnest(wanted));

create or replace view klaviyo.flow_messages as
select message_id as id, action_id as parent_id, name, created_at, created_at as updated_at
from klaviyo.messages where kind = 'flow';

create or replace macro klaviyo.flow_message_documents(wanted) as table
select
    message_id as id,
    to_json({
        'type': 'flow-message',
        'id': message_id,
        'attributes': {
            'channel': 'email',
            'created': klaviyo.time(created_at),
            'updated': klaviyo.time(created_at),
            'definition': klaviyo.flow_message_definition(message_id, name, subject)
        },
        'relationships': {
            'flow-action': klaviyo.relation('flow-action', action_id, 'flow-messages/' || message_id)
        },
        'links': {'self': klaviyo.link('flow-messages/' || message_id || '/')}
    }) as document
from klaviyo.messages
where message_id in (select unnest(wanted)) and kind = 'flow';
