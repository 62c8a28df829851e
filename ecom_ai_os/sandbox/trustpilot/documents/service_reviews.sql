create or replace view trustpilot.service_reviews as
select
    review_id as key,
    date_trunc('second', created_at) as created_at,
    rating as stars,
    language
from main.reviews
where channel = 'trustpilot_service' and trustpilot.is_listed(created_at, removed_at);

create or replace macro trustpilot.service_review_documents(wanted) as table
select
    r.review_id as key,
    to_json({
        'id': trustpilot.id('review', r.review_id),
        'links': []::json [],
        'consumer': {
            'id': trustpilot.id('consumer', r.review_id),
            'displayName': r.author_name,
            'displayLocation': null,
            'numberOfReviews': 1,
            'links': []::json []
        },
        'businessUnit': {
            'id': getvariable('trustpilot_unit'),
            'identifyingName': getvariable('trustpilot_domain'),
            'displayName': 'Sandbox Shop',
            'links': []::json []
        },
        'location': null,
        'stars': r.rating,
        'title': r.title,
        'text': r.body,
        'language': r.language,
        'createdAt': trustpilot.naive(r.created_at),
        'experiencedAt': trustpilot.naive(coalesce(o.created_at, r.created_at)),
        'updatedAt': trustpilot.naive(coalesce(r.edited_at, r.created_at)),
        'numberOfLikes': 0,
        'isVerified': r.is_verified,
        'status': 'active',
        'source': if(r.order_id is null, 'Organic', 'InvitationLinkApi'),
        'companyReply': case when r.reply is not null then {
            'text': r.reply,
            'createdAt': trustpilot.naive(r.replied_at),
            'updatedAt': null,
            'authorBusinessUserId': trustpilot.id('user', 1)
        } end,
        'reportData': null,
        'complianceLabels': []::json [],
        'countsTowardsTrustScore': true,
        'countsTowardsLocationTrustScore': false,
        'invitation': case when r.order_id is not null then {
            'businessUnitId': getvariable('trustpilot_unit')
        } end,
        'businessUnitHistory': []::json [],
        'reviewVerificationLevel': if(r.is_verified, 'verified', 'not-verified'),
        -- known from the invitation alone
        'referenceId': o.number::varchar,
        'referralEmail': o.email
    }) as document
from main.reviews as r
left join main.orders as o using (order_id)
where r.review_id in (select unnest(wanted));

create or replace macro trustpilot.business_unit() as table
select
    to_json({
        'id': getvariable('trustpilot_unit'),
        'displayName': 'Sandbox Shop',
        'name': {'identifying': getvariable('trustpilot_domain'), 'referring': []::varchar []},
        'websiteUrl': 'https://' || getvariable('trustpilot_domain'),
        'country': 'DE',
        'status': 'active',
        'score': {
            'stars': coalesce(round(avg(stars) * 2) / 2, 0),
            'trustScore': coalesce(round(avg(stars), 1), 0)
        },
        'numberOfReviews': {
            'total': count(*),
            'usedForTrustScoreCalculation': count(*),
            'oneStar': count(*) filter (where stars = 1),
            'twoStars': count(*) filter (where stars = 2),
            'threeStars': count(*) filter (where stars = 3),
            'fourStars': count(*) filter (where stars = 4),
            'fiveStars': count(*) filter (where stars = 5)
        },
        'links': []::json []
    }) as document
from trustpilot.service_reviews;
