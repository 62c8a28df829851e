"""What customers write when they send something back: templates by reason and language."""

import numpy as np

from .assortment import REASONS
from .choice import Ints

NOTE_RATE = 0.65

_NOTES: dict[str, dict[str, tuple[str, ...]]] = {
    "too-small": {
        "en": (
            "Runs small, I need one size up.",
            "Too tight across the shoulders.",
            "Smaller than I expected.",
        ),
        "de": (
            "Fällt zu klein aus, ich brauche eine Größe größer.",
            "Sitzt an den Schultern zu eng.",
            "Kleiner als gedacht.",
        ),
        "fr": (
            "Taille petit, il me faut la taille au-dessus.",
            "Trop serré aux épaules.",
            "Plus petit que prévu.",
        ),
        "es": (
            "Talla pequeño, necesito una talla más.",
            "Me aprieta en los hombros.",
            "Más pequeño de lo que esperaba.",
        ),
    },
    "too-big": {
        "en": (
            "Far too big on me.",
            "Much larger than the size chart says.",
            "It does not fit in my cupboard.",
        ),
        "de": (
            "Viel zu groß für mich.",
            "Deutlich größer als in der Größentabelle.",
            "Passt nicht in meinen Schrank.",
        ),
        "fr": (
            "Beaucoup trop grand pour moi.",
            "Bien plus grand que le guide des tailles.",
            "Ne rentre pas dans mon placard.",
        ),
        "es": (
            "Me queda demasiado grande.",
            "Mucho más grande que la guía de tallas.",
            "No cabe en mi armario.",
        ),
    },
    "damaged-or-defective": {
        "en": (
            "Stopped working after two days.",
            "Arrived with a crack down the side.",
            "The handle broke off on first use.",
            "It leaks from the bottom.",
        ),
        "de": (
            "Nach zwei Tagen ging es nicht mehr.",
            "Kam mit einem Riss an der Seite an.",
            "Der Griff ist beim ersten Benutzen abgebrochen.",
            "Es tropft unten heraus.",
        ),
        "fr": (
            "Ne fonctionne plus après deux jours.",
            "Arrivé fendu sur le côté.",
            "La poignée s'est cassée à la première utilisation.",
            "Il fuit par le dessous.",
        ),
        "es": (
            "Dejó de funcionar a los dos días.",
            "Llegó con una grieta en el lateral.",
            "El asa se rompió al primer uso.",
            "Pierde agua por debajo.",
        ),
    },
    "item-not-as-described": {
        "en": (
            "Looks nothing like the photos.",
            "The description says it is much bigger.",
            "The material is not what the page promised.",
        ),
        "de": (
            "Sieht ganz anders aus als auf den Fotos.",
            "Laut Beschreibung sollte es viel größer sein.",
            "Das Material ist nicht das, was auf der Seite steht.",
        ),
        "fr": (
            "Ne ressemble pas du tout aux photos.",
            "La description annonce une taille bien plus grande.",
            "La matière n'est pas celle indiquée sur la page.",
        ),
        "es": (
            "No se parece nada a las fotos.",
            "La descripción dice que es mucho más grande.",
            "El material no es el que promete la página.",
        ),
    },
    "received-the-wrong-item": {
        "en": ("You sent me the wrong product.", "I ordered another one, this is not mine."),
        "de": ("Sie haben mir das falsche Produkt geschickt.", "Ich hatte etwas anderes bestellt."),
        "fr": ("Vous m'avez envoyé le mauvais article.", "J'avais commandé autre chose."),
        "es": ("Me han enviado el producto equivocado.", "Había pedido otra cosa."),
    },
    "changed-my-mind": {
        "en": (
            "I do not need it any more.",
            "Bought a different one in the meantime.",
            "It was a gift they already had.",
        ),
        "de": (
            "Ich brauche es doch nicht mehr.",
            "Habe inzwischen etwas anderes gekauft.",
            "War ein Geschenk und schon vorhanden.",
        ),
        "fr": (
            "Je n'en ai plus besoin.",
            "J'en ai acheté un autre entre-temps.",
            "C'était un cadeau déjà reçu.",
        ),
        "es": (
            "Ya no lo necesito.",
            "Mientras tanto compré otro.",
            "Era un regalo y ya lo tenían.",
        ),
    },
    "other-reason": {
        "en": ("It arrived after the birthday.", "Came too late, I had to buy it elsewhere."),
        "de": (
            "Kam erst nach dem Geburtstag an.",
            "Zu spät geliefert, ich musste es woanders kaufen.",
        ),
        "fr": ("Arrivé après l'anniversaire.", "Livré trop tard, j'ai dû l'acheter ailleurs."),
        "es": ("Llegó después del cumpleaños.", "Llegó tarde y tuve que comprarlo en otro sitio."),
    },
    "style": {
        "en": ("Nice, but not my style.", "Does not go with the rest of my kitchen."),
        "de": ("Schön, aber nicht mein Stil.", "Passt nicht zum Rest meiner Küche."),
        "fr": ("Joli, mais pas mon style.", "Ne va pas avec le reste de ma cuisine."),
        "es": ("Bonito, pero no es mi estilo.", "No combina con el resto de mi cocina."),
    },
    "color": {
        "en": ("The colour is darker than in the picture.", "I thought it was green, it is grey."),
        "de": ("Die Farbe ist dunkler als auf dem Bild.", "Ich dachte, es sei grün, es ist grau."),
        "fr": ("La couleur est plus foncée que sur la photo.", "Je le croyais vert, il est gris."),
        "es": ("El color es más oscuro que en la foto.", "Creía que era verde y es gris."),
    },
    "unknown": {
        "en": ("Please take it back.",),
        "de": ("Bitte zurücknehmen.",),
        "fr": ("Merci de le reprendre.",),
        "es": ("Quiero devolverlo, por favor.",),
    },
}


def customer_notes(
    reason: Ints, language: np.ndarray, rng: np.random.Generator
) -> list[str | None]:
    """A sentence per returned line in the customer's language (English for Dutch), or none."""
    cells = {
        (r, tongue): _NOTES[REASONS[r]][tongue] for r in range(len(REASONS)) for tongue in _TONGUES
    }
    luck, silent = rng.random(len(reason)), rng.random(len(reason)) >= NOTE_RATE
    return [
        None if mute else _pick(cells[int(r), tongue if tongue in _TONGUES else "en"], u)
        for r, tongue, u, mute in zip(reason, language, luck, silent, strict=True)
    ]


_TONGUES = ("en", "de", "fr", "es")


def _pick(sentences: tuple[str, ...], luck: float) -> str:
    return sentences[int(luck * len(sentences))]
