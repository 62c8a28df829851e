"""Trustpilot's business API v1 over the simulated shop: one business unit with its reviews."""
