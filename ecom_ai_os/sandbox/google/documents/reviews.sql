-- How Google writes: times with as many decimals as there are, stars as words.
create or replace macro google.time_text(moment) as
regexp_replace(strftime(timezone('UTC', moment), '%Y-%m-%dT%H:%M:%S.%g'), '\.000$', '') || 'Z';
create or replace macro google.stars(rating) as
(['ONE', 'TWO', 'THREE', 'FOUR', 'FIVE'])[rating];
create or replace macro google.review_id(key) as 'AbFvOq' || md5(concat('google', key))[:20];

-- A machine's translation stands around what is not in English.
create or replace macro google.told(body, language) as
case
    when body is null or language = 'en' or getvariable('google_translates') = 'not' then body
    when getvariable('google_translates') = 'before'
        then concat('(Translated by Google) [in English]', chr(10), chr(10), '(Original)', chr(10), body)
    else concat(body, chr(10), chr(10), '(Translated by Google)', chr(10), '[in English]')
end;

create or replace view google.reviews as
select
    review_id as key,
    location_id,
    rating,
    created_at,
    greatest(
        created_at,
        edited_at,
        if(getvariable('google_reply_moves_update_time'), replied_at, null)
    ) as updated_at
from main.reviews
where
    channel = 'google'
    and created_at + to_seconds(getvariable('google_lag_seconds')) <= this_moment()
    and removed_at is null;

create or replace macro google.review_documents(wanted, parent) as table
select
    r.review_id as key,
    to_json({
        'name': concat(parent, '/reviews/', google.review_id(r.review_id)),
        'reviewId': google.review_id(r.review_id),
        'reviewer': {
            'profilePhotoUrl': 'https://lh3.googleusercontent.com/a/default',
            'displayName': coalesce(r.author_name, 'A Google user'),
            'isAnonymous': r.author_name is null
        },
        'starRating': google.stars(r.rating),
        'comment': google.told(r.body, r.language),
        'createTime': google.time_text(r.created_at),
        'updateTime': google.time_text(v.updated_at),
        'reviewReply': case when r.reply is not null then {
            'comment': r.reply,
            'updateTime': google.time_text(r.replied_at),
            'reviewReplyState': 'APPROVED'
        } end
    }) as document
from main.reviews as r
inner join google.reviews as v on r.review_id = v.key
where r.review_id in (select unnest(wanted));
