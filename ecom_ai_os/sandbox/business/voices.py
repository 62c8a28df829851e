"""How people write of what they bought, and how good the products are.

Person i writes talk_i ~ Gamma(2, mean 1) times as many reviews as others, in a mood_i ~ N(0, 1),
in the language of the country; six in a hundred write English all the same, half of the Dutch do,
seven in a thousand write Italian. Product p leaves a share quality_p ~ Beta(14, 2.2) of its buyers
with nothing to complain of.
"""

from dataclasses import dataclass

import numpy as np

from .catalogue import Catalogue
from .choice import Floats, Ints
from .countries import COUNTRIES
from .people import People

LANGUAGES = ("en", "de", "fr", "es", "nl", "it")
ENGLISH, DUTCH, ITALIAN = (LANGUAGES.index(language) for language in ("en", "nl", "it"))


@dataclass(frozen=True)
class Voices:
    """`talk`, `mood`, `language` (index into LANGUAGES) over persons, `quality` over products."""

    talk: Floats
    mood: Floats
    language: Ints
    quality: Floats


def draw_voices(people: People, catalogue: Catalogue, rng: np.random.Generator) -> Voices:
    """Draw every person's voice and every product's quality."""
    n = len(people)
    own = np.array([LANGUAGES.index(country.language) for country in COUNTRIES])[people.country]
    luck = rng.random(n)
    is_english = luck < np.where(own == DUTCH, 0.5, 0.06)
    return Voices(
        talk=rng.gamma(2.0, 0.5, n),
        mood=rng.normal(0, 1, n),
        language=np.select([luck > 0.993, is_english], [ITALIAN, ENGLISH], own),
        quality=rng.beta(14, 2.2, len(catalogue.titles)),
    )
