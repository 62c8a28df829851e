"""How the connections of the shipped `ecom.toml` reach the simulated shop.

Mailchimp, Cin7 Omni, Linnworks and WooCommerce are played too, but serve the same customers and
orders as these: connected beside them they would count twice.
"""

from ecom_ai_os import settings

#: connection → its settings; {url} is the simulated shop's address, and nothing here is a secret
ACCESS = {
    "main": {"base_url": "{url}", "token": "shpat_sandbox"},
    "klaviyo": {"base_url": "{url}", "api_key": "pk_sandbox"},
    "trustpilot": {"api_url": "{url}", "api_key": "tp-key", "api_secret": "tp-secret"},
    "google": {
        "base_url": "{url}",
        "client_secret": "GOCSPX-sandbox",
        "refresh_token": "1//sandbox",
    },
}


def environment(url: str) -> dict[str, str]:
    """Return the environment under which the settings file's connections read the simulated shop.

    Raises ValueError when the file has none of its connections.
    """
    known = ACCESS.keys() & settings.connections_in_file()
    if not known:
        raise ValueError(f"{settings.config_path()} has no connection {' or '.join(ACCESS)}")
    return {
        f"ECOM__CONNECTIONS__{name}__{key}".upper(): value.format(url=url)
        for name in known
        for key, value in ACCESS[name].items()
    }
