"""The vendors the sandbox plays beside Shopify, each a surface over the same shop.

Shopify is made by hand in app.py: its bulk operations write files.
"""

from pathlib import Path
from typing import ClassVar, Protocol

from starlette.routing import Route

from ecom_ai_os.sandbox.cin7.core import CoreSurface
from ecom_ai_os.sandbox.cin7.omni import OmniSurface
from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.faults import Faults
from ecom_ai_os.sandbox.google.routes import GoogleSurface
from ecom_ai_os.sandbox.klaviyo.routes import KlaviyoSurface
from ecom_ai_os.sandbox.linnworks.routes import LinnworksSurface
from ecom_ai_os.sandbox.mailchimp.routes import MailchimpSurface
from ecom_ai_os.sandbox.shop import Shop
from ecom_ai_os.sandbox.trustpilot.routes import TrustpilotSurface
from ecom_ai_os.sandbox.woocommerce.routes import WooCommerceSurface


class Surface(Protocol):
    """A vendor's HTTP endpoints at the paths they have there.

    `scripts` are run once over the derived state: the vendor's views of the shop.
    """

    scripts: ClassVar[tuple[Path, ...]]

    def __init__(self, shop: Shop, faults: Faults, counters: Counters) -> None: ...

    def routes(self) -> list[Route]: ...


SURFACES: tuple[type[Surface], ...] = (
    WooCommerceSurface,
    TrustpilotSurface,
    KlaviyoSurface,
    CoreSurface,
    OmniSurface,
    LinnworksSurface,
    MailchimpSurface,
    GoogleSurface,
)
