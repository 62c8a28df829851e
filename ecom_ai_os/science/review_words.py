"""How reviews say plainly what went wrong, in English, German, French and Spanish.

Regular expressions by issue, read by `phrases.find` in this order. Unlike a return note a review
also praises ("true to size", "just like the photo"), so only what complains is listed; what a
complaint has in common with the reasons for returns comes from `return_words`.
"""

from __future__ import annotations

from ecom_ai_os.science import return_words

PLAIN: dict[str, tuple[str, ...]] = {
    "wrong_item": (
        r"wrong (item|product|article|size sent|colou?r sent|one|order|model)",
        r"(sent|received|got|delivered) (me |us )?(the wrong|a (completely |totally )?different)",
        r"different (item|product|one) than i ordered|someone else's",
        r"(one|colou?r|model|size) instead of the|was sent (the wrong|something else)",
        r"falsche\w* (artikel|produkt|ware|modell|gr..e (geliefert|bekommen|erhalten)|farbe "
        r"(geliefert|bekommen|erhalten))",
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
        r"(broken|cracked|shattered|damaged|dented) (on|upon) arrival|(broken|shattered) glass|"
        r"(not enough|hardly any|no) (padding|protection|bubble wrap)|(beschädigt|zerbrochen|"
        r"zersplittert|eingedrückt|verbeult|zerkratzt) (an|geliefert|beim)\w*|(beim|auf dem|"
        r"während des) (transport|versand) (\w+ ){0,3}(kaputt|beschädigt|zerbrochen)|(verpackung|"
        r"karton|paket) .{0,20}(eingerissen|kaputt|zerfetzt|eingedr.ckt)|(endommag|ab.m|cass|"
        r"bris).e?s? (. la livraison|. l'arriv.e|pendant le transport|. r.ception)|(da.ad|rot|"
        r"golpead|abollad)[oa]s? (en|durante) el (transporte|env.o)|golpead[oa]s?\b|llegó (todo |"
        r"toda |completamente )?(destrozad|golpead|abiert)\w*",
        r"(smashed|chipped|dented|shattered|squashed|crushed) (when|on|upon|in the) (it |they "
        r")?(arriv|deliv|came|box|parcel|post)\w*|(arrived|came) in (a )?(\w+ )?(pieces|bits|"
        r"state|condition)|(broken|damaged) (in|by|during) (the )?(post|mail|shipping|courier)",
        r"(in|aus) (tausend )?(scherben|stücken|einzelteilen)|scherben (im|in der)|beim auspacken "
        r".{0,20}(kaputt|zerbr|besch|scherben)\w*|(delle|sprung|kratzer|riss) (\w+ ){0,3}(ankunft|"
        r"ankam|lieferung|angekommen|geliefert)|aufgeplatzt|eingedellt",
        r"en (mille |plusieurs )?morceaux|caboss\w*|.br.ch.e?s?|(bris|cass|ab.m|fissur)\w* (\w+ "
        r"){0,3}(livraison|transport|colis|d.ballage)",
        r"(hech[oa]|en) (mil )?(pedazos|añicos|trozos)|abollad\w*|derramad\w*|(rot|da.ad|"
        r"golpead)\w* (\w+ ){0,3}(transporte|env.o|caja)",
    ),
    "late_delivery": (
        *return_words.PLAIN["late"],
        r"(late|slow) (delivery|shipping|arrival)|(delivery|shipping) (was |is )?(\w+ )?(late|"
        r"slow|delayed)|(week|day)s late\b",
        r"still (waiting for (my|the) (order|parcel|package|delivery)|not (here|arrived))",
        r"(waited|waiting) (\w+ ){0,3}(weeks|months|forever)|(weeks|months) to arrive",
        r"(lange|wochen|ewig) (auf die lieferung )?(gewartet|unterwegs)|(wochen|tage) zu sp.t",
        r"lieferung (\w+ ){0,3}(ewig|wochen|zu lang|verz.ger)\w*|lieferverz.gerung",
        r"(attend|attente)\w* (\w+ ){0,4}(semaines|mois)|livraison (\w+ ){0,3}(lente|longue|"
        r"tard)\w*",
        r"(semaines|jours) de retard|(entrega|env.o) (\w+ ){0,2}(lent|tard)\w*|retraso|semanas "
        r"esperando|(semanas|d.as) (de retraso|tarde)",
    ),
    "service": (
        r"(customer (service|support|care)|support team|seller|staff) (\w+ ){0,3}(rude|terrible|"
        r"horrible|awful|poor|bad|useless|unhelpful|slow|a joke|worst|disappointing|ignor\w*)",
        r"(rude|terrible|horrible|awful|poor|bad|useless|worst|unhelpful) (\w+ )?(customer "
        r")?(service|support|staff)",
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
        r"(hotline|support|service|seller|vendor) (\w+ ){0,3}(ignor|refus|hung up|no help|"
        r"never)\w*|abgewimmelt|abgespeist|(service|support) (\w+ ){0,3}(w.nschen .brig|nicht "
        r"hilfreich|unterirdisch|unm.glich|inkompetent)|inkompetent\w*|hilfsbereitschaft null|"
        r"service client (\w+ ){0,3}(revoir|d.passe|incapable|catastroph|absent|laisse . "
        r"d.sirer)\w*|incomp.tent\w*|ils s'en fichent|(atenci.n|servicio)( al cliente| posventa)? "
        r"(\w+ ){0,3}(deja que desear|desastr|vergonzos|deficiente)\w*|pasan de (ti|todo|m.)",
        r"(ignored|unanswered) (\w+ )?(e-?mails?|messages?|calls)|(e-?mails?|messages?|calls) "
        r"(\w+ )?(were |was |are |go )?(ignored|unanswered)|on hold for",
        r"(vertröstet|hingehalten|alleingelassen|allein gelassen)|wart\w* (\w+ ){0,4}(antwort|"
        r"rückmeldung|erstattung|rückruf)",
        r"(attend\w*|attente) (\w+ ){0,3}(r.ponse|remboursement|retour)|baladent?\b|renvoient? "
        r"(\w+ )?(balle|bal)",
        r"me ignor\w*|esperando (\w+ ){0,2}(respuesta|reembolso|devoluci)\w*|(dan|dieron) largas|"
        r"se desentiend\w*",
    ),
    "missing_parts": (
        r"(part|piece|screw|lid|cap|manual|cable|charger|bolt|accessor|button|instruction|item)(s|"
        r"ies|y)? (\w+ ){0,2}missing|missing (a |the |some |one |two |several |\d )?(\w+ )?(part|"
        r"piece|screw|lid|cap|manual|cable|charger|bolt|accessor|button|instruction|item)",
        r"(is|was|are|were) missing\b|incomplete|only (got|received) (one|two|half|\d) of",
        r"\bfehl(t|te|en|ten)\b|fehlende\w*|unvollst.ndig\w*|nur (ein|eine|einen|zwei|die hälfte) "
        r"(\w+ )?(statt|von)",
        r"manqu(e|ent|ait|aient) (encore |aussi )?(la|le|les|l'|un|une|des|deux|trois|plusieurs|"
        r"\d)",
        r"(pi.ce|vis|notice|c.ble|accessoire|couvercle)s? (\w+ )?manquant\w*|incompl.te?s?\b",
        r"falta(n|ba|ban|ban)? (la|el|los|las|un|una|uno|dos|tres|varias|varios|piezas|tornillos|"
        r"\d)",
        r"(pieza|tornillo|tapa|cable|manual|accesorio)s? (\w+ )?(faltan|que falta|faltante)\w*|"
        r"incomplet[oa]s?\b",
    ),
    "not_as_described": (
        r"misleading|false (advertis|descript)\w*|deceptive|(different|differs) (\w+ ){0,2}(from|"
        r"than|to) (the |what )?(\w+ )?(photo|picture|image|description|advertised|shown)s?",
        r"(colou?r|shade|material) (is|was|looks) (much |a lot |completely |totally )?(darker|"
        r"lighter|brighter|different|off|duller) ?(than)?",
        r"(photo|picture|description)s? (\w+ ){0,2}(lie|lies|wrong|deceiv\w*|inaccurate)",
        r"(worse|smaller|cheaper|duller) (\w+ )?(than|then) (in |on )?(the )?(photo|picture|"
        r"image)s?",
        r"irref.hrend|(falsche|irreführende|ungenaue) (beschreibung|angabe|foto|bild)\w*",
        r"farbe (ist|war|f.llt|sieht) .{0,20}(dunkler|heller|anders|kr.ftiger|blasser)",
        r"(auf dem (foto|bild)|in der beschreibung) .{0,25}(anders|hochwertiger|besser|gr..er|"
        r"sch.ner)",
        r"(ganz |völlig |deutlich )anders als (\w+ ){0,3}(foto|bild|beschr|abgeb|erwart)\w*",
        r"trompeu\w*|mensong\w*|(diff.rent|rien . voir)\w* (\w+ ){0,2}(de|du|avec|. la|. l') ?(la "
        r"|le |les )?(photo|image|description|annonce)s?",
        r"(couleur|teinte) .{0,20}(plus (fonc|clair|terne|vi)|diff.rente)\w*",
        r"enga.os\w*|(diferente|distint[oa]) (\w+ ){0,2}(de|a|al|que) (la |las |en la )?(foto|"
        r"imagen|descripci|anunci)\w*",
        r"color (\w+ ){0,2}(m.s (oscuro|claro|apagado)|diferente|distinto)",
        r"(looks|looked|is|was|are) (\w+ )?(totally|completely|very|quite|so) different (from|"
        r"than|to|in)|(description|listing|website|photo)s? (said|says|claims?|promised|shows?) "
        r".{0,40}(but|, )|(andere|anderer|anderes|anderen) (farbe|material|form) als|sieht (\w+ "
        r"){0,3}(anders|schlechter|kleiner) aus|in (echt|wirklichkeit|natura) .{0,20}(anders|"
        r"kleiner|dunkler|heller)|(en vrai|en r.alit.) .{0,25}(plus|moins|diff)\w*|diff.rente?s? "
        r"(du|de ce qui|sur le) (site|est|montr)\w*|publicit. mensong.re|publicidad enga.osa|en "
        r"(la )?realidad .{0,25}(m.s|menos|peor)|(distint|diferente)[oas]* (a|de|al) lo (que "
        r")?(anunci|describ|pon|sal)\w*",
        r"(smaller|bigger|larger|thinner|cheaper) than (it looks|it looked|they look|pictured|"
        r"shown|described)|(plastic|fake|imitation) (\w+ )?(not|instead of|rather than)|"
        r"(inaccurate|wrong|incorrect|poor) (description|photos?|pictures?|information)",
        r"(plastik|kunststoff|imitat|blech) (\w+ )?statt|(kleiner|dünner|größer|dunkler|heller) "
        r"als (\w+ ){0,2}(auf|angegeben|abgebildet|beschrieben|es aussieht)|(beschreibung|"
        r"produktbild\w*|fotos?|bilder) (\w+ ){0,2}(falsch|trüg|täusch|lüg|irre)\w*|anders als "
        r"(\w+ )?(angegeben|beschrieben|abgebildet|dargestellt|gezeigt)",
        r"(plastique|simili) (\w+ ){0,2}(au lieu|et non|pas)|plus (petit|grand|fin|fonc|clair)\w* "
        r"que (sur|dans|l'annonce|d.crit)|(description|photos?|annonce) (\w+ ){0,2}(fausse|erron|"
        r"inexacte|trompe)\w*|contrairement . (la|ce|l')|diff.rente?s? de la (photo|desc)",
        r"m.s (peque.o|peque.a|grande|fino|oscur[oa]) (de lo que (parece|se ve)|que en)|pl.stico "
        r"(\w+ )?(en vez|en lugar|y no)|(descripci.n|fotos?|imagen|anuncio) (\w+ ){0,2}(enga|fals|"
        r"incorrect|err.ne)\w*|distint[oa] (a|de) la",
    ),
    "sizing": (
        r"(too|way too|bit|little|slightly|extremely) (small|big|large|tight|loose|long|short|"
        r"wide|narrow|baggy|snug|boxy)\b",
        r"(run|ran|fit|cut)s? (\w+ )?(small|large|big|tight|narrow|wide|short|long)\b",
        r"(small|bigg|larg|tight|loos|long|short|wid|narrow)(er|r) than (expected|i expected|"
        r"usual|normal|i thought|stated|advertised|my)",
        r"(size|sizes) (up|down|too)|(order|buy|take|get) (a|one|two) sizes? (up|down|bigger|"
        r"smaller|larger)|(sizing|size|fit) (\w+ ){0,2}(off|wrong|bad|terrible|weird|inaccurate)",
        r"wrong size|tight (across|around|on|in) (the|my)",
        r"(zu|viel zu|etwas zu|deutlich zu|leider zu) (klein|gro.|eng|weit|lang|kurz|breit|schmal|"
        r"knapp)(e|er|es|en)?\b",
        r"f.llt (\w+ )*(klein|gro.|riesig|winzig|knapp|eng|weit)\w* aus|(kleiner|gr..er|enger|"
        r"weiter|l.nger|k.rzer) als (erwartet|gedacht|angegeben|normal|sonst)",
        r"(gr..e|passform) (\w+ ){0,2}(stimmt nicht|schlecht|falsch|daneben)|eine (nummer|gr..e) "
        r"(\w+ )?(gr..er|kleiner)|sitzt .{0,20}(eng|schlecht|locker)|spannt",
        r"(trop|un peu) (petit|grand|serr|large|long|court|.troit|juste|ample)(e|s|es|ée?s?|é)?\b",
        r"taille (\w+ )?(trop )?(petit|grand|bizarre|mal)\b|plus (petit|grand|court|serr.)e?s? "
        r"que (pr.vu|d'habitude|la normale|ce que)|une taille (au.dessus|en dessous|de plus)",
        r"(demasiado|muy|un poco|algo) (peque|estrech|ajustad|apretad|holgad)\w*|demasiado "
        r"(grande|anch|larg|cort)\w*|me (queda|va|quedan) (\w+ )?(grande|peque|cort|larg|estrech|"
        r"anch|apretad)\w*",
        r"talla\w* (\w+ ){0,2}(peque|grande|mal|menos|err.ne|equivoc)\w*|aprieta\w*|una talla "
        r"(m.s|menos)",
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
        r"(unangenehm|chemisch|bei.end|muffig|bitter|k.nstlich|streng)\w* (geruch|geschmack|"
        r"nachgeschmack)|geschmacklos|ungenie.bar",
        r"(go.t|odeur|saveur|parfum|ar.me)s? (\w+ ){0,3}(bizarre|amer|chimique|affreu|horrible|"
        r"d.sagr.able|fade|.trange|artificiel|mauvais|infect|rance|moisi|plastique|naus)\w*",
        r"(mauvais|mauvaise|dr.le d.) ?(go.t|odeur|arri.re.go.t)|sent (\w+ )?(mauvais|le "
        r"plastique|le moisi|la chimie|tr.s fort)|pue\b|imbuvable|immangeable|insipide",
        r"(sabor|olor|aroma) (\w+ ){0,3}(raro|extra.o|amarg|qu.mic|horrible|mal|artificial|rancio|"
        r"desagradable|asqueros|fuerte a|metálic)\w*",
        r"mal (sabor|olor)|sabe (\w+ )?(mal|raro|amarg|a (pl.stico|jab.n|qu.mico|rancio))\w*|"
        r"huele (\w+ )?(mal|fatal|raro|a (pl.stico|qu.mico|humedad))\w*|ins.pid\w*|apesta|"
        r"incomible",
        r"(taste|smell)(s|d)? (\w+ )?(of|like) (plastic|soap|chemicals|cardboard|nothing|metal|"
        r"fish|paint|perfume|dishwater)|watery\b|(lost|lacks) (its |any |all )?(aroma|flavou?r)|"
        r"wässrig|schal\b|seifig|geschmack (\w+ ){0,2}nach (seife|plastik|pappe|metall)|go.t (de|"
        r"du) (plastique|carton|savon|m.tal|brûl.)|odeur (de|du) (plastique|chimi|produit|moisi|"
        r"br.l.|p.trole)\w*|(sabor|olor) a (pl.stico|cart.n|jab.n|metal|qu.mico|quemado)|"
        r"aguad[oa]\b",
        r"(taste|smell|flavou?r|aroma)(s|d)? (\w+ ){0,2}(faint|flat|dull|dusty|sharp|harsh|"
        r"overpowering|perfumed|burned|funky)|too (bitter|sour|sweet|salty|bland|watery|weak)\b|"
        r"aftertaste|smelly|reeks?\b",
        r"(zu|sehr|viel zu) (bitter|sauer|süß|salzig|schwach|wässrig|fad)\b|übel\w*|mief\w*|"
        r"muffig\w*|ranzig\w*|nachgeschmack|schmeckt (\w+ ){0,3}(alt|sauer|verbrannt|wässrig|"
        r"schal|lasch|langweilig|penetrant)",
        r"(trop|tr.s) (amer|acide|sucr|sal|fade|faible)\w*|arri.re.go.t|naus.abond\w*|(go.t|odeur|"
        r"ar.me)s? (\w+ ){0,2}(faible|fort|br.l|pass)\w*",
        r"(demasiado|muy) (amarg|.cid|dulce|salad|sos|suave|flojo)\w*|regusto|rancio|(sabor|olor|"
        r"aroma) (\w+ ){0,2}(flojo|soso|quemado|pasado|intenso a)",
    ),
    "value": (
        r"overpriced|(too|so|way too|very) expensive|(waste|wasted) (of |my |your )?money|"
        r"rip.?off|(price|cost) (\w+ ){0,2}(too high|ridiculous|excessive|steep)|poor value|bad "
        r"value|for (this|that|the) (price|money),? (i|you|one) (expect|deserve)\w*|cheaper "
        r"elsewhere",
        r"(zu|viel zu|völlig|total) (teuer|.berteuert)|.berteuert\w*|geldverschwendung|abzocke|"
        r"(rausgeschmissenes|verschwendetes) geld|preis (\w+ ){0,3}(zu hoch|überzogen|"
        r"unverschämt)|wucher|schlechtes preis.leistungs.verh.ltnis|f.r (den|diesen) preis (\w+ "
        r")?(erwart|darf)\w*",
        r"(trop|bien trop|hors de prix|beaucoup trop) (cher|ch.re|.lev.)\w*|hors de prix|arnaque|"
        r"(mauvais|faible) rapport qualit.|argent jet.|gaspillage|prix (\w+ ){0,2}(exag|excess|"
        r"abus)\w*",
        r"(demasiado|muy|carísim|excesivamente) ?(car[oa]s?|o|a)\b|car.sim[oa]|(tirar|p.rdida de|"
        r"desperdicio de) (el )?dinero|dinero tirado|estafa|timo\b|sobreprecio|(mala|p.sima) "
        r"relaci.n calidad|precio (\w+ ){0,2}(excesiv|abusiv|exagerad)\w*",
        r"(expected|expect) (\w+ ){0,3}(more|better) for (the|this|that) (price|money)|priced? "
        r"(\w+ )?too high|costs? too much|too pricey|poor value",
        r"f.r (den|das|diesen) (preis|geld) (\w+ ){0,4}(mehr|besser)\w*|zu viel geld|"
        r"preis.?leistung\w* (\w+ ){0,3}(schlecht|mies|mau)\w*",
        r"(pour|. ce) (ce |le )?prix,? (\w+ |.'){0,3}(attend|esp.r)\w*|qualit..prix (\w+ "
        r"){0,2}(d.cev|mauvais|m.diocre)\w*|co.te? trop",
        r"(por|para) (ese|este|el) precio,? (\w+ ){0,2}esper\w*|calidad.precio (\w+ ){0,2}(mala|"
        r"p.sima|regular)|cuesta demasiado",
    ),
    "defective": (
        r"(broke|broken|breaks|breaking|snapped|cracked|cracks|shattered|burst)( off| down)?\b|"
        r"(fell|falls|falling|came|coming|comes) (apart|off|undone|loose)|leak(s|ed|ing|y)?\b|"
        r"defect\w*|faulty|malfunction\w*|stopped (\w+ )?(working|charging|heating|turning)|(is|"
        r"was|are|went|arrived|now|completely) dead\b|dead (battery|on arrival|after)|(died|quit|"
        r"failed|fails) (after|within|on me|the|in)|overheat\w*|(hole|tear|rip|crack)s? in (it|"
        r"the|one)|ripped|tore\b|torn\b|freezes|froze|crash(es|ed)|useless after",
        r"kaputt\w*|defekt\w*|(ab|zer|durch)?gebrochen|zerbr(ach|ochen)\w*|(ab|ein|ge|zer)?rissen|"
        r"gerissen|undicht|tropft|leckt\b|auseinander(gefallen|gebrochen|f.llt)?|ausgefallen|"
        r"(gibt|gab) (\w+ ){0,4}den geist auf|geht (\w+ ){0,3}(aus|auf|ab)\b|löst sich|loch\b|"
        r"löcher|.berhitzt|funktionsunf.hig|qualmt",
        r"(s'est |est |sont |a )?cass.(e|es|s)?\b|d.fectueu\w*|en panne|hors service|hs\b|fuit\b|"
        r"fuites?\b|d.chir.\w*|trous?\b|trou[ée]e?s?\b|se d.(colle|coud|tach|mont)\w*|(a|s'est) "
        r"(l.ch|fissur|bris)\w*|fissur.\w*|bris.e?s?\b|surchauff\w*|d.faut\w*",
        r"(se (\w+ )?(rompi|romp|cay|desh|ha roto|han roto|descos|despeg|parti|raj|estrope)\w*)|"
        r"\brot[oa]s?\b|defect(o|uos)\w*|aver.a\w*|averiad\w*|pierde (agua|aire|aceite)|gotea\w*|"
        r"(dej|ha dejado).{0,3} de (funcionar|cargar|ir|calentar|andar)|agujero|se calienta "
        r"demasiado|estropead\w*|fuga de",
    ),
    "poor_quality": (
        r"(poor|bad|terrible|low|awful|cheap|horrible|inferior|lousy|worst|shoddy) (\w+ "
        r")?(quality|material|fabric|workmanship|construction|build)",
        r"quality (\w+ ){0,3}(poor|bad|terrible|low|awful|cheap|horrible|lacking|disappoint|gone "
        r"down|declin|suffer)\w*|(feel|look|seem|felt|looked)s? (\w+ )?(cheap|flimsy)\b|"
        r"cheap(ly)? (made|plastic|looking)|flimsy|poorly (made|sewn|constructed|finished)|(too|"
        r"very|so|paper) thin\b|see.through|pilling|pilled|piling|fray(s|ed|ing)?\b|peel(s|ed|"
        r"ing)?\b|fad(es|ed|ing)\b|rust(s|ed|y|ing)\b|wobbl\w*|scratch(es|ed)? (very |so )?easily|"
        r"loose (seam|thread|screw)s?|itchy|shrunk|shrank|stain\w*",
        r"(schlecht|mies|minderwertig|mangelhaft|gering|furchtbar)\w* (\w+ )?(qualit.t|verarbeit|"
        r"material|stoff)\w*|schlecht verarbeitet|(qualit.t|verarbeitung|material|stoff) "
        r".{0,20}(schlecht|mies|miserabel|minderwertig|billig|enttäusch|mangelhaft|d.nn|"
        r"nachgelassen)\w*|(wirkt|fühlt sich|sieht) (\w+ ){0,3}billig|billig (verarbeitet|gemacht|"
        r"plastik)|minderwertig\w*|rost\w*|wackel\w*|wacklig|(zu|sehr|hauchd).{0,2}d.nn|f.rbt ab|"
        r"kratzt|bl.tter\w* ab|fusselt|eingelaufen|ausgeblichen|schrott|ramsch",
        r"(mauvaise|pi.tre|basse|faible|m.diocre) qualit.|qualit. .{0,20}(m.diocre|mauvaise|"
        r"d.cevante|d.plorable|nulle|basse|bas de gamme|pas au rendez)|bas de gamme|camelote|"
        r"fragile|rouill\w*|(tr.s|trop) (fin|mince)e?s?\b|d.teint|bouloch\w*|fait (\w+ )?cheap|"
        r"mal (fini|cousu|fait|con.u)e?s?\b|gratte\b|s'.caill\w*|r.tr.ci\w*|de la merde",
        r"(mala|p.sima|baja|poca|nefasta|dudosa) calidad|calidad .{0,20}(mala|p.sima|baja|deja "
        r"que desear|mejorable|regular|nefasta)|(muy|demasiado) (fin|endebl|fr.gil|delgad)\w*|"
        r"endeble|mal (acabad|cosid|hech|fabricad)\w*|oxid\w*|destiñ\w*|desti.e|se pela|bolitas|"
        r"parece barat\w*|plástico malo|descosid\w*|encogi\w*|encoge|se deshilach\w*",
    ),
}  # fmt: skip
