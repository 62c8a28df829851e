-- What recipients did. `since` is exclusive and leaves recipients without events in the list;
-- asked to filter bots, the vendor leaves out what mail programs opened by themselves.
create or replace macro mailchimp.is_asked(moment) as
moment > coalesce(getvariable('mailchimp_since')::timestamptz, '-infinity'::timestamptz)
and moment is not null;

create or replace view mailchimp.activity as
select
    *,
    list_filter(coalesce(opened_at, []), lambda t : mailchimp.is_asked(t)) as opens,
    list_filter(
        if(getvariable('mailchimp_filter_bots')::boolean, [], coalesce(machine_opened_at, [])),
        lambda t : mailchimp.is_asked(t)
    ) as machine_opens,
    list_filter(coalesce(clicked, []), lambda c : mailchimp.is_asked(c.at)) as clicks,
    list_filter(coalesce(bounced, []), lambda b : mailchimp.is_asked(b.at)) as bounces
from mailchimp.recipients;

create or replace view mailchimp.shown_activity as
select * from mailchimp.activity
where
    getvariable('mailchimp_shows_silent')::boolean
    or getvariable('mailchimp_since') is null
    or len(opens) + len(machine_opens) + len(clicks) + len(bounces) > 0;

create or replace macro mailchimp.activity_documents(parent, wanted) as table
select
    id,
    to_json({
        'campaign_id': parent_id,
        'list_id': mailchimp.list_id(),
        'list_is_active': true,
        'email_id': id,
        'email_address': email_address,
        'activity': list_concat(
            list_transform(
                list_concat(opens, machine_opens),
                lambda t : to_json({
                    'action': 'open', 'timestamp': mailchimp.stamp(t), 'ip': '198.51.100.7'
                })
            ),
            list_transform(clicks, lambda c : to_json({
                'action': 'click',
                'timestamp': mailchimp.stamp(c.at),
                'url': 'https://shop.example/products/' || coalesce(c.handle, ''),
                'ip': '198.51.100.7'
            })),
            list_transform(bounces, lambda b : to_json({
                'action': 'bounce', 'type': b.kind, 'timestamp': mailchimp.stamp(b.at)
            }))
        ),
        '_links': mailchimp.link('reports/' || parent_id || '/email-activity/' || id)
    }) as document
from mailchimp.shown_activity
where parent_id = parent and id in (select unnest(wanted));
