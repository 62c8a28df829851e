"""How reviews say what went wrong, in English, German, French and Spanish.

Regular expressions by issue, read by `phrases.find` in this order. Unlike a return note a review
also praises ("true to size", "just like the photo"), so only what complains is listed; what a
complaint has in common with the reasons for returns comes from `return_words`.
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
        r"(no|nunca|aún no|todavía no) (me )?(ha |han )?(lleg|recib)(ó|o|ado|aron|í|ido)\b",
    ),
    "service": (
        r"(no|without|not (get )?(a|any)|never (got|received|had) (a|any)) "
        r"(reply|response|answer|help)\b",
        r"(never|not|\w+n't) (even )?(reply|replied|answer(ed)?|respond(ed)?|call(ed)? back|"
        r"refund(ed)?|helpful)\b",
        r"(not|\w+n't) (reach (any|them|you|cust|supp)\w*|get (hold of|through))|no one "
        r"(answer|repl|respond|help|care)\w*",
        r"(still|never) (waiting for (my|a|the) refund|got my money back)",
        r"kein\w* (antwort|rückmeldung|reaktion|hilfe|erstattung)|niemand (\w+ )?(erreich|antwort|"
        r"meldet|hilft|zuständig)\w*",
        r"meldet sich (\w+ )?nicht|nicht erreichbar|(antwort|reagier)\w* (\w+ ){0,3}nicht\b",
        r"(aucune|pas de|jamais de|sans) (r.ponse|retour|aide|suivi|remboursement)",
        r"ne (me |nous )?r.pond\w* (pas|jamais|plus)|personne ne (r.pond|aide)\w*",
        r"n'ont? (jamais|pas) (r.pondu|rembours.)",
        r"(no|nunca|nadie) (me |nos )?(ha |han )?(respond|contest|ayud|devolv|devuel)\w*",
        r"(sin|ninguna) (respuesta|ayuda|solución)",
    ),
    "missing_parts": (
        r"(not|\w+n't|no) (\w+ ){0,2}(included?|in the (box|package|parcel))\b",
        r"(did not|didn't|does not|doesn't) come with",
        r"(nicht|kein\w*) (\w+ ){0,2}(dabei|enthalten|mitgeliefert|beigelegt)",
        r"(pas|non) (inclus|fourni|compris)\w*|pas dans (la bo.te|le colis|le carton)",
        r"no (ven|vien|inclu|tra)\w* (\w+ ){0,3}(con|en la caja|incluid\w*)|no inclu(ye|ía)\b",
    ),
    "not_as_described": return_words.BY_NEGATION["not_as_described"],
    "value": (
        r"(not|\w+n't|never|hardly) (\w+ )?worth (the|its|this|that|it\b|what|half|\W?\d)",
        r"(nicht|kein\w*) (\w+ ){0,3}(das geld|den preis|des geldes|sein geld|ihr geld)? ?wert\b",
        r"ne (les |le |la )?(vaut|valent) (vraiment )?pas|pas donn.e?\b",
        r"pas (\w+ )?(\w+ )?(. la hauteur du prix|justifi.)\w*|ne m.rit\w* pas (son|le) prix",
        r"no (lo |la )?(vale|valen|merece|merecen) (\w+ ){0,2}(pena|precio|dinero|que cuesta)",
        r"no vale(n)? (lo que|nada)|(do not|don't) waste (your )?money",
    ),
    "sizing": return_words.BY_NEGATION["sizing"],
    "taste_smell": (
        r"(no|without any|not much|\w+n't (have )?(any|much)) (taste|flavou?r|aroma)\b",
        r"(not|\w+n't) (taste|smell) (\w+ ){0,2}(good|nice|great|right|fresh|like)",
        r"schmeckt (\w+ ){0,4}(nicht|nach nichts)|riecht (\w+ ){0,3}nicht (gut|angenehm|frisch)",
        r"kein\w* (geschmack|aroma)\b",
        r"(pas|aucun) (de |beaucoup de )?(go.t|saveur|ar.me)\b|ne sent pas bon|pas bon au go.t",
        r"n'a (pas|aucun) (bon |de )?go.t",
        r"no (sabe|huele) (\w+ ){0,2}(bien|a nada)|(no tiene|sin|ningún) (\w+ )?(sabor|aroma)\b",
    ),
    "defective": (
        r"(not|\w+n't|never|no longer) (\w+ )?(work|turn on|switch on|function|charge|hold|connect|"
        r"last)(s|ed|ing)?\b",
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

PLAIN: dict[str, tuple[str, ...]] = {
    "wrong_item": (
        r"wrong (item|product|article|size sent|colou?r sent|one|order|model)",
        r"(sent|received|got|delivered) (me |us )?(the wrong|a (completely |totally )?different)",
        r"different (item|product|one) than i ordered|someone else's",
        r"(one|colou?r|model|size) instead of the|was sent (the wrong|something else)",
        r"falsche\w* (artikel|produkt|ware|modell|gr..e (geliefert|bekommen|erhalten)|"
        r"farbe (geliefert|bekommen|erhalten))",
        r"falsch (geliefert|verschickt|gesendet)|artikel verwechselt",
        r"(etwas|was) (ganz |völlig )?anderes (geliefert|bekommen|erhalten|geschickt)",
        r"(anderen|anderes|andere) (artikel|produkt|ware|farbe|modell) (bekommen|erhalten|"
        r"geliefert)",
        r"(mauvais|mauvaise|autre) (article|produit|mod.le|r.f.rence)( re.u| livr.)?\b",
        r"(re.u|envoy.|livr.) (un autre|une autre|autre chose|le mauvais|la mauvaise)",
        r"erreur (de|dans la) (produit|commande|pr.paration)",
        r"(producto|art.culo|modelo|pedido|color|talla) (equivocad|incorrect|err.ne)[oa]",
        r"(mandaron|enviaron|enviado|mandado|llegó|recibí) (otr[oa]|algo distinto|algo "
        r"diferente)\b",
    ),
    "damaged_in_transit": (
        *return_words.PLAIN["damaged"],
        r"(bottle|jar|glass|lid|content)s? (\w+ )?(had |was |were )?(leaked|spilled|burst|broken) "
        r"(in|all over|inside) the (box|parcel|package)",
        r"(badly|poorly) (packed|packaged|wrapped)|ausgelaufen|schlecht verpackt",
        r"mal emball.e?s?|mal embalad[oa]s?|(colis|paquet) (\w+ )?(ouvert|.cras|ab.m)\w*",
    ),
    "late_delivery": (
        *return_words.PLAIN["late"],
        r"(late|slow) (delivery|shipping|arrival)|(delivery|shipping) (was |is )?(\w+ )?"
        r"(late|slow|delayed)|(week|day)s late\b",
        r"still (waiting for (my|the) (order|parcel|package|delivery)|not (here|arrived))",
        r"(waited|waiting) (\w+ ){0,3}(weeks|months|forever)|(weeks|months) to arrive",
        r"(lange|wochen|ewig) (auf die lieferung )?(gewartet|unterwegs)|(wochen|tage) zu sp.t",
        r"lieferung (\w+ ){0,3}(ewig|wochen|zu lang|verz.ger)\w*|lieferverz.gerung",
        r"(attend|attente)\w* (\w+ ){0,4}(semaines|mois)|livraison (\w+ ){0,3}(lente|"
        r"longue|tard)\w*",
        r"(semaines|jours) de retard|(entrega|env.o) (\w+ ){0,2}(lent|tard)\w*|retraso|"
        r"semanas esperando|(semanas|d.as) (de retraso|tarde)",
    ),
    "service": (
        r"(customer (service|support|care)|support team|seller|staff) (\w+ ){0,3}(rude|terrible|"
        r"horrible|awful|poor|bad|useless|unhelpful|slow|a joke|worst|disappointing|ignor\w*)",
        r"(rude|terrible|horrible|awful|poor|bad|useless|worst|unhelpful) (\w+ )?"
        r"(customer )?(service|support|staff)",
        r"(refus\w*|declin\w*) (\w+ ){0,2}(refund|return|exchange)|ignored (my|me|all)|unhelpful",
        r"(kunden)?(service|dienst|support) (\w+ ){0,3}(schlecht|mies|katastroph|unfreundlich|"
        r"unverschämt|frech|grottig|enttäusch)\w*",
        r"(schlecht|mies|unfreundlich|katastrophal)\w* (kunden)?(service|dienst|support)\b|"
        r"unfreundlich\w*|unverschämt\w*",
        r"(service client|sav|service apr.s.vente|vendeur|service) (\w+ ){0,3}(nul|mauvais|"
        r"d.plorable|injoignable|incomp.tent|d.sagr.able|inexistant|horrible|lamentable)\w*",
        r"(mauvais|nul|pi.tre) (service|sav)\b|d.sagr.able (au t.l.phone|avec)|injoignable\w*",
        r"(atenci.n (al cliente)?|servicio (al|de atenci.n al) cliente|servicio|soporte|vendedor) "
        r"(\w+ ){0,3}(mal[oa]|p.sim|horrible|fatal|nefast|lament|inexistente|grosero)\w*",
        r"(mal[oa]?|p.sim[oa]|horrible|nefast[oa]) (servicio|atenci.n)|maleducad\w*|groser[oa]s?\b",
    ),
    "missing_parts": (
        r"(part|piece|screw|lid|cap|manual|cable|charger|bolt|accessor|button|instruction|item)"
        r"(s|ies|y)? (\w+ ){0,2}missing|missing (a |the |some |one |two |several |\d )?(\w+ )?"
        r"(part|piece|screw|lid|cap|manual|cable|charger|bolt|accessor|button|instruction|item)",
        r"(is|was|are|were) missing\b|incomplete|only (got|received) (one|two|half|\d) of",
        r"\bfehl(t|te|en|ten)\b|fehlende\w*|unvollst.ndig\w*|nur (ein|eine|einen|zwei|die hälfte) "
        r"(\w+ )?(statt|von)",
        r"manqu(e|ent|ait|aient) (encore |aussi )?(la|le|les|l'|un|une|des|deux|trois|"
        r"plusieurs|\d)",
        r"(pi.ce|vis|notice|c.ble|accessoire|couvercle)s? (\w+ )?manquant\w*|incompl.te?s?\b",
        r"falta(n|ba|ban|ban)? (la|el|los|las|un|una|uno|dos|tres|varias|varios|piezas|"
        r"tornillos|\d)",
        r"(pieza|tornillo|tapa|cable|manual|accesorio)s? (\w+ )?(faltan|que falta|faltante)\w*|"
        r"incomplet[oa]s?\b",
    ),
    "not_as_described": (
        r"misleading|false (advertis|descript)\w*|deceptive|(different|differs) (\w+ ){0,2}"
        r"(from|than|to) (the |what )?(\w+ )?(photo|picture|image|description|advertised|shown)s?",
        r"(colou?r|shade|material) (is|was|looks) (much |a lot |completely |totally )?"
        r"(darker|lighter|brighter|different|off|duller) ?(than)?",
        r"(photo|picture|description)s? (\w+ ){0,2}(lie|lies|wrong|deceiv\w*|inaccurate)",
        r"(worse|smaller|cheaper|duller) (\w+ )?(than|then) (in |on )?(the )?(photo|"
        r"picture|image)s?",
        r"irref.hrend|(falsche|irreführende|ungenaue) (beschreibung|angabe|foto|bild)\w*",
        r"farbe (ist|war|f.llt|sieht) .{0,20}(dunkler|heller|anders|kr.ftiger|blasser)",
        r"(auf dem (foto|bild)|in der beschreibung) .{0,25}(anders|hochwertiger|besser|"
        r"gr..er|sch.ner)",
        r"(ganz |völlig |deutlich )anders als (\w+ ){0,3}(foto|bild|beschr|abgeb|erwart)\w*",
        r"trompeu\w*|mensong\w*|(diff.rent|rien . voir)\w* (\w+ ){0,2}(de|du|avec|. la|. l') ?"
        r"(la |le |les )?(photo|image|description|annonce)s?",
        r"(couleur|teinte) .{0,20}(plus (fonc|clair|terne|vi)|diff.rente)\w*",
        r"enga.os\w*|(diferente|distint[oa]) (\w+ ){0,2}(de|a|al|que) (la |las |en la )?"
        r"(foto|imagen|descripci|anunci)\w*",
        r"color (\w+ ){0,2}(m.s (oscuro|claro|apagado)|diferente|distinto)",
    ),
    "sizing": (
        r"(too|way too|bit|little|slightly|extremely) (small|big|large|tight|loose|long|short|wide|"
        r"narrow|baggy|snug|boxy)\b",
        r"(run|ran|fit|cut)s? (\w+ )?(small|large|big|tight|narrow|wide|short|long)\b",
        r"(small|bigg|larg|tight|loos|long|short|wid|narrow)(er|r) than (expected|i expected|usual|"
        r"normal|i thought|stated|advertised|my)",
        r"(size|sizes) (up|down|too)|(order|buy|take|get) (a|one|two) sizes? (up|down|bigger|"
        r"smaller|larger)|(sizing|size|fit) (\w+ ){0,2}(off|wrong|bad|terrible|weird|inaccurate)",
        r"wrong size|tight (across|around|on|in) (the|my)",
        r"(zu|viel zu|etwas zu|deutlich zu|leider zu) (klein|gro.|eng|weit|lang|kurz|breit|"
        r"schmal|knapp)(e|er|es|en)?\b",
        r"f.llt (\w+ )*(klein|gro.|riesig|winzig|knapp|eng|weit)\w* aus|"
        r"(kleiner|gr..er|enger|weiter|l.nger|k.rzer) als (erwartet|gedacht|angegeben|"
        r"normal|sonst)",
        r"(gr..e|passform) (\w+ ){0,2}(stimmt nicht|schlecht|falsch|daneben)|eine (nummer|gr..e) "
        r"(\w+ )?(gr..er|kleiner)|sitzt .{0,20}(eng|schlecht|locker)|spannt",
        r"(trop|un peu) (petit|grand|serr|large|long|court|.troit|juste|ample)(e|s|es|ée?s?|é)?\b",
        r"taille (\w+ )?(trop )?(petit|grand|bizarre|mal)\b|plus (petit|grand|court|serr.)e?s? que "
        r"(pr.vu|d'habitude|la normale|ce que)|une taille (au.dessus|en dessous|de plus)",
        r"(demasiado|muy|un poco|algo) (peque|estrech|ajustad|apretad|holgad)\w*|"
        r"demasiado (grande|anch|larg|cort)\w*|me (queda|va|quedan) (\w+ )?(grande|peque|cort|larg|"
        r"estrech|anch|apretad)\w*",
        r"talla\w* (\w+ ){0,2}(peque|grande|mal|menos|err.ne|equivoc)\w*|aprieta\w*|"
        r"una talla (m.s|menos)",
    ),
    "taste_smell": (
        r"(taste|smell|flavou?r|odou?r|scent|aroma)(s|d|ed)? (\w+ ){0,3}(bad|awful|terrible|"
        r"horrible|disgusting|bitter|stale|rancid|weird|strange|off|chemical|artificial|soap|"
        r"plastic|gross|nasty|bland|weak|burnt|musty|mould|moldy|sour|rotten|metallic|cheap)\w*",
        r"(bad|awful|terrible|horrible|disgusting|bitter|weird|strange|chemical|artificial|nasty|"
        r"strong chemical|unpleasant|funny|musty|metallic) (taste|smell|flavou?r|odou?r|scent|"
        r"aftertaste)|stinks?\b|tasteless|flavou?rless|inedible|undrinkable",
        r"schmeckt (\w+ ){0,3}(bitter|seltsam|komisch|chemisch|k.nstlich|furchtbar|scheu.lich|"
        r"schlecht|eklig|muffig|ranzig|fad|alt|abgestanden|nach (seife|plastik|chemie|pappe))\w*",
        r"(riecht|roch|geruch) (\w+ ){0,3}(unangenehm|chemisch|stark nach|streng|muffig|schlecht|"
        r"komisch|eklig|ekelhaft|nach (chemie|plastik|gummi|benzin))\w*|stinkt\w*|gestank|"
        r"(geschmack|aroma) (\w+ ){0,3}(schwach|fad|bitter|schlecht|k.nstlich|seltsam)\w*",
        r"(unangenehm|chemisch|bei.end|muffig|bitter|k.nstlich|streng)\w* "
        r"(geruch|geschmack|nachgeschmack)|geschmacklos|ungenie.bar",
        r"(go.t|odeur|saveur|parfum|ar.me)s? (\w+ ){0,3}(bizarre|amer|chimique|affreu|horrible|"
        r"d.sagr.able|fade|.trange|artificiel|mauvais|infect|rance|moisi|plastique|naus)\w*",
        r"(mauvais|mauvaise|dr.le d.) ?(go.t|odeur|arri.re.go.t)|sent (\w+ )?(mauvais|le plastique|"
        r"le moisi|la chimie|tr.s fort)|pue\b|imbuvable|immangeable|insipide",
        r"(sabor|olor|aroma) (\w+ ){0,3}(raro|extra.o|amarg|qu.mic|horrible|mal|artificial|rancio|"
        r"desagradable|asqueros|fuerte a|metálic)\w*",
        r"mal (sabor|olor)|sabe (\w+ )?(mal|raro|amarg|a (pl.stico|jab.n|qu.mico|rancio))\w*|"
        r"huele (\w+ )?(mal|fatal|raro|a (pl.stico|qu.mico|humedad))\w*|ins.pid\w*|apesta|"
        r"incomible",
    ),
    "value": (
        r"overpriced|(too|so|way too|very) expensive|(waste|wasted) (of |my |your )?money|rip.?off|"
        r"(price|cost) (\w+ ){0,2}(too high|ridiculous|excessive|steep)|poor value|bad value|"
        r"for (this|that|the) (price|money),? (i|you|one) (expect|deserve)\w*|cheaper elsewhere",
        r"(zu|viel zu|völlig|total) (teuer|.berteuert)|.berteuert\w*|geldverschwendung|abzocke|"
        r"(rausgeschmissenes|verschwendetes) geld|preis (\w+ ){0,3}(zu hoch|überzogen|unverschämt)|"
        r"wucher|schlechtes preis.leistungs.verh.ltnis|f.r (den|diesen) preis (\w+ "
        r")?(erwart|darf)\w*",
        r"(trop|bien trop|hors de prix|beaucoup trop) (cher|ch.re|.lev.)\w*|hors de prix|arnaque|"
        r"(mauvais|faible) rapport qualit.|argent jet.|gaspillage|prix (\w+ ){0,2}(exag|"
        r"excess|abus)\w*",
        r"(demasiado|muy|carísim|excesivamente) ?(car[oa]s?|o|a)\b|car.sim[oa]|(tirar|p.rdida de|"
        r"desperdicio de) (el )?dinero|dinero tirado|estafa|timo\b|sobreprecio|"
        r"(mala|p.sima) relaci.n calidad|precio (\w+ ){0,2}(excesiv|abusiv|exagerad)\w*",
    ),
    "defective": (
        r"(broke|broken|breaks|breaking|snapped|cracked|cracks|shattered|burst)( off| down)?\b|"
        r"(fell|falls|falling|came|coming|comes) (apart|off|undone|loose)|leak(s|ed|ing|y)?\b|"
        r"defect\w*|faulty|malfunction\w*|stopped (\w+ )?(working|charging|heating|turning)|"
        r"(is|was|are|went|arrived|now|completely) dead\b|dead (battery|on arrival|after)|"
        r"(died|quit|failed|fails) (after|within|on me|the|in)|overheat\w*|(hole|tear|rip|crack)s? "
        r"in (it|the|one)|ripped|tore\b|torn\b|freezes|froze|crash(es|ed)|useless after",
        r"kaputt\w*|defekt\w*|(ab|zer|durch)?gebrochen|zerbr(ach|ochen)\w*|(ab|ein|ge|zer)?rissen|"
        r"gerissen|undicht|tropft|leckt\b|auseinander(gefallen|gebrochen|f.llt)?|ausgefallen|"
        r"(gibt|gab) (\w+ ){0,4}den geist auf|geht (\w+ ){0,3}(aus|auf|ab)\b|löst sich|"
        r"loch\b|löcher|"
        r".berhitzt|funktionsunf.hig|qualmt",
        r"(s'est |est |sont |a )?cass.(e|es|s)?\b|d.fectueu\w*|en panne|hors service|hs\b|"
        r"fuit\b|fuites?\b|d.chir.\w*|trous?\b|trou[ée]e?s?\b|se d.(colle|coud|tach|mont)\w*|"
        r"(a|s'est) (l.ch|fissur|bris)\w*|fissur.\w*|bris.e?s?\b|surchauff\w*|d.faut\w*",
        r"(se (\w+ )?(rompi|romp|cay|desh|ha roto|han roto|descos|despeg|parti|raj|estrope)\w*)|"
        r"\brot[oa]s?\b|defect(o|uos)\w*|aver.a\w*|averiad\w*|pierde (agua|aire|aceite)|gotea\w*|"
        r"(dej|ha dejado).{0,3} de (funcionar|cargar|ir|calentar|andar)|agujero|se "
        r"calienta demasiado|"
        r"estropead\w*|fuga de",
    ),
    "poor_quality": (
        r"(poor|bad|terrible|low|awful|cheap|horrible|inferior|lousy|worst|shoddy) "
        r"(\w+ )?(quality|material|fabric|workmanship|construction|build)",
        r"quality (\w+ ){0,3}(poor|bad|terrible|low|awful|cheap|horrible|lacking|disappoint|gone "
        r"down|declin|suffer)\w*|(feel|look|seem|felt|looked)s? (\w+ )?(cheap|flimsy)\b|"
        r"cheap(ly)? (made|plastic|looking)|flimsy|poorly (made|sewn|constructed|finished)|"
        r"(too|very|so|paper) thin\b|see.through|pilling|pilled|piling|fray(s|ed|ing)?\b|"
        r"peel(s|ed|ing)?\b|fad(es|ed|ing)\b|rust(s|ed|y|ing)\b|wobbl\w*|"
        r"scratch(es|ed)? (very |so )?easily|loose (seam|thread|screw)s?|itchy|shrunk|"
        r"shrank|stain\w*",
        r"(schlecht|mies|minderwertig|mangelhaft|gering|furchtbar)\w* (\w+ )?(qualit.t|verarbeit|"
        r"material|stoff)\w*|schlecht verarbeitet|(qualit.t|verarbeitung|material|stoff) .{0,20}"
        r"(schlecht|mies|miserabel|minderwertig|billig|enttäusch|mangelhaft|d.nn|nachgelassen)\w*|"
        r"(wirkt|fühlt sich|sieht) (\w+ ){0,3}billig|billig (verarbeitet|gemacht|plastik)|"
        r"minderwertig\w*|rost\w*|wackel\w*|wacklig|(zu|sehr|hauchd).{0,2}d.nn|f.rbt ab|kratzt|"
        r"bl.tter\w* ab|fusselt|eingelaufen|ausgeblichen|schrott|ramsch",
        r"(mauvaise|pi.tre|basse|faible|m.diocre) qualit.|qualit. .{0,20}(m.diocre|mauvaise|"
        r"d.cevante|d.plorable|nulle|basse|bas de gamme|pas au rendez)|bas de gamme|camelote|"
        r"fragile|rouill\w*|(tr.s|trop) (fin|mince)e?s?\b|d.teint|bouloch\w*|fait (\w+ )?cheap|"
        r"mal (fini|cousu|fait|con.u)e?s?\b|gratte\b|s'.caill\w*|r.tr.ci\w*|de la merde",
        r"(mala|p.sima|baja|poca|nefasta|dudosa) calidad|calidad .{0,20}(mala|p.sima|baja|deja que "
        r"desear|mejorable|regular|nefasta)|(muy|demasiado) (fin|endebl|fr.gil|delgad)\w*|endeble|"
        r"mal (acabad|cosid|hech|fabricad)\w*|oxid\w*|destiñ\w*|desti.e|se pela|bolitas|"
        r"parece barat\w*|plástico malo|descosid\w*|encogi\w*|encoge|se deshilach\w*",
    ),
}  # fmt: skip
