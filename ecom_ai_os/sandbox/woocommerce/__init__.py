"""WooCommerce's REST API v3 over the simulated shop: a site in New York behind plain http.

Built from the vendor's source as it was read and from a real server's recorded answers. Orders are
those `woocommerce.has_order` lets through; test orders are left out, as WooCommerce knows none.
"""
