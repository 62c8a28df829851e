"""How reviews say by a negation what went wrong: "does not work", "passt nicht", "pas reçu".

As in `review_words`; these are looked for first, before denied complaints are taken out.
"""

from __future__ import annotations

from ecom_ai_os.science import return_words

BY_NEGATION: dict[str, tuple[str, ...]] = {
    "wrong_item": return_words.BY_NEGATION["wrong_item"],
    "late_delivery": (
        *return_words.BY_NEGATION["late"],
        r"(never|not|\w+n't) (yet |even )?(arrived?\b|been delivered|(received?|got) (it|them|"
        r"anything|my order|the (order|item|product|parcel|package)))",
        r"not (yet )?been (delivered|received)|no sign of (my|the) (order|parcel|package)",
        r"(nie|nicht|noch nicht|immer noch nicht) (an|ein)gekommen|nie (an|erhalten|bekommen)\w*",
        r"(nicht|noch nichts|nichts) (geliefert|erhalten|bekommen)",
        r"(pas|jamais|rien) (encore |toujours )?(re.u|arriv.e?s?|livr.e?s?)\b",
        r"n'est (toujours |encore )?(pas|jamais) arriv.e?s?",
        r"(no|nunca|aún no|todavía no) (me )?(ha |han |he |hemos )?(lleg|recib)(ó|o|ado|aron|í|"
        r"ido)\b",
    ),
    "service": (
        r"(no|without|not (get )?(a|any)|never (got|received|had) (a|any)) (reply|response|answer|"
        r"help)\b",
        r"(never|not|\w+n't) (even )?(reply|replied|answer(ed)?|respond(ed)?|call(ed)? back|"
        r"refund(ed)?|helpful)\b",
        r"(not|\w+n't) (reach (any|them|you|cust|supp)\w*|get (hold of|through))|no one (answer|"
        r"repl|respond|help|care)\w*",
        r"(still|never) (waiting for (my|a|the) (refund|reply|answer)|got my money back)|nobody "
        r"(answer|repl|respond|help|care|got back|picks? up)\w*|(never|no one) got back to me",
        r"kein\w* (antwort|rückmeldung|reaktion|hilfe|erstattung)|niemand (\w+ )?(erreich|antwort|"
        r"meldet|hilft|zuständig)\w*",
        r"meld(et|en) sich (\w+ )?nicht|nicht (zu )?erreich\w*|(antwort|reagier)\w* (\w+ "
        r"){0,3}nicht\b|nicht (geantwortet|reagiert|beantwortet)|niemand (\w+ )?ans telefon",
        r"(aucune|pas de|jamais de|sans) (r.ponse|retour|aide|suivi|remboursement)",
        r"ne (me |nous )?r.pond\w* (pas|jamais|plus)|personne ne (r.pond|aide)\w*",
        r"n'ont? (jamais|pas) (r.pondu|rembours.)|rest\w+ sans r.ponse|personne au t.l.phone",
        r"(no|nunca|nadie) (me |nos )?(ha |han )?(respond|contest|ayud|devolv|devuel)\w*",
        r"(sin|ninguna) (respuesta|ayuda|solución)|sin contestar|(no|ni) (me )?(hac\w+ )?caso|"
        r"nadie (coge|atiende|me hace)|no (me )?(cogen|atienden)",
        r"(nie|nicht|keine) (zurückgerufen|hilfe bekommen)|(e-?mails?|anfragen?) (\w+ )?(nicht "
        r"beantwortet|ignoriert)",
        r"no (me )?(dan|dieron|ofrec)\w* (\w+ )?(soluci|respuesta|ayuda)\w*|(no|sin) (me "
        r")?devolv\w* el dinero",
    ),
    "missing_parts": (
        r"(not|\w+n't|no) (\w+ ){0,2}(included?|in the (box|package|parcel))\b",
        r"(did not|didn't|does not|doesn't) come with",
        r"(nicht|kein\w*) (\w+ ){0,2}(dabei|enthalten|mitgeliefert|beigelegt)",
        r"(pas|non) (inclus|fourni|compris)\w*|pas dans (la bo.te|le colis|le carton)",
        r"no (ven|vien|inclu|tra)\w* (\w+ ){0,3}(con|en la caja|incluid\w*)|no inclu(ye|ía)\b",
    ),
    "not_as_described": (
        *return_words.BY_NEGATION["not_as_described"],
        r"nothing like (the|what)|rien . voir avec|nada que ver con|pas la m.me (couleur|mati.re)",
        r"(beschreibung|foto|bild|abbildung|angaben?) (\w+ ){0,2}(stimm\w+ )?(\w+ )?nicht",
        r"(no|not|\w+n't) (the )?(same )?(colou?r|material|product) (as )?(shown|pictured|"
        r"advertised)",
        r"(not|\w+n't) (\w+ ){0,2}(made of|real (leather|wood|silver|wool|steel)|do what it (says|"
        r"claims))",
        r"(nicht|kein\w*) (wie|was) (\w+ ){0,2}(angegeben|beworben|angepriesen)|hält (\w+ "
        r")?nicht,? was",
        r"(pas|rien) (de )?(ce qui|ce que) (\w+ ){0,2}(annonc|d.cri|promis)\w*|ne fait pas ce qui",
        r"no (es|cumple) (\w+ )?(lo que )?(promet|se describe|anunci|como se)\w*",
    ),
    "value": (
        r"(not|\w+n't|never|hardly) (\w+ )?worth (the|its|this|that|it\b|what|half|\W?\d)",
        r"(nicht|kein\w*) (\w+ ){0,3}(das geld|den preis|des geldes|sein geld|ihr geld)? ?wert\b",
        r"ne (les |le |la )?(vaut|valent) (vraiment )?pas|pas donn.e?\b",
        r"pas (\w+ )?(\w+ )?(. la hauteur du prix|justifi.)\w*|ne m.rit\w* pas (son|le) prix",
        r"no (lo |la )?(vale|valen|merece|merecen) (\w+ ){0,2}(pena|precio|dinero|que cuesta)",
        r"no vale(n)? (lo que|nada)|(do not|don't) waste (your )?money",
        r"preis.?leistung\w* (\w+ ){0,2}nicht|(nicht|kein\w*) (\w+ )?preiswert",
        r"(don't|do not|didn't) (\w+ )?(justify|warrant) the (price|cost)|rechtfertig\w* (\w+ "
        r"){0,3}nicht",
    ),
    "sizing": return_words.BY_NEGATION["sizing"],
    "taste_smell": (
        r"(no|without any|not much|\w+n't (have )?(any|much)) (taste|flavou?r|aroma)\b",
        r"(not|\w+n't) (taste|smell) (\w+ ){0,2}(good|nice|great|right|fresh|like)",
        r"schmeckt (\w+ ){0,4}(nicht|nach nichts)|riecht (\w+ ){0,3}nicht (gut|angenehm|frisch)",
        r"kein\w* (geschmack|aroma)\b",
        r"(pas|aucun) (de |beaucoup de )?(go.t|saveur|ar.me)\b|ne sent pas bon|pas bon au go.t",
        r"n'a (pas|aucun) (bon |de )?go.t|sans (go.t|saveur)|aucune saveur",
        r"(taste|smell)s? (of|like) nothing|nach nichts",
        r"no (sabe|huele) (\w+ ){0,2}(bien|a nada)|(no tiene|sin|ningún) (\w+ )?(sabor|aroma)\b",
    ),
    "defective": (
        r"(not|\w+n't|never|no longer) (\w+ )?(work|turn on|switch on|function|charge|hold|"
        r"connect|last)(s|ed|ing)?\b",
        r"(geht|ging|gehen|funktionier\w*|läuft|lädt|heizt|schließt|startet|hält|hielt|klebt) "
        r"(\w+ ){0,4}nicht\b",
        r"lässt sich (\w+ ){0,3}nicht|funktionslos",
        r"ne (fonctionn|march|s'allum|charg|tien|chauff|ferm|s'ouvr|dur)\w* (\w+ )?(pas|plus)",
        r"n'a (jamais|pas) (fonctionn|march|tenu|dur)\w*",
        r"(no|nunca|ya no) (\w+ )?(funcion|enciend|carga|sirv|anda|calient|cierra|abre|dura)\w*",
    ),
    "poor_quality": (
        r"(not|\w+n't|no) (\w+ ){0,2}(good|great|best|high|decent) quality|no quality",
        r"(not|\w+n't) (well|properly) (made|finished|sewn)|nicht (\w+ )?(gut|sauber) verarbeitet",
        r"kein\w* (gute|hohe|besondere|tolle)?\w* ?qualit.t\b|taugt (\w+ )?nicht?s",
        r"pas (\w+ ){0,2}(bonne|grande|top|super) qualit.|pas (\w+ )?(solide|r.sistant)\w*",
        r"(no es|nada|sin) (\w+ ){0,3}(buena calidad|resistente|duradero)|nada de calidad",
    ),
}  # fmt: skip
