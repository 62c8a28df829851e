"""Shopify's Admin GraphQL API 2026-10 over the simulated shop."""
