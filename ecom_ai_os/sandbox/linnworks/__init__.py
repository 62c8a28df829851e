"""Linnworks' API over the simulated shop's stock and buying, from the vendor's own swagger files.

Purchase orders that were voided are deleted here: Linnworks knows no such state.
"""
