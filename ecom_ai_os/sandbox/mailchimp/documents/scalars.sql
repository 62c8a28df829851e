-- How Mailchimp writes ids and times, and what its API was told: the shop's state knows no edits.

create schema if not exists mailchimp;

create or replace macro mailchimp.stamp(moment) as coalesce(
    strftime(timezone('UTC', moment), '%Y-%m-%dT%H:%M:%S+00:00'), ''
);
create or replace macro mailchimp.short_id(kind, key) as substr(md5(kind || key), 1, 10);
create or replace macro mailchimp.email_id(email) as md5(lower(trim(email)));
create or replace macro mailchimp.list_id() as 'a6b5da1054';
create or replace macro mailchimp.link(path) as [{
    'rel': 'self',
    'href': concat(getvariable('mailchimp_root'), path),
    'method': 'GET'
}];

-- Reports trail what happens: what is younger than the lag is not counted yet.
create or replace macro mailchimp.counted(moment) as
case
    when moment <= this_moment() - to_seconds(getvariable('mailchimp_lag_seconds')) then moment
end;

create table mailchimp.edits (
    email_id varchar primary key, email_address varchar, status varchar, merge_fields json,
    vip boolean, language varchar, edited_at timestamptz, is_deleted boolean
);
create table mailchimp.tags (
    tag_id bigint primary key, name varchar, created_at timestamptz, updated_at timestamptz
);
create table mailchimp.member_tags (
    email_id varchar, tag_id bigint, added_at timestamptz, primary key (email_id, tag_id)
);
create sequence mailchimp.event_ids;
create table mailchimp.events (
    event_id bigint default nextval('mailchimp.event_ids'), email_id varchar, name varchar,
    properties json, occurred_at timestamptz, starts_automations boolean
);
create table mailchimp.triggers (
    journey_id bigint, step_id bigint, email_id varchar, triggered_at timestamptz
);
create table mailchimp.merge_field_list (
    merge_id bigint, tag varchar, name varchar, type varchar
);
insert into mailchimp.merge_field_list values
(1, 'FNAME', 'First Name', 'text'),
(2, 'LNAME', 'Last Name', 'text'),
(3, 'ADDRESS', 'Address', 'address'),
(4, 'PHONE', 'Phone Number', 'phone'),
(5, 'AI_SEG', 'Segment', 'text'),
(6, 'AI_LTV', 'Expected value', 'number');
