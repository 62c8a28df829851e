"""Mailchimp's Marketing API 3.0 over the simulated shop: one account with one audience.

Everybody with an account at the shop is a member; who never signed up is `transactional`. Flows are
classic automations. One person has one row a campaign, however many mails of a flow were sent.
"""
