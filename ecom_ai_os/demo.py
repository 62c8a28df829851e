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
    # This application may call a hundred times as often as Cin7 lets a real one: a first run reads
    # 1,500 records one by one.
    "cin7": {
        "url": "{url}/ExternalApi/v2",
        "account_id": "704ef231-cd93-49c9-a201-26b4b5d0d35b",
        "application_key": "6000a546-e0c2-0dff-f0be-6a5e17154033",
        "requests_per_minute": "6000",
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
