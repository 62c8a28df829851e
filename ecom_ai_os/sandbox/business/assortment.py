"""What the shop sells, as words and parameters: categories, kinds of product, vendors, reasons.

A product is a kind in a series ("Huila" × "Espresso Beans"); its variants are the kind's options.
"""

from dataclasses import dataclass

REASONS = (
    "too-small", "too-big", "damaged-or-defective", "item-not-as-described",
    "received-the-wrong-item", "changed-my-mind", "other-reason", "style", "color", "unknown",
)  # fmt: skip
# Weights over REASONS by profile of product.
REASON_PROFILES = {
    "food": (0, 0, 3, 3, 3, 3, 2, 0, 0, 2),
    "fragile": (1, 1, 8, 2, 1, 3, 1, 2, 2, 1),
    "electric": (0, 1, 5, 3, 1, 5, 2, 1, 1, 1),
    "sized": (6, 6, 1, 2, 1, 3, 1, 3, 3, 1),
    "durable": (1, 1, 2, 3, 1, 5, 1, 2, 1, 1),
}


@dataclass(frozen=True)
class Kind:
    """Median price in euro, days a unit lasts (0 = durable), chance a sold line is returned."""

    name: str
    price: float
    lasts_days: int
    return_rate: float
    options: tuple[tuple[str, float, float], ...] = (("Default Title", 1.0, 1.0),)
    """(option, price factor, share of the product's sales)"""
    complement: str | None = None
    complement_rate: float = 0.0


@dataclass(frozen=True)
class Category:
    """`share` of taste; season parameters of calendar.py; `vendors` by name."""

    name: str
    taxonomy_id: str
    share: float
    peak_day: int
    swing: float
    advent: float
    profile: str
    vendors: tuple[str, ...]
    series: str
    kinds: tuple[Kind, ...]


# vendor → (mean lead time in days, coefficient of variation)
VENDORS = {
    "Fazenda Direta": (12, 0.20), "Nordlicht Rösterei": (5, 0.15), "Himalaya Leaf": (18, 0.25),
    "Kyoto Brew Works": (28, 0.30), "Meridian Brew": (10, 0.20), "Crema Meccanica": (14, 0.25),
    "Steinzeug Manufaktur": (13, 0.25), "Solingen Forge": (9, 0.20), "Maison du Lin": (13, 0.20),
    "Chocolaterie Meunier": (7, 0.15), "Klarwerk": (6, 0.15), "House": (1, 0.1),
}  # fmt: skip

_WEIGHT = (("250 g", 1.0, 0.62), ("1 kg", 3.4, 0.38))
_TEA = (("100 g", 1.0, 0.75), ("250 g", 2.2, 0.25))
_SIZE = (("S", 1.0, 0.22), ("M", 1.0, 0.43), ("L", 1.0, 0.35))
_COLOUR = (("White", 1.0, 0.5), ("Graphite", 1.0, 0.3), ("Sage", 1.0, 0.2))

CATEGORIES = (
    Category(
        "Coffee", "fb-1-3", 0.26, 355, 0.12, 0.35, "food", ("Fazenda Direta", "Nordlicht Rösterei"),
        "Huila Yirgacheffe Antigua Sidamo Tarrazú Mogiana Kigoma Kayanza Nariño Gayo Chiapas "
        "Lintong Cajamarca Guji Marcala Boquete Nyeri Rulindo Apaneca Cerrado Toraja Limu "
        "Jinotega Mbeya",
        (Kind("Espresso Beans", 9.9, 32, 0.012, _WEIGHT),
         Kind("Filter Beans", 10.9, 30, 0.012, _WEIGHT),
         Kind("Decaf Beans", 10.5, 38, 0.014, _WEIGHT), Kind("Coffee Capsules 50", 19.9, 26, 0.015),
         Kind("Ground Coffee", 8.9, 28, 0.012, _WEIGHT)),
    ),
    Category(
        "Tea", "fb-1-14", 0.13, 10, 0.38, 0.45, "food", ("Himalaya Leaf", "Nordlicht Rösterei"),
        "Darjeeling Assam Uva Sencha Oolong Keemun Dimbula Nilgiri Rooibos Yunnan Hojicha "
        "Gyokuro Ceylon Lapsang Jasmine Chamomile Verbena Peppermint Ginger Hibiscus Chai "
        "Genmaicha Bancha Mint",
        (Kind("Loose Leaf", 8.5, 45, 0.012, _TEA), Kind("Tea Bags 40", 6.9, 40, 0.012),
         Kind("Tea Sampler", 16.9, 70, 0.02), Kind("Iced Tea Blend", 7.9, 42, 0.013)),
    ),
    Category(
        "Brewing", "hg-11-2-4", 0.12, 320, 0.10, 0.6, "fragile",
        ("Kyoto Brew Works", "Meridian Brew"),
        "Kumo Hoshi Aster Linea Brisa Tono Vela Mistral Koto Sora Nami Piuma Onda Lumen Yuki "
        "Arco Ripa Faro Calla Iris Nube Tala Fjord Orla",
        (Kind("Pour-over Dripper", 24.9, 0, 0.05, complement="Paper Filters 100",
              complement_rate=0.34),
         Kind("French Press", 34.9, 0, 0.06, complement="Ground Coffee", complement_rate=0.22),
         Kind("Teapot", 39.9, 0, 0.06, complement="Loose Leaf", complement_rate=0.30),
         Kind("Cold Brew Jug", 29.9, 0, 0.05), Kind("Moka Pot", 32.9, 0, 0.05)),
    ),
    Category(
        "Machines", "hg-11-2-7", 0.08, 340, 0.12, 0.9, "electric",
        ("Crema Meccanica", "Meridian Brew"),
        "Presto Forza Silvia Turin Modena Levante Aria Corsa Bruno Verona Duetto Rapida "
        "Stella Nova Sienna Torino Capri Bolero Vento Lago Miro Otto Delta Rondo",
        (Kind("Burr Grinder", 119.0, 0, 0.05, complement="Espresso Beans", complement_rate=0.30),
         Kind("Espresso Machine", 349.0, 0, 0.07, complement="Descaler", complement_rate=0.32),
         Kind("Electric Kettle", 69.0, 0, 0.05), Kind("Milk Frother", 49.0, 0, 0.05)),
    ),
    Category(
        "Cups & Glass", "hg-11-10-1", 0.11, 330, 0.10, 0.8, "fragile", ("Steinzeug Manufaktur",),
        "Dune Harbour Pebble Heath Tide Birch Moor Clay Salt Ember Coast Reed Slate Loam Fern "
        "Shore Mist Quarry Brook Thistle Cove Ridge Meadow Drift",
        (Kind("Mug", 16.9, 0, 0.05, _COLOUR), Kind("Espresso Cup Set", 29.9, 0, 0.06),
         Kind("Latte Glass Pair", 19.9, 0, 0.06), Kind("Travel Cup", 24.9, 0, 0.05, _COLOUR)),
    ),
    Category(
        "Kitchen", "hg-11-8", 0.09, 330, 0.08, 0.7, "durable", ("Solingen Forge",),
        "Werk Kante Klinge Hain Sturm Nordic Eifel Harz Rhön Allgäu Taunus Saale Elbe Isar "
        "Spree Lahn Mosel Weser Oder Havel Neckar Main Ruhr Donau",
        (Kind("Chef Knife", 79.0, 0, 0.05, complement="Whetstone", complement_rate=0.20),
         Kind("Whetstone", 34.0, 0, 0.03), Kind("Cast Iron Pan", 59.0, 0, 0.05),
         Kind("Bread Knife", 54.0, 0, 0.04), Kind("Kitchen Scale", 29.0, 0, 0.04)),
    ),
    Category(
        "Linen", "hg-11-9", 0.06, 150, 0.15, 0.4, "sized", ("Maison du Lin",),
        "Calais Honfleur Giverny Etretat Arles Nîmes Cassis Sète Vannes Quimper Dinan Auray "
        "Annecy Uzès Gordes Lourmarin Beaune Colmar Amboise Blois Saumur Cognac Royan "
        "Biarritz",
        (Kind("Barista Apron", 44.9, 0, 0.13, _SIZE), Kind("Linen Shirt", 69.9, 0, 0.18, _SIZE),
         Kind("Tea Towel Set", 19.9, 0, 0.04)),
    ),
    Category(
        "Sweets", "fb-2-4", 0.08, 350, 0.30, 1.1, "food", ("Chocolaterie Meunier",),
        "Amandine Noisette Caramel Praline Citron Framboise Pistache Sésame Cannelle Vanille "
        "Gianduja Cassis Orange Cerise Fleur-de-sel Rhubarbe Miel Figue Coco Menthe Poire "
        "Abricot Moka Yuzu",
        (Kind("Chocolate Bar", 5.9, 21, 0.01), Kind("Coffee Syrup", 9.9, 48, 0.012),
         Kind("Biscuits", 6.9, 20, 0.012), Kind("Truffle Box", 18.9, 0, 0.015)),
    ),
    Category(
        "Care", "hg-5-1", 0.07, 80, 0.06, 0.0, "food", ("Klarwerk",),
        "Pure Eco Duo Basic Pro Clear Fresh Active Natural Gentle Ultra Quick Nordic Simple "
        "Deep Soft Bright Classic Home Atelier Studio Original Plus Everyday",
        (Kind("Paper Filters 100", 4.9, 50, 0.01), Kind("Descaler", 9.9, 75, 0.012),
         Kind("Cleaning Tablets", 11.9, 60, 0.012), Kind("Water Filter", 14.9, 60, 0.015)),
    ),
)  # fmt: skip

_GIFT = Kind("Gift Card", 1.0, 0, 0.0, tuple((f"€{v}", float(v), 1 / 3) for v in (25, 50, 100)))
GIFT_CARDS = Category(
    "Gift Cards", "gc", 0.0, 0, 0.0, 0.0, "durable", ("House",), "Aurel", (_GIFT,)
)
