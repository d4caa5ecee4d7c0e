import { casual } from 'chrono-node/it';
import type { Locale } from './locale.ts';

const WEEKDAY = 'lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica';

export const it: Locale = {
  code: 'it',
  script: 'latin',
  stopWords: `il lo la i gli le l un uno una di del dello della dei degli delle d a al allo alla ai agli alle da dal dalla
    in nel nella nei nelle con su sul sulla per tra fra e ed o ma che chi cui non è sono era erano essere ha hanno
    ho hai abbiamo avere si mi ti ci vi lui lei loro noi voi io tu questo questa questi queste quello quella come
    quando dove perché anche più se c`,
  weakWords: `dice dici dire detto mostra mostrare spiega spiegare descrivi trova trovare sapere voglio cosa cose qualcosa
    qualcuno costa costano signor signora riassunto riassumi riassumere discussione parla parlare parlano parlato pensa video parte gente persona
    persone succede succedono dimmi elenca chiede quale quali dell all nell dall sull quest appare
    usare usa usano usato utilizzare serve servono significa differenza differenze confrontare confronto chiama
    chiamato può deve ragione motivo causa opinione tema menziona menzionato domanda chiedere chiesto risposta
    risponde vicino propone suggerisce`,
  questionPhrases: ["che c'è di nuovo|quali novità", 'quante volte|quanto tempo'],
  videoNouns: 'video|filmat[oi]|registrazion[ei]|clip',
  wholeNouns:
    'video|filmato|registrazione|film|lezione|riunione|intervista|conferenza|episodio|puntata|presentazione|partita|clip',
  beforeVideoName: 'in|nel|nella|di|del|della',
  overviewWords:
    'filmato registrazione film lezione riunione intervista conferenza episodio clip tratta argomento breve brevemente riassunto sintesi',
  genericVerbs: ['succede|accade|mostra|parla|vede|appare'],
  units: {
    second: 'second[oi]',
    minute: 'minut[oi]',
    hour: 'or[ae]',
    day: 'giorn[oi]',
    week: 'settiman[ae]',
    month: 'mes[ei]',
    year: 'ann[oi]',
  },
  numbers: {
    un: 1,
    una: 1,
    due: 2,
    tre: 3,
    quattro: 4,
    cinque: 5,
    dieci: 10,
    quindici: 15,
    venti: 20,
    trenta: 30,
  },
  questions: {
    videoCount: ['quant[ie] (?:{video}) (?:ci sono|ho|abbiamo)'],
    withoutText: ['(?:{video}) (?:non ha(?:nno)?|senza) (?:trascrizion[ei]|sottotitoli|testo)'],
    duration: ['quant[ie] {unit}', 'quanto (?:tempo|dura|durano|ci mette)'],
    definition: ["cos'è|cosa (?:è|sono|significa)|spiega"],
    amount: [
      'quant[oaie]',
      '(?:^|[¿,] *|e |ma |da |per |fino a |so |sai |dimmi )quando',
      'a che ora|che (?:ora|giorno|data|anno)|costano?',
    ],
    price: ['quanto (?:costa{w}|è costat{w}|costava|vale)|qual è il (?:prezzo|costo)|che prezzo'],
    date: ['quando|a che ora|(?:che|quale) (?:ora|giorno|data|anno)'],
    place: ["dove|dov'è|in (?:quale|che) (?:città|paese|stanza|via|luogo)"],
    name: ['come si chiama{w}|qual è il (?:suo )?nome'],
    person: ['^(?:e |ma )?(?:a |da |di )?chi'],
    counted: ['quant[ie]'],
    colour: ['(?:di )?che colore|quale colore'],
    reason: ['perché|per quale motivo|qual è (?:il motivo|la causa|la ragione)'],
    comparison: ['(?:più|meno) {w} (?:di|che)|confront{w}|differenz{w}|quale (?:è|dei|delle|tra)|{w} o {w}'],
    yesNo: ["^(?:è|sono|c'è|ci sono|posso|può|possiamo|devo|deve|bisogna|ha|hanno)"],
    speech: [
      'dice|dicono|detto|pensa{w}|menzion{w}|propon{w}|spieg{w}|raccont{w}|rispond{w}|chied{w}|opinione|parere',
    ],
    count: ['quante volte'],
    frequency: [
      "quante volte (?:al|alla|a|per|ogni)|quante volte all'(?:anno|ora)",
      'con che frequenza|con quale frequenza|ogni quanto|quanto spesso',
    ],
    everyOccurrence: [
      'quante volte|con (?:che|quale) frequenza|ogni quanto|quanto spesso|ogni volta che',
      '(?:elenca|elencami|mostra|mostrami|trova|trovami|dimmi|cerca|nomina) (?:tutt[ei]|ogni)',
      'tutt[ei] (?:i momenti|le volte|le scene|i punti)',
    ],
    overview: [
      "che c'è di nuovo|quali novità",
      'di (?:che )?cosa (?:parla|tratta|si parla|si tratta)(?: (?:questo|questa|il|la) (?:{video}|film|lezione|riunione|conferenza))? *[?.!]*$|di che (?:parla|tratta|si tratta)(?: (?:il|questo) (?:{video}|film))? *[?.!]*$',
      "riassu{w}|sintesi|qual è (?:l'argomento|il tema)|(?:che )?cosa succede (?:nel|in questo|nella|in questa) (?:{video})",
    ],
  },
  momentPhrase:
    '(?:(?:i|le)\\s+)?(?:momenti|scene|volte|punti)?\\s*(?:(?:in cui|dove|che|quando)(?![a-zà-ÿ]))?',
  saidOrShown: [
    'menziona{w}|dice|dicono|dett[oaie]|parla{w}|nomina{w}|cita{w}|si sente|sentono',
    'appare|appaiono|compa{w}|mostra{w}|si ved{w}|visibil[ei]|vist[oaie]',
  ],
  answers: {
    counts: ['{n} volt[ea]'],
    currencies: ['euro|centesimi|dollari|sterline|cost{w}|prezz{w}|pag{w}'],
    prices: ['gratis|gratuit{w}|car[oa]'],
    times: [
      'mezzanotte|domani|ieri|primavera|estate|autunno|inverno|mattin{w}|pomeriggio|sera|notte|mezzogiorno|dopo|poi|presto|prima|quando|fino|dal|prossim[oa]|scors[oa]|fine|inizio|giorno|settimana|mese|anno',
    ],
    places: [
      "(?:in|nel|nella|nello|nei|nelle|a|al|alla|allo|ai|presso|vicino|davanti|dietro|sotto|sul|sulla|da|dal) {w}|(?:all'|dell'|nell'){w}",
      'qui|lì|fuori',
    ],
    colours: [
      'ross[oaie]|verd[ei]|blu|azzurr{w}|giall{w}|ner[oaie]|bianc{w}|grigi{w}|marrone|arancio{w}|viola|rosa|argent{w}|dorat{w}|beige|turchese|trasparente|scur{w}|chiar{w}',
    ],
    reasons: ['perché|poiché|siccome|quindi|perciò|a causa|grazie|affinché|altrimenti|motivo|ragione'],
    comparisons: ['più|meno|meglio|peggio|ma|mentre|entramb{w}|uguale|differenza|tanto'],
    names: ['chiam{w}|nome|sono'],
    reportedQuestions: [
      '(?:chied{w}|chiest{w}|sapere)[^.!?]{0,40}(?:perché|cosa|come|chi|quando|dove|se|quale)',
    ],
    announcements: ["^oggi (?:vi |ti )?(?:mostro|parliamo|vediamo|parleremo|vedremo)|all'ordine del giorno"],
    consequences: ['^(?:quindi|perciò|per questo|dunque|allora)'],
    replies: ['^(?:sì|no|certo|esatto|non ancora|naturalmente)'],
  },
  passive: {
    auxiliaries: 'è sono era erano stato stata stati state viene vengono fu furono',
    agents: 'da dal dalla dai dalle',
  },
  negations: ['non|mai|nessun{w}|niente|nulla|senza|né'],
  copulas: ['è|sono|significa'],
  measures: [
    {
      asked: 'quanto dista|a che distanza|quanto è (?:largo|profondo|spesso)',
      stated: '(?:chilo|centi|milli)?metri|km|cm|mm|m|minuti|or[ae]',
    },
    { asked: 'quanto pesa{w}|che peso', stated: 'chil[oi]|chilogrammi|kg|grammi|g|tonnellate|libbre' },
    { asked: 'quanti anni|che età', stated: 'ann[oi]|mes[ei]|settiman[ae]|secol[oi]|nat[oa]' },
    { asked: 'che temperatura|quanti gradi', stated: 'gradi|celsius|meno|°{w}' },
  ],
  amounts: [
    'due|tre|quattro|cinque|sei|sette|otto|nove|dieci|undici|dodici|quindici|venti|trenta|quaranta|cinquanta|sessanta|cento|mille|mila|milion[ei]|mezzo|mezza',
  ],
  rates: [
    `ogni (?:{n} )?(?:second[oi]|minut[oi]|or[ae]|giorn[oi]|nott[ei]|settiman[ae]|mes[ei]|ann[oi]|mattina|sera|${WEEKDAY})`,
    `tutt[ei] (?:i|le) (?:giorni|notti|settimane|mesi|anni|mattine|sere|${WEEKDAY})`,
    "volt[ae] (?:al|alla|a|per|ogni|all') ?{w}|al (?:secondo|minuto|giorno|mese)|all'(?:ora|anno)",
    '(?:quotidian|settimanal|mensil|annual|giornalier){w}',
    'mai|raramente|a volte|ogni tanto|di tanto in tanto|regolarmente|spesso|sempre',
  ],
  dates: {
    parser: casual,
    periods: {
      dayBeforeYesterday: ["l'altro ieri|ieri l'altro|avantieri|altroieri"],
      yesterday: [
        "(?<!l'altro )ieri(?! l'altro)(?: (?:mattina|pomeriggio|sera|notte))?",
        'la notte scorsa|la scorsa notte',
      ],
      earlierToday: ['di oggi'],
      today: ['oggi|stamattina|questa mattina'],
      lastWeek: ['(?:la )?(?:settimana (?:scorsa|passata)|scorsa settimana)'],
      lastMonth: ['(?:il|lo) (?:mese (?:scorso|passato)|scorso mese)'],
      lastYear: ["l'anno (?:scorso|passato)|lo scorso anno"],
      thisWeek: ['questa settimana'],
      thisMonth: ['questo mese'],
      thisYear: ["quest'anno"],
    },
    pastBefore: 'scors[oa]',
    pastAfter: 'scors[oa]|passat[oa]|fa',
    future: 'prossim[oa]|che viene',
    prepositions: "il|a|in|di|del|dal|nel|nell'|dell'|al",
    bareWeekdays: true,
    pastTense: [
      "che c'è di nuovo|quali novità",
      'ha|hanno|abbiamo|era|erano|è stat[oa]|sono stat[ie]|fu|disse|successo|avete|hai|aveva',
    ],
    recordingNouns:
      'registrazione|riunione|video|filmato|lezione|film|clip|conferenza|intervista|chiamata|episodio|puntata',
    recordingVerbs: 'registrat[oa]|filmat[oa]|girat[oa]',
    links: 'che|abbiamo|è|stat[oa]|fu',
    articles: "la|il|lo|l'|questa|questo",
    possessive: '',
  },
  position: {
    start: ["(?:proprio )?all'inizio"],
    middle: ['a metà|nel mezzo'],
    end: ['(?:proprio )?alla fine'],
    firstHalf: ['nella prima metà'],
    secondHalf: ['nella (?:seconda|ultima) metà'],
    firstUnits: ['ne(?:i|gli|lle) prim[ie] {n} {unit}', 'nel primo {unit}', 'nella prima {unit}'],
    lastUnits: ['negli ultimi {n} {unit}', 'nelle ultime {n} {unit}', "nell'ultim[oa] {unit}"],
    atTime: ['(?:a|al|verso) (?:il )?(?:minuto )?{time}', 'minuto {time}'],
    timeOfDay: 'ore|di (?:mattina|sera)|del (?:mattino|pomeriggio)',
    of: "del|della|dello|dell'|dei|delle|di",
  },
  neighbours: {
    after: ['(?:subito |poco |appena )?dopo(?: che| di| aver)?'],
    before: ["(?:subito |poco |appena )?prima (?:che|di|del|della|dello|dell'|dei|delle)"],
    notAnAnchor: [
      'tutto|mezzogiorno|mezzanotte|natale|domani|ieri|\\d.*|(?:le|la) (?:\\d|una|due|tre|quattro|cinque|sei|sette|otto|nove|dieci).*|pranzo|cena|cristo',
      `(?:${WEEKDAY})`,
      '(?:o|e) (?:prima|dopo).*',
    ],
    notANeighbour: ['giorno|anno|mese|settimana|foto|e|o|il|un|la|mai|poco'],
    pointers: 'questo|ciò|quello|questa|quella',
    next: ['(?:e )?(?:(?:che )?cosa \\S+ )?(?:poi|dopo|dopo di ciò|in seguito|dopodiché)'],
    previous: ['(?:e )?(?:(?:che )?cosa \\S+ )?prima(?: di (?:ciò|questo|quello))?'],
  },
  followUp: {
    pronouns: 'lui lei loro esso essa ciò quello quella quelli quelle lì',
    fillers: [],
    persons: 'lui lei loro',
    openings: ['e|ma|perché|allora|che ne è'],
  },
};
