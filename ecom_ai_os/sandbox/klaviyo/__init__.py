"""Klaviyo's JSON:API, revision 2026-07-15, over the simulated shop.

Built from the vendor's OpenAPI document and reference. One profile per lower-cased e-mail address
of the shop's customers; mailings are campaigns and messages of flows, mails are events. What is
written through the API is kept beside, in memory; nothing written changes anyone's consent.
"""
