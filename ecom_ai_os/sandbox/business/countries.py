"""Countries the shop sells to: share of customers, tax, shipping, transit, names and phones."""

from dataclasses import dataclass

LOCATIONS = (("Leipzig warehouse", "DE", "Leipzig"), ("Rotterdam warehouse", "NL", "Rotterdam"))


@dataclass(frozen=True)
class Country:
    """`location` is the only warehouse that serves the country; money in euro cents."""

    code: str
    share: float
    location: int
    language: str
    tax_rate: float
    is_tax_included: bool
    shipping_fee: int
    free_shipping_over: int
    transit_days: float
    currency: str
    euro_rate: float
    phone_prefix: str  # followed by six or seven digits it is a valid mobile number
    phone_digits: int
    cities: tuple[tuple[str, str], ...]
    first_names: str
    last_names: str


_GERMAN = (
    "Anna Lukas Lea Jonas Mia Felix Laura Paul Sophie Max Julia Leon Katharina Tim Hannah Jan "
    "Nele Moritz Clara Ben Franziska Tobias Jule Stefan Marie Philipp Lena Niklas Ida Simon",
    "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer "
    "Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann "
    "Lange Werner Krause Lehmann Köhler Maier Vogel",
)
_FRENCH = (
    "Camille Louis Chloé Hugo Manon Lucas Léa Jules Inès Gabriel Sarah Arthur Zoé Nathan Alice "
    "Théo Juliette Raphaël Margaux Antoine Élise Baptiste Louise Maxime",
    "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent "
    "Lefebvre Michel Garcia Bertrand Roux Vincent Fournier Morel Girard André Mercier Dupont",
)
_DUTCH = (
    "Emma Daan Sanne Sem Lotte Bram Fleur Thijs Anouk Lars Femke Jesse Iris Ruben Maud Niels "
    "Roos Stijn Eva Gijs",
    "Jansen Bakker Visser Smit Meijer Mulder Bos Peters Hendriks Dekker Dijkstra Vermeulen "
    "Kok Jacobs Koster Prins Blom Huisman Peeters Kuipers",
)
_ENGLISH = (
    "Olivia Harry Amelia George Isla Jack Emily Charlie Grace Oscar Sophia William Freya James "
    "Poppy Alfie Ella Thomas Lily Henry Ruby Edward Alice Daniel",
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans "
    "Walker White Roberts Green Hall Wood Jackson Clarke Patel Hughes Turner Cooper",
)
_SPANISH = (
    "Lucía Hugo Sofía Martín Paula Daniel María Pablo Julia Álvaro Carmen Adrián Sara David "
    "Elena Mario Alba Javier Noa Diego",
    "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Ruiz Hernández "
    "Díaz Moreno Álvarez Romero Alonso Torres Navarro Vega Ramos",
)

_DE = (("Berlin", "10115"), ("Hamburg", "20095"), ("München", "80331"), ("Köln", "50667"),
       ("Frankfurt am Main", "60311"), ("Leipzig", "04109"), ("Stuttgart", "70173"),
       ("Dresden", "01067"), ("Bremen", "28195"), ("Freiburg", "79098"))  # fmt: skip
_AT = (("Wien", "1010"), ("Graz", "8010"), ("Linz", "4020"), ("Salzburg", "5020"))
_FR = (("Paris", "75011"), ("Lyon", "69002"), ("Marseille", "13001"), ("Lille", "59000"),
       ("Nantes", "44000"), ("Bordeaux", "33000"))  # fmt: skip
_NL = (("Amsterdam", "1012 JS"), ("Utrecht", "3511 LX"), ("Rotterdam", "3011 AA"),
       ("Groningen", "9711 LM"))  # fmt: skip
_GB = (("London", "N1 9GU"), ("Manchester", "M1 1AE"), ("Bristol", "BS1 4DJ"),
       ("Edinburgh", "EH1 1YZ"), ("Leeds", "LS1 4DY"))  # fmt: skip
_BE = (("Bruxelles", "1000"), ("Liège", "4000"), ("Namur", "5000"))
_ES = (("Madrid", "28001"), ("Barcelona", "08001"), ("Valencia", "46001"), ("Sevilla", "41001"))
_US = (("Brooklyn", "11201"), ("Portland", "97201"), ("Austin", "78701"))

_EURO, _POUND, _DOLLAR = ("EUR", 1.0), ("GBP", 0.86), ("USD", 1.08)

COUNTRIES = (
    Country("DE", 0.42, 0, "de", 0.19, True, 490, 5000, 1.6, *_EURO, "+49151", 8, _DE, *_GERMAN),
    Country("AT", 0.09, 0, "de", 0.20, True, 690, 7000, 2.6, *_EURO, "+43664", 7, _AT, *_GERMAN),
    Country("FR", 0.16, 1, "fr", 0.20, True, 790, 8000, 3.2, *_EURO, "+3367", 7, _FR, *_FRENCH),
    Country("NL", 0.10, 1, "nl", 0.21, True, 590, 6000, 1.5, *_EURO, "+3161", 7, _NL, *_DUTCH),
    Country("GB", 0.11, 1, "en", 0.20, True, 890, 9000, 3.8, *_POUND, "+44740", 7, _GB, *_ENGLISH),
    Country("BE", 0.05, 1, "fr", 0.21, True, 690, 7000, 2.1, *_EURO, "+3247", 7, _BE, *_FRENCH),
    Country("ES", 0.05, 1, "es", 0.21, True, 890, 9000, 4.0, *_EURO, "+3461", 7, _ES, *_SPANISH),
    Country("US", 0.02, 1, "en", 0.07, False, 1490, 10**9, 7.0, *_DOLLAR, "+1201", 7, _US,
            *_ENGLISH),
)  # fmt: skip
