"""How customers say why they send something back, in English, German, French and Spanish.

Regular expressions by reason, in the order in which they are looked for: what is named first takes
its words out of the sentence, so that "the description says it is bigger" is about the description.
"""

from __future__ import annotations

#: said by a negation ("does not fit"): looked for before negated words are taken out
BY_NEGATION: dict[str, tuple[str, ...]] = {
    "wrong_item": (
        r"not (what|the (one|item|product|article)) i (had )?ordered|is ?n.?t what i ordered",
        r"not mine|nicht das,? was ich bestellt|nicht (das )?bestellte?n?\b",
        r"pas (ce que|celui que|celle que) j.(ai|avais) command",
        r"no es lo que (ped|hab.a ped|compr)",
        r"pas l.article que j.ai command\w*|(art.culo|producto) que no ped.",
    ),
    "late": (
        r"(not|\w+n.t) (arrive|come) (on|in) time|nicht (rechtzeitig|p.nktlich)",
        r"pas arriv.e?s? (. temps|. l.heure)|no lleg. a tiempo",
    ),
    "not_as_described": (
        r"(not|\w+n.t) (quite )?(as|like|what) (\w+ ){0,3}(described|shown|pictured|"
        r"promised|advertised)",
        r"(not|\w+n.t|nothing) (look )?like (\w+ ){0,2}(photo|picture|image|description)s?",
        r"(not|\w+n.t) (match|correspond)\w* (\w+ ){0,2}(photo|picture|image|description)s?",
        r"nicht (wie|das,? was) (\w+ ){0,4}(beschrieben|abgebildet|versprochen|beschreibung|"
        r"seite|foto|bild)\w*",
        r"entspricht nicht|stimmt nicht .{0,25}berein",
        r"anders (aus )?als (\w+ ){0,3}(foto|bild|beschreib|abgebild)\w*",
        r"ne (ressemble|correspond)\w* (pas|rien)",
        r"pas (celle|celui|ce qui est|conforme|comme) ?(\w+ ){0,3}(indiqu|d.cri|annonc|"
        r"photo|promis|description)?\w*",
        r"no (se parece|coincide|corresponde)",
        r"no es (el|la|lo|como) (que )?(\w+ ){0,3}(promete|describ|anunci|foto|descripci|"
        r"web|p.gina)\w*",
    ),
    "quality": (
        r"(not|\w+n.t|never|no longer|stopped|quit) (\w+ )?(work|turn on|switch on|function|"
        r"charge|hold)\w*",
        r"(not|\w+n.t) (good|great) quality",
        r"(geht|ging|funktioniert\w*|l.uft|l.dt) (\w+ ){0,3}nicht",
        r"funktionslos|ne (fonctionne|marche|s.allume|charge|tient)\w* (pas|plus)",
        r"no (funciona|enciende|carga|sirve|anda)\w*",
        r"heizt (\w+ )?nicht( mehr)?|l.st sich auf|undone",
    ),
    "sizing": (
        r"(not|\w+n.t) (\w+ )?fit|not (my|the right) size",
        r"(not|\w+n.t) (big|large|small|long|wide) enough",
        r"passt (mir |leider |.berhaupt |einfach )*nicht( in| hinein| rein| .ber|$)",
        r"passen (mir |leider )*nicht|nicht (gro.|lang|weit|breit) genug|nicht meine gr..e",
        r"ne (me |nous )?(va|vont|rentre|convient)\w* pas( dans|$)",
        r"pas (. )?(ma|la bonne) taille",
        r"pas assez (grand|large|long)|no (me |le )?(cabe|queda bien|entra|vale)",
        r"no es mi talla",
        r"no es (lo )?(bastante|suficientemente) (grande|largo|ancho)",
    ),
    "changed_mind": (
        r"(not|\w+n.t|no longer) (really )?(need|want|like)|not my (style|taste|thing|colou?r)",
        r"(not|\w+n.t) (go|match) with|not for me|brauch\w* (\w+ ){0,3}nicht( mehr)?",
        r"gef.llt (\w+ ){0,3}nicht|nicht (mein|unser|ihr|sein)\w* (stil|geschmack|fall|farbe)",
        r"passt nicht zu\w*|nicht mehr (gebraucht|ben.tigt|n.tig)|kein\w* (bedarf|verwendung)",
        r"n.(en )?(ai|avons) (plus|pas) (besoin|envie)|pas (mon|notre|son) (style|go.t)",
        r"ne (me |lui |nous )?pla.t pas|ne va pas avec|ne (la |le |l.)?veux plus",
        r"ya no (lo|la|los|las)? ?(necesit|quier)\w*|no (lo |la )?(necesit|quier)\w*",
        r"no es mi (estilo|gusto)|no (me|le) gust\w*|no combina|no pega con",
        r"n.en (veux|voulons) plus",
    ),
}  # fmt: skip

#: said plainly; a negation within three words before takes it back ("not damaged")
PLAIN: dict[str, tuple[str, ...]] = {
    "wrong_item": (
        r"wrong (item|product|article|size sent|colou?r sent|one|order)",
        r"sent me (a different|another)",
        r"ordered (another|something else|a different)|different (item|product) than i ordered",
        r"falsche\w* (artikel|produkt|ware|gr..e (geliefert|bekommen|erhalten)|"
        r"farbe (geliefert|bekommen))",
        r"(etwas|was) anderes bestellt|falsch (geliefert|verschickt|gesendet)|verwechselt",
        r"mauvais(e)? (article|produit|taille re.u|mod.le)|command. autre chose",
        r"erreur (de|dans la) (produit|commande|livraison)",
        r"(producto|art.culo|modelo|pedido) (equivocado|incorrecto|err.neo)|ped.do? otr[ao]",
        r"pedido otra",
        r"instead of the|someone else's",
        r"(anderen|anderes|andere) (artikel|produkt|ware|farbe) (bekommen|erhalten)",
    ),
    "damaged": (
        r"was damaged",
        r"(arrived|came|delivered|received) (\w+ ){0,2}(broken|damaged|cracked|smashed|"
        r"shattered|dented|crushed|scratched|open|wet|with (a|one) (crack|dent|scratch|"
        r"chip))",
        r"damaged (in|during) (transit|shipping|transport|delivery)",
        r"(box|parcel|package|packaging) (\w+ )?(was )?(crushed|damaged|torn|wet|open)",
        r"(in pieces|in bits|shards)|transportschaden",
        r"(kam|kamen|geliefert|angekommen|bekommen|erhalten) .{0,25}(riss|kaputt|besch.digt|"
        r"zerbrochen|zerbeult|scherben|delle|gesprungen)",
        r"(kaputt|besch.digt|zerbrochen|zerkratzt|zerbeult|gesprungen) (an|geliefert|bei )\w*",
        r"(karton|paket|verpackung) .{0,15}(besch.digt|zerdr.ckt|aufgerissen|nass)",
        r"(arriv.|re.u|livr.)e?s? .{0,20}(cass|fendu|f.l.|ab.m|endommag|bris|ray|caboss|fissur)\w*",
        r"(carton|colis|emballage) .{0,15}(ab.m|endommag|.cras|ouvert|d.chir|mouill)\w*",
        r"(lleg.|recib.|vino|vinieron|llegaron) .{0,25}(grieta|rot|da.ad|"
        r"abollad|roz|golpe|aplastad|rayad)\w*",
        r"(caja|paquete|embalaje) .{0,15}(rot|da.ad|aplastad|abiert|mojad)\w*",
        r"(arrived|came|delivered|received) with (a|one|some|several) (\w+ ){0,2}(crack|"
        r"dent|scratch|chip)\w*",
    ),
    "late": (
        r"too late|(arrived|came|delivered) (too )?late",
        r"after (the|her|his|my|our) (birthday|christmas|party|wedding|event|anniversary)",
        r"took (too long|weeks|forever|ages)|delay\w*",
        r"zu sp.t|versp.t\w*",
        r"nach (dem|der|weihnachten)( \w+)? ?"
        r"(geburtstag|hochzeit|feier|termin|fest|weihnachten)?\b.{0,10}(an|geliefert|gekommen|da)",
        r"(lieferung|lieferzeit) .{0,20}(zu )?lange?",
        r"trop tard|en retard|apr.s (l.|le |la |no.l)(anniversaire|mariage|f.te|date)?",
        r"d.lai\w* (de livraison )?(trop|non)",
        r"(demasiado|muy) tarde|lleg. tarde|con retraso",
        r"despu.s (del?|de la) (cumplea|boda|navidad|fiesta|fecha)\w*",
        r"tard. (mucho|demasiado|semanas)",
        r"took (\w+ ){0,2}(weeks|months)",
    ),
    "quality": (
        r"broke\w*( off)?|(fell|came|falling) apart|leak\w*|defect\w*|faulty|dead\b",
        r"malfunction\w*|stopped working|(poor|bad|terrible|low|awful|cheap) quality|peel\w*",
        r"frayed|ripped|tore\b|torn\b|cracked|cracks|wobbl\w*|rust\w*",
        r"loose (seam|thread|screw)s?|hole in|stain\w*|smells?|stopped (charging|heating)",
        r"feels cheap|flimsy|fad(es|ed)",
        r"kaputt\w*|defekt\w*|abgebrochen|gebrochen|gerissen|undicht|tropft|leckt",
        r"schlecht\w* (qualit.t|verarbeit\w*)|mangelhaft\w*",
        r"(qualit.t|verarbeitung) .{0,15}(schlecht|mies|miserabel)|rost\w*|wackel\w*|naht",
        r"loch\b|stinkt|riecht|auseinander|billig\w*|ausgefallen|f.rbt ab",
        r"cass.\w*|d.fectueu\w*|d.fectuos\w*|en panne|fuit\b|fuite\w*|mauvaise qualit.",
        r"qualit. (\w+ ){0,2}(m.diocre|mauvaise|d.cevante)|rouill\w*|d.chir\w*|d.cous\w*",
        r"se d.colle|ab.m.\w*|trous?\b|sent mauvais|fragile|d.faut\w*",
        r"se (rompi|cay|desh|ha roto|despeg|oxid)\w*|rot[oa]s?\b|defectuos\w*|pierde agua",
        r"gotea|fuga\w*|mala calidad|calidad (\w+ ){0,2}(mala|p.sima|baja)",
        r"dej. de (funcionar|cargar|ir)|aver.a\w*|oxid\w*|descosid\w*|huele|agujero|defecto\w*",
        r"coming (apart|undone|loose)|overheat\w*",
    ),
    "not_as_described": (
        r"descri(ption|bed)|misleading|photos?|pictures?|advertised",
        r"(colou?r|shade) (is|was|looks) (much |a lot )?(darker|lighter|brighter|different|off)",
        r"i thought it was",
        r"beschreibung|beschrieben|irref.hrend|fotos?|abbildung|auf dem bild",
        r"farbe (ist|war|f.llt) .{0,15}(dunkler|heller|anders|kr.ftiger)",
        r"ich dachte,? es (sei|w.re|ist)",
        r"descripti\w*|trompeu\w*|photos?",
        r"(couleur|teinte) .{0,15}(plus (fonc|clair|vi)|diff.rente)\w*|je (le|la) croyais",
        r"descripci.n|enga.os\w*|fotos?|color (es|era) (m.s (oscuro|claro)|diferente|distinto)",
        r"cre.a que era",
    ),
    "sizing": (
        r"(too|so|very|bit) (small|big|large|tight|loose|long|short|wide|narrow|baggy|snug)",
        r"(small|big|larg|tight|loos|long|short|wid|narrow)(g?er) than",
        r"runs? (\w+ )?(small|large|big)|(size|sizing)\w*|one size (up|down)",
        r"tight (across|around|on|in)",
        r"(zu|etwas|viel|deutlich|sehr) (klein|gro.|gr..er|kleiner|"
        r"eng|weit|lang|kurz|breit|schmal)\w*",
        r"f.llt (\w+ )*(klein|gro.)\w* aus|(kleiner|gr..er|enger|weiter|l.nger|k.rzer) als",
        r"gr..e|gr..er|kleiner|sitzt .{0,25}(eng|locker|schlecht)|spannt|schlabbert",
        r"(trop|un peu|tr.s|si|bien) (petit|grand|serr|large|long|court|.troit|juste|ample)\w*",
        r"taille\w*|plus (petit|grand|large|long|court)e?s? que|pointure",
        r"(demasiado|muy|m.s|un poco|tan|poco) (peque|grand|estrech|anch|larg|"
        r"cort|apretad|holgad|ajustad)\w*",
        r"tallas?|tallaje|aprieta|peque.o|queda (grande|peque|corto|largo|estrech)\w*",
        r"f.llt (riesig|winzig) aus|too? tight|it's tight|squeeze into",
    ),
    "changed_mind": (
        r"changed (my|her|his) mind",
        r"(bought|found|got) (a different|another|a better|it cheaper|one cheaper|something else)",
        r"cheaper elsewhere|gift (they|he|she|that)|already (had|have|own)",
        r"by (mistake|accident)|accidentally|ordered (two|twice|too many)|impulse|regret\w*",
        r"anders (.berlegt|entschieden)",
        r"(inzwischen|mittlerweile|woanders) .{0,20}(gekauft|gefunden|g.nstiger)",
        r"etwas anderes gekauft|schon (vorhanden|gehabt|eines|einen)|g.nstiger",
        r"doppelt (bestellt|gekauft)|versehentlich|aus versehen|zu viel bestellt",
        r"gef.llt .{0,10}nicht",
        r"chang. d.avis|(achet|trouv).\w* (un|une|l.)? ?(autre|ailleurs|moins cher)|moins cher",
        r"d.j. (re.u|un|une|eu)|par erreur|en double|command. (deux fois|trop)",
        r"cambi. de (opini.n|idea)|(compr|encontr).\w* (otr|uno|una|m.s barato|en otro)\w*",
        r"m.s barato|ya (lo |la |los )?(ten|tien)\w*|por error|sin querer|ped. dos|duplicad\w*",
        r"me arrepent\w*",
        r"cambiado de (opini.n|idea)",
    ),
}  # fmt: skip
