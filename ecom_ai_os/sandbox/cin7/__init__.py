"""Cin7 Core's API v2 and Cin7 Omni's API v1 over the simulated shop's buying.

Built from the vendor's blueprint, live findings of others and typed models of Omni's own pages.
Cin7 says more of a purchase than the business does: drafts of the next two days, orders entered
twice and voided an hour later, deliveries in two parts (../buying.sql).
"""
