"""Google's Business Profile APIs over the simulated shop: its locations and their reviews.

All of Google's hosts stand at one address here; their paths do not overlap.
"""
