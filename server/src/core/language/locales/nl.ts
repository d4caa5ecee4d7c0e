import { casual } from 'chrono-node/nl';
import type { Locale } from './locale.ts';

const WEEKDAY = '(?:maan|dins|woens|donder|vrij|zater|zon)dag';

export const nl: Locale = {
  code: 'nl',
  script: 'latin',
  stopWords: `de het een en of maar in op aan van voor met bij naar uit over door tot om te ten ter is zijn was waren ben
    bent wordt worden heb heeft hebben had ik jij je hij zij ze wij we jullie u mij me hem haar ons hun dit dat deze
    die er hier daar wie wat waar wanneer hoe waarom niet geen ook nog als dan dus zo al wel`,
  weakWords: `zeg zegt zeggen zei gezegd toon toont laat zien leg uit uitleggen beschrijf vind vinden weten wil ding dingen iets
    iemand kost meneer mevrouw samenvatting samenvatten vat discussie praat praten gepraat spreekt denkt video deel mensen persoon gebeurt
    gebeurde genoemd groep vraagt gevraagd geef gaat doet
    gebruik gebruikt gebruiken nodig betekent verschil verschillen vergelijken heet noemen noemt mag mogen moet
    reden oorzaak mening onderwerp vermeld vraag vragen antwoord antwoordt tussen naast voorstel stelt`,
  questionPhrases: [
    'wat is er nieuw|wat is nieuw',
    'hoe (?:lang|vaak|veel|ver|oud|groot|hoog|diep|snel|laat)',
  ],
  videoNouns: "video's?|video|clips?|opnames?|opname|filmpjes?",
  wholeNouns:
    'video|film|filmpje|opname|les|vergadering|gesprek|lezing|aflevering|interview|presentatie|wedstrijd|clip',
  beforeVideoName: 'in|uit|van',
  overviewWords:
    'film filmpje opname les vergadering lezing aflevering interview clip onderwerp onderwerpen kort overzicht samenvatting inhoud samen',
  genericVerbs: ['gebeurt|toont|getoond|zien|spreekt|praat|komt'],
  units: {
    second: 'seconden?',
    minute: 'minuut|minuten',
    hour: 'uur|uren',
    day: 'dag(?:en)?',
    week: 'we(?:ek|ken)',
    month: 'maand(?:en)?',
    year: 'jaar|jaren',
  },
  numbers: {
    een: 1,
    één: 1,
    twee: 2,
    drie: 3,
    vier: 4,
    vijf: 5,
    tien: 10,
    vijftien: 15,
    twintig: 20,
    dertig: 30,
  },
  questions: {
    videoCount: ['hoeveel (?:{video}) (?:zijn er|heb ik|hebben we)'],
    withoutText: ['(?:{video}) (?:hebben geen|heeft geen|zonder) (?:transcript{w}|ondertitel{w}|tekst)'],
    duration: ['hoeveel {unit}', 'hoe (?:lang|snel)|hoeveel tijd'],
    lengthOrTime: ['hoe lang (?:is|zijn|was|waren)'],
    definition: ['wat (?:is|zijn|betekent)'],
    amount: [
      'hoe ?(?:veel|lang|vaak|ver|oud|groot|hoog|diep|snel|laat|zwaar)',
      'wanneer',
      'kost(?:en)?|op welke (?:dag|datum)|welk jaar',
    ],
    price: ['(?:wat|hoeveel) kost(?:en|te|ten)?|hoe duur|wat is de prijs'],
    date: ['wanneer|hoe laat|op welke (?:dag|datum)|welk jaar'],
    place: ['waar(?:heen)?|in welke? (?:stad|land|kamer|straat|plaats)'],
    name: ['hoe he(?:et|ten)|wat is de naam'],
    person: ['^(?:en |maar )?(?:wie|door wie)'],
    counted: ['hoeveel'],
    colour: ['welke kleur'],
    reason: ['waarom|om welke reden|wat (?:is|was) de (?:reden|oorzaak)'],
    comparison: ['{w}er dan|vergelijk{w}|vergeleken|verschil{w}|welke (?:is|van)|{w} of {w}'],
    yesNo: ['^(?:is|zijn|was|waren|kan|kun|kunnen|mag|moet|moeten|heeft|hebben|zal|wordt|worden)'],
    speech: [
      'zeg{w}|zei|gezegd|denk{w}|dacht|noem{w}|vermeld{w}|stelt|voorstel{w}|uitleg{w}|vertel{w}|antwoord{w}|vraagt|vindt|mening',
    ],
    count: ['hoeveel keer|hoe vaak'],
    frequency: ['hoe (?:vaak|dikwijls)', 'hoeveel keer (?:per|elke|iedere|in de)'],
    everyOccurrence: [
      'hoe (?:vaak|dikwijls)|hoeveel keer|(?:elke|iedere) keer',
      '(?:toon|noem|vind|zoek|geef|laat|lijst)(?: me| mij)? (?:alle|elke?|iedere?)',
      'alle (?:momenten|keren|scènes|plekken)',
    ],
    overview: [
      'wat is er nieuw|wat is nieuw',
      'waar (?:gaat|ging) .*over *[?.!]*$|waarover gaat|waar gaat (?:het|de(?:ze)?|dit) (?:{video} )?over',
      'samenvat{w}|vat .*samen|samenvatting|overzicht|wat gebeurt er(?: in (?:de|deze|dit|het) (?:{video}))? *[?.!]*$|wat is het onderwerp van (?:de|deze|dit) (?:{video})',
    ],
  },
  momentPhrase:
    '(?:de\\s+)?(?:momenten|scènes|keren|plekken)?\\s*(?:(?:waarin|waarop|waar|dat|wanneer|als)(?![a-zà-ÿ]))?',
  saidOrShown: [
    'genoemd|noemt|gezegd|zegt|zeggen|gesproken|praat|gehoord|te horen|vermeld|ter sprake|spreekt',
    'verschijn{w}|getoond|gezien|te zien|zichtbaar|komt .*voor|voorkomt|in beeld',
  ],
  answers: {
    counts: ['{n} keer|(?:een|twee|drie)maal'],
    currencies: ['euro|cent|dollar|pond|kost{w}|prij[sz]{w}|betaal{w}'],
    prices: ['gratis|duur|goedko{w}'],
    times: [
      'middernacht|morgen|gisteren|lente|voorjaar|zomer|herfst|najaar|winter|ochtend|middag|avond|nacht|weekend|later|straks|voor|voordat|na|nadat|tot|sinds|als|zodra|wanneer|volgende?|vorige?|eind{w}|begin|dag|week|maand|jaar',
    ],
    places: ['(?:in|op|bij|aan|naast|achter|onder|tussen|naar|uit|tegenover|voor) {w}', 'hier|daar|buiten'],
    colours: [
      'rod?e?|rood|groene?|blauwe?|gele?|geel|zwarte?|witte?|wit|grijze?|grijs|bruine?|oranje|paarse?|paars|roze|zilver{w}|goud{w}|beige|turquoise|kleurloos|doorzichtig|donker{w}|licht{w}',
    ],
    reasons: ['omdat|want|daarom|dus|door|vanwege|zodat|anders|reden|oorzaak|dankzij'],
    comparisons: ['dan|meer|minder|beter|slechter|maar|terwijl|beide|hetzelfde|verschil|even'],
    names: ['he(?:et|ten)|naam|genaamd|genoemd|ik ben'],
    reportedQuestions: [
      '(?:vra(?:ag|agt|gen)|gevraagd|weten)[^.!?]{0,40}(?:waarom|wat|hoe|wie|wanneer|waar|of|welke?)',
    ],
    announcements: ['^vandaag (?:laat|gaan|ga|praten|bespreken) (?:ik|we)|op de agenda'],
    consequences: ['^(?:daarom|dus|daardoor)'],
    replies: ['^(?:ja|nee|zeker|natuurlijk|klopt|nog niet)'],
  },
  passive: { auxiliaries: 'wordt worden werd werden geworden is zijn', agents: 'door' },
  negations: ['niet|geen|nooit|niemand|niets|zonder|noch'],
  copulas: ['is|zijn|betekent'],
  measures: [
    { asked: 'hoe (?:ver|breed|dik|diep)', stated: '(?:kilo|centi|milli)?meter|km|cm|mm|m|minuten|uur' },
    { asked: 'hoe zwaar|hoeveel weegt', stated: 'kilo(?:gram)?|kg|gram|g|ton|pond' },
    { asked: 'hoe oud', stated: 'jaar|jaren|maanden?|weken|eeuw{w}|geboren|gebouwd' },
    { asked: 'hoe (?:warm|heet|koud)', stated: 'graden|celsius|min|°{w}' },
  ],
  amounts: [
    'twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|vijftien|twintig|dertig|veertig|vijftig|zestig|honderd{w}|duizend|miljoen|half|halve',
  ],
  rates: [
    `(?:elke|ieder[e]?|elk|om de) (?:{n} )?(?:seconden?|minuut|minuten|uur|uren|dag|dagen|nacht|we(?:ek|ken)|maand|maanden|kwartaal|jaar|ochtend|avond|${WEEKDAY})`,
    '(?:keer|maal|eens|éénmaal|tweemaal) (?:per|in de|elke) {w}|per (?:seconde|minuut|uur|dag|nacht|week|maand|jaar)',
    "(?:dagelijks|wekelijks|maandelijks|jaarlijks){w}|'s (?:ochtends|avonds|nachts|morgens|middags)",
    'nooit|zelden|soms|af en toe|meestal|regelmatig|vaak|voortdurend|altijd',
  ],
  dates: {
    parser: casual,
    periods: {
      dayBeforeYesterday: ['eergisteren'],
      yesterday: ['gister(?:en)?(?:ochtend|middag|avond|nacht)?', 'afgelopen nacht|vannacht'],
      earlierToday: ['van vandaag'],
      today: ['vandaag|vanochtend|vanmorgen'],
      lastWeek: ['(?:vorige|afgelopen) week'],
      lastMonth: ['(?:vorige|afgelopen) maand'],
      lastYear: ['(?:vorig|afgelopen) jaar'],
      thisWeek: ['deze week'],
      thisMonth: ['deze maand'],
      thisYear: ['dit jaar'],
    },
    pastBefore: 'vorige|afgelopen',
    pastAfter: 'geleden',
    future: 'volgende?|komende?|aanstaande',
    prepositions: 'op|van|in|sinds|uit',
    bareWeekdays: true,
    pastTense: [
      'wat is er nieuw|wat is nieuw',
      'heeft|hebben|had|hadden|was|waren|werd|werden|zei|zeiden|(?:is|zijn) .*(?:ge{w}|be{w}en|ver{w}|ont{w})|besloot|besloten|ging|kwam|kwamen|vroeg|vroegen|sprak|spraken',
    ],
    recordingNouns:
      'opname|vergadering|video|les|lezing|film|clip|gesprek|interview|aflevering|college|filmpje',
    recordingVerbs: 'opgenomen|gefilmd',
    links: 'die|dat|we|wij|werd',
    articles: 'de|het|die|dat',
    possessive: "'s",
  },
  position: {
    start: ['(?:helemaal )?(?:aan het begin|in het begin)'],
    middle: ['in het midden|halverwege'],
    end: ['(?:helemaal )?(?:aan het (?:eind|einde|slot)|op het (?:eind|einde))'],
    firstHalf: ['in de eerste helft'],
    secondHalf: ['in de (?:tweede|laatste) helft'],
    firstUnits: ['in de eerste {n} {unit}', 'in (?:de|het) eerste {unit}'],
    lastUnits: ['in de laatste {n} {unit}', 'in (?:de|het) laatste {unit}'],
    atTime: ['(?:op|bij|rond) (?:minuut )?{time}', 'minuut {time}'],
    timeOfDay: 'uur|h',
    of: 'van',
  },
  neighbours: {
    after: ['(?:vlak |net |meteen |direct |kort )?(?:nadat|na (?=(?:de|het|een|dat|dit|die)(?![a-z])))'],
    before: [
      '(?:vlak |net |kort )?(?:voordat|voor (?=(?:de|het|een) (?:demo|pauze|start|begin|einde|wedstrijd|scène|ontploffing|toespraak|presentatie|vergadering|les|test|proef)))',
    ],
    notAnAnchor: [`(?:de|het|een) (?:${WEEKDAY}|jaar|week|maand|uur|dag)|alles|\\d.*|middernacht|verloop.*`],
    notANeighbour: ['jaar|dag|week|maand|de|het|een|en|of|foto'],
    pointers: 'dat|dit|die',
    next: ['(?:en )?(?:wat \\S+ (?:er )?)?(?:dan|daarna|daarop|vervolgens|hierna)|(?:en )?toen'],
    previous: ['(?:en )?(?:wat \\S+ (?:er )?)?(?:daarvoor|ervoor|hiervoor)'],
  },
  followUp: {
    pronouns: 'hij zij ze hem haar hun hen dat dit ervan daarvan erover daarover ermee daarmee daar erbij',
    fillers: ['(?:dat|dit|die) (?:{video}|film|les|gesprek)', '(?:de|het) \\S+ die'],
    persons: 'hij zij ze hem haar hun hen',
    openings: ['en|maar|waarom|hoe zit het met|of'],
  },
};
