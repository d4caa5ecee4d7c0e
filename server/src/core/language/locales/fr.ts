import { casual } from 'chrono-node/fr';
import type { Locale } from './locale.ts';

export const fr: Locale = {
  code: 'fr',
  script: 'latin',
  stopWords: `le la les l un une des du de d et ou mais où à au aux en dans par pour sur avec sans sous ce c cet cette
    ces il elle ils elles on nous vous je j tu me m te t se s lui leur leurs mon ma mes ton ta tes son sa ses notre
    nos votre vos qui que qu quoi dont quel quelle quels quelles est sont été être suis es sommes êtes était
    étaient a as ai avons avez ont avait avoir ne n pas plus y comme si donc car ni aussi très quand comment pourquoi`,
  weakWords: `dis dire dit montre montrer explique expliquer décris trouve trouver savoir veux chose choses quelque
    quelqu coûte coûtent coûter monsieur madame résumé résumer discussion parle parler parlé pense vidéo clip partie gens personne
    utiliser utilise utilisé utilisent besoin signifie signifier différence différences comparer comparaison
    rapport arrive appelle appelé pourrait peut faut doit devrait propose suggère raison cause avis opinion
    sujet mentionne mentionné question demande demander demandé réponse répond entre près`,
  questionPhrases: ['quoi de neuf|quoi de nouveau', 'combien de (?:temps|fois)'],
  videoNouns: 'vidéos?|enregistrements?|clips?|films?|extraits?',
  wholeNouns:
    'vidéo|réunion|enregistrement|film|exposé|conférence|cours|épisode|entretien|clip|séance|présentation',
  beforeVideoName: 'dans|de|du',
  overviewWords: 'vidéo exposé film conférence enregistrement clip sujet bref brièvement aperçu agit',
  genericVerbs: ['passe|montre|parle|voit|arrive'],
  units: {
    second: 'secondes?',
    minute: 'minutes?',
    hour: 'heures?',
    day: 'jours?',
    week: 'semaines?',
    month: 'mois',
    year: 'ans?|années?',
  },
  numbers: {
    un: 1,
    une: 1,
    deux: 2,
    trois: 3,
    quatre: 4,
    cinq: 5,
    dix: 10,
    quinze: 15,
    vingt: 20,
    trente: 30,
  },
  questions: {
    videoCount: ['combien (?:de|y a-t-il de|ai-je de) (?:{video}) *(?:y a-t-il|ai-je|avons-nous)?[?]*$'],
    withoutText: ["(?:{video}) (?:n'ont pas de|n'a pas de|sans) (?:transcriptions?|sous-titres|texte)"],
    duration: ["combien d[e'] ?{unit}", 'combien de temps|combien (?:dure|durent)'],
    definition: ["qu'est-ce qu|qu'est-ce que?|que (?:signifie|veut dire)|explique"],
    amount: [
      'combien|à quelle (?:heure|date|distance|vitesse)|quel (?:jour|âge)|quelle (?:heure|date|année|hauteur|taille)',
      "(?:^|depuis |pour |et |mais |sais |jusqu'à |dis-moi |, )quand|quand(?= *\\?*$| (?:est-ce|a |ont |sort|commence|finit|aura|sera|est |doit|part|arrive))",
    ],
    price: ['combien (?:coûte{w}|ça coûte|vaut)|quel (?:est|était) le (?:prix|coût)|quel prix'],
    date: ['quand|à quelle (?:heure|date)|quel jour|quelle année'],
    place: ['où|dans quel(?:le)? (?:ville|pays|salle|rue|lieu|endroit)'],
    name: ["comment s'appell{w}|quel est (?:le|son) nom"],
    person: ['^(?:et |mais )?(?:qui|par qui|à qui)'],
    counted: ["combien (?:de|d')"],
    colour: ['(?:de )?quelle couleur'],
    reason: ['pourquoi|pour quelle raison|quelle est la (?:raison|cause)'],
    comparison: ['(?:plus|moins) {w} que|compar{w}|différence{w}|lequel|laquelle|{w} ou {w}'],
    yesNo: ["^(?:est-ce que?|est-ce qu'|est-il|est-elle|a-t-il|a-t-elle|y a-t-il|peut-on|faut-il|doit-on)"],
    speech: [
      'di[ts]|disent|dit-{w}|pens{w}|mentionn{w}|propos{w}|expliqu{w}|racont{w}|répond{w}|demand{w}|avis|opinion',
    ],
    count: ['combien de fois'],
    frequency: ['combien de fois (?:par|chaque)', 'à quelle fréquence|tous les combien'],
    everyOccurrence: [
      'combien de fois|à quelle fréquence|tous les combien|à chaque fois',
      '(?:liste|listez|trouve|trouvez|montre|montrez|cite|donne|énumère|lister|montrer)(?:-moi)? (?:tou(?:s|tes)|chaque)',
      'tous les (?:moments|passages|endroits)|toutes les (?:fois|scènes)',
    ],
    overview: [
      'quoi de neuf|quoi de nouveau',
      "de quoi (?:parle|s'agit|est-il question|traite|il s'agit|ça parle)(?:-t-on)?(?: (?:cette|ce|cet|la|le|l')? ?(?:{video}|conférence|cours|réunion|exposé))? *[?.!]*$",
      "de quoi s'agit|résum{w}|aperçu|quel est le sujet (?:de (?:la|cette|l')|du|de ce) ?(?:{video})|que se passe-t-il dans (?:la|le|l'|cette|ce|cet) ?(?:{video})",
    ],
  },
  momentPhrase:
    '(?:les\\s+)?(?:moments?|passages?|scènes?|fois|endroits?)?\\s*(?:(?:où|que|quand)(?![a-zà-ÿ]))?',
  saidOrShown: [
    'mentionn{w}|dit|dite|dits|parle{w}|parlé|nomm{w}|évoqu{w}|enten{w}',
    'apparaî{w}|apparu{w}|montr{w}|voi[rt]|vue?s?',
  ],
  answers: {
    lengths: [
      'pendant des (?:secondes|minutes|heures|jours|semaines|mois|années)|toujours|toute la (?:nuit|journée)',
    ],
    counts: ['{n} fois'],
    currencies: ['euros?|centimes?|dollars?|livres?|francs?|coût{w}|prix|pay{w}|vaut'],
    prices: ['gratuit{w}|cher|chère'],
    times: [
      'minuit|printemps|été|automne|hiver|matin|midi|après-midi|soir|nuit|week-end|plus tard|bientôt|avant|après|quand|lorsque|jusqu{w}|depuis|dès|prochaine?|dernière?|fin|début|jour|semaine|mois|an|année',
    ],
    places: [
      '(?:à|au|aux|dans|chez|près|devant|derrière|sous|sur|entre|vers|depuis|en face|en) {w}',
      'ici|là-bas|dehors',
    ],
    colours: [
      'rouges?|vert{w}|bleu{w}|jaunes?|noire?s?|blanc{w}|gris{w}|marron|bruns?|orange|violet{w}|roses?|argent{w}|dor[ée]{w}|beige|turquoise|incolore|transparent{w}|fonc{w}|clair{w}',
    ],
    reasons: ["parce qu{w}|car|puisque|donc|à cause|grâce|afin|pour que|sinon|raison|c'est pourquoi"],
    comparisons: ['plus|moins|mieux|pire|mais|tandis que|alors que|les deux|même|différence|aussi'],
    names: ['appel{w}|nom|nommé{w}|je suis'],
    reportedQuestions: [
      '(?:demand{w}|savoir)[^.!?]{0,40}(?:pourquoi|ce que|comment|qui|quand|où|si|quel{w})',
    ],
    announcements: ["^aujourd'hui,? (?:je|nous|on) {w}|à l'ordre du jour"],
    consequences: ["^(?:donc|c'est pourquoi|alors|ainsi|du coup)"],
    replies: ["^(?:oui|non|si|bien sûr|d'accord|exactement|pas encore)"],
  },
  passive: { auxiliaries: 'est sont était étaient été fut furent', agents: 'par' },
  negations: ['pas|jamais|personne|rien|aucune?|sans|ni'],
  copulas: ['est|sont|signifie|désigne'],
  measures: [
    {
      asked: 'à quelle distance|quelle (?:largeur|épaisseur|profondeur)',
      stated: '(?:kilo|centi|milli)?mètres?|km|cm|mm|m|minutes?|heures?',
    },
    { asked: 'combien pès{w}|quel poids', stated: 'kilos?|kilogrammes?|kg|grammes?|g|tonnes?|livres?' },
    { asked: 'quel âge', stated: 'ans?|mois|semaines?|siècles?|naissance|âgé{w}' },
    { asked: 'quelle température|combien de degrés', stated: 'degrés?|celsius|moins|°{w}' },
  ],
  amounts: [
    'deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|quinze|vingt|trente|quarante|cinquante|soixante|cent|mille|millions?|demi',
  ],
  rates: [
    'tou(?:s|tes) les (?:{n} )?(?:secondes|minutes|heures|jours|nuits|semaines|mois|trimestres|ans|années|matins|soirs|(?:lun|mar|mercre|jeu|vendre|same)dis|dimanches)',
    'chaque (?:seconde|minute|heure|jour|nuit|semaine|mois|trimestre|an|année|matin|soir|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche)',
    'fois (?:par|tous|toutes|chaque) {w}|par (?:seconde|minute|heure|jour|nuit|semaine|mois|an)',
    '(?:quotidien|hebdomadaire|mensuel|annuel){w}',
    'jamais|rarement|parfois|de temps en temps|régulièrement|fréquemment|souvent|toujours',
  ],
  dates: {
    parser: casual,
    periods: {
      dayBeforeYesterday: ['avant-hier'],
      yesterday: ['(?<!avant-)hier(?: (?:matin|après-midi|soir))?', 'la nuit dernière'],
      earlierToday: ["d'aujourd'hui"],
      today: ["aujourd'hui|ce matin|cet après-midi"],
      lastWeek: ['la semaine (?:dernière|passée)'],
      lastMonth: ['le mois (?:dernier|passé)'],
      lastYear: ["l'(?:année|an) (?:dernière?|passée?)"],
      thisWeek: ['cette semaine'],
      thisMonth: ['ce mois(?:-ci)?'],
      thisYear: ['cette année'],
    },
    pastBefore: 'dernier',
    pastAfter: 'derni(?:er|ère)|passée?',
    future: 'prochaine?',
    prepositions: "le|en|de|du|au|depuis|d'|du mois de",
    bareWeekdays: true,
    pastTense: [
      'quoi de neuf|quoi de nouveau',
      "était|étaient|été|(?<!y )a|as|ai|avons|avez|ont|avait|(?:qu'|y )?a(?:-t)?|s'est",
    ],
    recordingNouns: 'enregistrement|réunion|vidéo|cours|film|clip|conférence|entretien|séance|appel|épisode',
    recordingVerbs: 'enregistrée?|filmée?|tournée?',
    links: 'que|qui|nous|on|avons|a été|fut',
    articles: "la|le|l'|cette|ce",
    possessive: '',
  },
  position: {
    start: ['(?:tout )?au (?:tout )?(?:début|commencement)'],
    middle: ['au milieu'],
    end: ['(?:tout )?à la (?:toute )?fin'],
    firstHalf: ['(?:dans|pendant) la première moitié'],
    secondHalf: ['(?:dans|pendant) la (?:seconde|deuxième|dernière) moitié'],
    firstUnits: [
      '(?:dans|pendant|durant) les premi(?:ères|ers) {n} {unit}',
      '(?:dans|pendant|durant) les {n} premi(?:ères|ers) {unit}',
      '(?:dans|pendant|durant) la première {unit}',
    ],
    lastUnits: [
      '(?:dans|pendant|durant) les derni(?:ères|ers) {n} {unit}',
      '(?:dans|pendant|durant) les {n} derni(?:ères|ers) {unit}',
      '(?:dans|pendant|durant) la dernière {unit}',
    ],
    atTime: ['(?:à|vers) (?:la minute |environ )?{time}', 'minute {time}'],
    timeOfDay: 'heures?|h',
    of: "de la|de l'|de cette|de ce|des|de|du",
  },
  neighbours: {
    after: ["(?:juste )?après(?: que| qu')?"],
    before: ["(?:juste )?avant(?: que| qu'| de| d')?"],
    notAnAnchor: [
      'tout|toi|vous|quoi|midi|minuit|noël|hier|\\d.*|(?:et|ou) (?:après|avant).*|demain|coup|garde|bras',
      'la fin (?:de|du) .*(?:année|mois|jour|semaine).*',
    ],
    notANeighbour: ["d'|jour|an|semaine|mois|jamais|bien|en|l'|un|et|ou|le|photo|peu"],
    pointers: 'ça|cela|ceci',
    next: [
      '(?:et )?(?:ensuite|après|puis|après (?:ça|cela))|(?:et )?que se passe-t-il (?:ensuite|après|après (?:ça|cela))',
    ],
    previous: ['(?:et )?avant (?:ça|cela)|(?:et )?avant|que se passe-t-il avant(?: (?:ça|cela))?'],
  },
  followUp: {
    pronouns: 'il elle ils elles cela ça lui eux leur celui celle ceux celles',
    fillers: [
      "y a-t-il|il y a(?:vait)?|y avait-il|faut-il|il faut|il s'agit|s'agit-il|est-il question|a-t-il lieu|s'est-il passé|se passe-t-il|est-ce que",
    ],
    persons: 'il elle ils elles lui eux leur',
    openings: ["et|mais|pourquoi|alors|qu'en est-il"],
  },
};
