"""Words of praise and complaint in German, French and Spanish, as the English word they weigh like.

The shipped sentiment model is learned from English texts; through this list it reads the other
languages, and the English words its texts did not hold. A word may end in `*`: any ending.
"""

from __future__ import annotations

#: language → English word of the model → words that weigh like it
OPINIONS: dict[str, dict[str, str]] = {
    "en": {
        "excellent": "brilliant outstanding superb exceptional delicious flawless delightful",
        "great": "tasty sturdy durable reliable solid smooth prompt speedy crisp sublime",
        "recommend": "recommended",
        "awful": "rude disgusting dreadful appalling nasty rubbish inedible stinks stink abysmal",
        "bad": "bitter stale bland musty rancid tasteless unhelpful unpleasant mediocre",
        "poor": "faulty overpriced inferior shoddy unusable unreliable",
        "broke": "leaks leaked leaking leaky damaged cracked snapped shattered malfunctioned "
        "broken",
        "disappointed": "regret unhappy dissatisfied frustrated frustrating annoyed letdown avoid",
        "junk": "scam ripoff garbage trash",
        "slow": "late delayed delay",
        "returned": "refund refunded",
    },
    "de": {
        "excellent": "ausgezeichnet* hervorragend* exzellent* spitze spitzen* erstklassig* klasse "
        "grandios* fantastisch* phantastisch* genial* brillant* traumhaft* köstlich* vorzüglich*",
        "great": "toll tolle* super prima top wunderbar* großartig* mega lecker* robust* stabil* "
        "zuverlässig* begeistert* beeindruckend* ideal* flott* schnell* hochwertig* solide*",
        "perfect": "perfekt* einwandfrei* tadellos* optimal* makellos* reibungslos*",
        "love": "liebe lieben geliebt gefällt gefallen liebling* traum",
        "happy": "zufrieden* glücklich* freue freuen freude froh überzeugt",
        "good": "gut gute guter gutes guten bestens positiv* angenehm* freundlich* "
        "hilfsbereit* fein",
        "nice": "schön schöne* hübsch* nett nette* gelungen* praktisch* nützlich*",
        "beautiful": "wunderschön* bildschön* edel*",
        "comfortable": "bequem* gemütlich* weich* kuschelig* komfortabel*",
        "easy": "einfach kinderleicht leicht unkompliziert* problemlos*",
        "best": "beste bester bestes besten",
        "recommend": "empfehle empfehlen empfehlung empfehlenswert* weiterempfehl* jederzeit gerne",
        "works well": "funktioniert klappt läuft passt lohnt hält taugt schmeckt",
        "okay": "okay ok mittelmäßig* durchschnittlich* geht naja durchwachsen* befriedigend*",
        "disappointed": "enttäusch* unzufrieden* ärger* bereue* verärgert* frustriert* frust",
        "poor": "schlecht* mangelhaft* minderwertig* miserabel* ungenügend* unbrauchbar* mies* "
        "überteuert* teuer dürftig* unzureichend* wackelig* wacklig*",
        "horrible": "schrecklich* furchtbar* katastroph* grauenhaft* entsetzlich* eklig* ekelhaft* "
        "scheußlich* widerlich* unverschämt* frech* unfreundlich* grottig* stinkt abzocke",
        "cheap": "billig*",
        "broke": "kaputt* defekt* gebrochen* zerbrochen* abgebrochen* gerissen undicht* "
        "beschädigt* "
        "zerkratzt* ausgefallen fehlerhaft*",
        "problem": "problem probleme reklam* beschwerde* mangel mängel fehler fehlt fehlte fehlten",
        "returned": "zurückgeschickt zurückgesendet retour* umgetauscht rücksendung zurückgeben",
        "junk": "schrott müll ramsch mist betrug",
        "wrong": "falsch* verkehrt*",
        "slow": "langsam* spät* verspät* ewig",
        "unfortunately": "leider schade",
        "worst": "schlechteste* schlimmste*",
    },
    "fr": {
        "excellent": "excellent* exceptionnel* remarquable* impeccable* fantastique* délicieu* "
        "extraordinaire* sublime* irréprochable* génial* géniaux formidable*",
        "great": "super top merveilleu* magnifique* ravi ravie ravis bravo fiable* solide* rapide* "
        "rapidement robuste* savoureu* efficace*",
        "perfect": "parfait* nickel idéal*",
        "love": "adore adoré adorons aime aimé aimons plaît plait kiffe",
        "happy": "content* satisfait* heureu* enchanté*",
        "good": "bon bonne bons bonnes bien agréable* sympa* serviable* aimable* positif",
        "nice": "joli* pratique* utile* mignon* réussi*",
        "beautiful": "beau belle beaux belles élégant* superbe*",
        "comfortable": "confortable* doux douce moelleu*",
        "easy": "facile* facilement simple*",
        "best": "meilleur*",
        "recommend": "recommande* recommandé conseille* conseillé",
        "works well": "fonctionne marche tient vaut convient",
        "okay": "moyen* correct* passable* bof mitigé*",
        "disappointed": "déçu* décev* déception* mécontent* regrette*",
        "poor": "mauvais* médiocre* nul nulle nuls piètre* inutilisable* cher chère faible* "
        "insuffisant* fragile*",
        "horrible": "horrible* affreu* catastroph* lamentable* scandaleu* honteu* dégoûtant* "
        "infect* désagréable* épouvantable* inadmissible* pue arnaque*",
        "cheap": "camelote cheap",
        "broke": "cassé* casse défectueu* panne abîmé* déchiré* fissuré* fuit endommagé* fendu*",
        "problem": "problème* souci* défaut* manque manquait manquent réclamation* erreur*",
        "returned": "renvoyé* retourné* remboursement rembourser retour",
        "junk": "poubelle merde daube",
        "slow": "lent* retard tard tardive*",
        "unfortunately": "malheureusement dommage hélas",
        "worst": "pire*",
        "useless": "inutile* incompétent* injoignable*",
    },
    "es": {
        "excellent": "excelente* fantástic* espectacular* increíble* magnífic* extraordinari* "
        "inmejorable* estupend* maravillos* delicios* excepcional*",
        "great": "genial* super súper fenomenal* fiable* resistente* rápid* sabros* rico rica "
        "robust* bravo eficaz*",
        "perfect": "perfect* ideal* impecable* intachable*",
        "love": "encanta encantó encantado encantada encantan gusta gustó gustan amo adoro",
        "happy": "content* satisfech* feliz felices",
        "good": "buen buena bueno buenos buenas bien agradable* amable* positiv* atent*",
        "nice": "bonit* chul* práctic* útil* mono mona",
        "beautiful": "precios* hermos* elegante* lind*",
        "comfortable": "cómod* suave* blandit*",
        "easy": "fácil* fácilmente sencill*",
        "best": "mejor mejores",
        "recommend": "recomiendo recomend* aconsejo",
        "works well": "funciona funcionan cumple sirve vale",
        "okay": "regular normal normalito correct* mediocre*",
        "disappointed": "decepcion* descontent* insatisfech* arrepient* defraud*",
        "poor": "mal mala malo malos malas pésim* defectuos* inservible* deficiente* caro "
        "cara endeble* frágil*",
        "horrible": "horrible* horroros* asqueros* nefast* fatal vergonzos* lamentable* terrible* "
        "desagradable* inaceptable* apesta estafa timo",
        "cheap": "barato cutre*",
        "broke": "roto rota rotos rotas rompió romp* averiad* avería* dañad* estropead* rajad*",
        "problem": "problema* fallo* defecto* queja* falta faltaba faltan error*",
        "returned": "devolv* devuelt* devolución* reembolso",
        "junk": "basura porquería mierda chapuza",
        "slow": "lent* tarde retraso* tardó",
        "unfortunately": "desgraciadamente lamentablemente lástima",
        "worst": "peor peores",
    },
}

#: words that a negation may follow ("gefällt mir nicht"): it is looked for behind them, too
VERBS = ("love", "recommend", "works well")
