import { casual } from 'chrono-node/de';
import type { Locale } from './locale.ts';

const WEEKDAY = '(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch';

export const de: Locale = {
  code: 'de',
  script: 'latin',
  stopWords: `der die das den dem des ein eine einer eines einem einen und oder aber auch als an am auf aus bei beim
    bin bis bist da dabei damit dann dass daß dazu dein deine deinem deinen deiner dich dir doch dort du durch er
    es euch euer eure für gegen hab habe haben hat hatte hatten hier hin ich ihm ihn ihnen ihr ihre ihrem ihren
    ihrer im in ins ist ja jede jeder jedes jetzt kann kannst kein keine keinem keinen keiner können könnte man
    mein meine meinem meinen meiner mich mir mit muss muß müssen nach nein nicht noch nun nur ob ohne sehr sein
    seine seinem seinen seiner seit sich sie sind so soll sollte sollen über um uns unser unsere unter vom von vor
    wann war waren warum was weil welche welchem welchen welcher welches wenn wer werde werden wie wieder will
    wir wird wirst wo woher wohin wollen wurde wurden zu zum zur zwischen eben halt mal diese diesem diesen
    dieser dieses worum womit wozu worüber wofür`,
  weakWords: `überall schon überhaupt eigentlich sag sage sagt sagen sagte gesagt zeig zeige zeigt zeigen gezeigt erklär erkläre erklärt erklären beschreib
    beschreibe beschreiben finde finden weiß wissen möchte möglich sache sachen ding dinge etwas jemand bitte
    hilfe zusammenfassung zusammenfassen fasse diskussion besprochen besprechen reden redet geredet sprechen
    spricht gesprochen denken denkt dachte meinen meint meinung video videos clip abschnitt teil leute person
    passiert erwähnt gruppe geht gibt macht machen gemacht thema frage fragt fragte gefragt gib gab gaben
    bekommt bekommen bekam erhält erhalten handelt handeln handelte wovon wofür womit worüber dauert dauern dauerte brauche
    braucht brauchen brauchte heißt heißen hieß hilft helfen liegt liegen steht stehen findet statt vorschlagen vorgeschlagen
    teilnehmer teilnehmerin sprecher sprecherin erwähnen ansicht einzelheiten betrifft bezüglich hinsichtlich vergleiche vergleichen verglichen unterschied unterschiede
    pro herr frau kostet kommt kommen kam kamen nimmt nehmen nahm genommen darf darfst dürfen durfte durften dürfte sollst mag mögen mochte neben hinter benutzen benutzt benutze
    verwenden verwendet verwende nutzen nutzt nutze bedeutet bedeuten heissen los`,
  questionPhrases: [
    "was (?:ist|gibt es|gibt's) (?:neu|neues)",
    'wie (?:lange?|viele?|vielen|oft|weit|alt|groß|hoch|tief|schnell|heißt|heiß|warm|kalt|schwer|breit|dick|teuer|spät|früh|laut|stark)',
  ],
  compoundParts: `abend abfall abteilung adresse akte alter amt angebot angst anlage anruf antrag antwort apfel arbeit art arzt auge
  ausgabe auto bad bahn ball band bank batterie bau bauer baum bedienung beitrag berg bericht beruf betrieb bett bild
  blatt blick blume boden boot brief brot brücke bruder buch bund bundes burg büro bus butter chef computer creme dach
  daten datei dienst ding dorf druck eis ei ende energie ergebnis erfolg essen fahrer fahrrad fahrt familie farbe faden
  fehler feier feld fenster ferien fest feuer fett film finger fisch flasche fleisch flug flughafen fluss folge form
  foto frage frau freizeit freund frist fuß führung garten gas gast gebiet gebühr geburt geburtstag gefahr gefühl
  geld gemüse gerät gericht geschäft geschichte gesellschaft gesetz gesicht gesundheit gewicht gitarre glas gold
  grenze größe grund gruppe hafen halle hand handel handy haupt haus haushalt haut heft heizung herz hilfe hinter
  himmel hof holz hotel hund hütte idee industrie insel instrument jahr jahres jugend käse kaffee kamera karte
  kartoffel kasse katze keller kette kind kinder kirche klasse kleid klima knochen koch kopf kosten kraft kranken
  krankheit kreis krieg küche kuchen kunde kunst kurs küste lage lager lampe land landschaft lauf leben leder lehre
  lehrer leistung licht liebe liste luft macht mann markt maschine material maus meer mehl meister mensch messer messe
  metall miete milch minute mitglied mittag mittel mittwoch möbel modell moment monat mond morgen motor mund museum
  musik mutter nacht name nase natur netz norden nummer nutzer ober obst öl ordnung ort osten papier park partei
  partner pause pferd pflanze plan platte platz politik polizei post preis problem produkt produktion programm projekt
  prozess prüfung punkt qualität quelle rad rahmen rat raum rechner recht rechnung rede regal regel regen regierung
  reifen reihe reise rest richtung ring rolle rücken ruhe saal sache saft salat salz sammlung sand satz schaden schalter
  schiff schild schlaf schlag schloss schlüssel schmerz schnee schokolade schrank schritt schuh schule schüler schutz
  schwein see seite sekunde sendung sicherheit sitz sitzung software sohn sommer sonne spiel spieler sport sprache
  staat staats stadt stein stelle steuer stimme stoff strand straße strecke strom stück student studie stuhl stunde
  suche süden suppe system tafel tag tages tasche tasse taste technik tee teig teil telefon teller temperatur termin test
  text theater thema tier tisch titel tochter tod ton topf tor tour traum treppe trinken tür turm übung uhr umwelt
  unfall unter unterricht urlaub vater verband verein verfahren verkehr versicherung vertrag verwaltung video vogel
  volk vorder vorstellung wagen wahl wald wand wasser wechsel weg weihnacht wein welt werk werkzeug wert westen wetter
  wind winter wirkung wirtschaft wasch fahr schreib lese schwimm tanz back brat kauf verkauf spül bohr schneid misch näh web heiz wissen wissenschaft woche wohnung wort wunsch wurst zahl zahlung zahn zeichen zeit
  zeitung zelle zelt zentrum zettel zimmer zucker zug zukunft zusammen zwiebel`,
  irregularVerbs: `beginnen beginnt begann begonnen, beißen beißt biss gebissen, biegen biegt bog gebogen, bieten bietet bot geboten,
    binden bindet band gebunden, bitten bittet bat gebeten, bleiben bleibt blieb geblieben, braten brät briet gebraten,
    brechen bricht brach gebrochen, brennen brennt brannte gebrannt, bringen bringt brachte gebracht, denken denkt dachte gedacht,
    empfehlen empfiehlt empfahl empfohlen, essen isst aß gegessen, fahren fährt fuhr gefahren, fallen fällt fiel gefallen,
    fangen fängt fing gefangen, finden findet fand gefunden, fliegen fliegt flog geflogen, fließen fließt floss geflossen,
    fressen frisst fraß gefressen, frieren friert fror gefroren, gehen geht ging gegangen, gelten gilt galt gegolten,
    gewinnen gewinnt gewann gewonnen, gießen gießt goss gegossen, graben gräbt grub gegraben, greifen greift griff gegriffen,
    halten hält hielt gehalten, hängen hängt hing gehangen, heben hebt hob gehoben, helfen hilft half geholfen,
    kennen kennt kannte gekannt, kommen kommt kam gekommen, laden lädt lud geladen, lassen lässt ließ gelassen,
    laufen läuft lief gelaufen, leihen leiht lieh geliehen, lesen liest las gelesen, liegen liegt lag gelegen,
    messen misst maß gemessen, nehmen nimmt nahm genommen, pfeifen pfeift pfiff gepfiffen, raten rät riet geraten,
    reiben reibt rieb gerieben, reißen reißt riss gerissen, reiten reitet ritt geritten, rennen rennt rannte gerannt,
    riechen riecht roch gerochen, rufen ruft rief gerufen, saufen säuft soff gesoffen, scheinen scheint schien geschienen,
    schieben schiebt schob geschoben, schießen schießt schoss geschossen, schlafen schläft schlief geschlafen,
    schlagen schlägt schlug geschlagen, schließen schließt schloss geschlossen, schmelzen schmilzt schmolz geschmolzen,
    schneiden schneidet schnitt geschnitten, schreiben schreibt schrieb geschrieben, schreien schreit schrie geschrien,
    schwimmen schwimmt schwamm geschwommen, sehen sieht sah gesehen, senden sendet sandte gesandt, singen singt sang gesungen,
    sinken sinkt sank gesunken, sitzen sitzt saß gesessen, sprechen spricht sprach gesprochen, springen springt sprang gesprungen,
    stehen steht stand gestanden, stehlen stiehlt stahl gestohlen, steigen steigt stieg gestiegen, sterben stirbt starb gestorben,
    stoßen stößt stieß gestoßen, streichen streicht strich gestrichen, tragen trägt trug getragen, treffen trifft traf getroffen,
    treiben treibt trieb getrieben, treten tritt trat getreten, trinken trinkt trank getrunken, tun tut tat getan,
    verderben verdirbt verdarb verdorben, vergessen vergisst vergaß, verlieren verliert verlor verloren, wachsen wächst wuchs gewachsen,
    waschen wäscht wusch gewaschen, werben wirbt warb geworben, werfen wirft warf geworfen, wiegen wiegt wog gewogen,
    ziehen zieht zog gezogen, zwingen zwingt zwang gezwungen`,
  videoNouns: 'videos?|clips?|aufnahmen?|films?',
  wholeNouns:
    'vortrags?|films?|videos?|clips?|aufnahme|sitzung|besprechung|gesprächs?|folge|interviews?|podcasts?',
  beforeVideoName: 'in|im|aus|von|vom',
  overviewWords:
    'neu neues gibt zusammen kurz vortrag aufnahme folge überblick inhalt handelt wovon film dreht',
  genericVerbs: ['passiert|geschieht|kommt|zeigt|gezeigt|sehen|spricht|redet'],
  units: {
    second: 'sekunden?',
    minute: 'minuten?',
    hour: 'stunden?',
    day: 'tage?n?',
    week: 'wochen?',
    month: 'monate?n?',
    year: 'jahre?n?',
  },
  numbers: {
    einer: 1,
    einem: 1,
    eine: 1,
    zwei: 2,
    drei: 3,
    vier: 4,
    fünf: 5,
    sechs: 6,
    sieben: 7,
    acht: 8,
    neun: 9,
    zehn: 10,
    elf: 11,
    zwölf: 12,
    fünfzehn: 15,
    zwanzig: 20,
    dreißig: 30,
  },
  questions: {
    videoCount: [
      'wie ?viele (?:{video}) (?:gibt es|habe ich|haben wir|sind (?:da|hier|indexiert))|wie ?viele (?:{video}) *[?]*$',
    ],
    withoutText: [
      '(?:{video}) (?:haben|hat|mit) kein{w} (?:transkript{w}|untertitel|text)|(?:{video}) ohne (?:transkript{w}|untertitel|text)',
    ],
    duration: ['wie ?viele {unit}', 'wie (?:lange?|schnell)|wie viel zeit'],
    lengthOrTime: ['wie lang (?:ist|sind|war|waren)'],
    definition: ['was (?:ist|sind|bedeutet|heißt)|erklärt?|erklären'],
    amount: [
      'wie (?:viele?[nr]?|lange?|oft|weit|alt|groß|hoch|tief|schnell|spät|früh|heiß|warm|kalt|schwer|breit|dick|teuer|laut|stark)',
      'wann|kostet|kosten',
      'wieviele?|um wie viel uhr|welche (?:menge|anzahl|zahl|höhe|tiefe|temperatur|entfernung)',
    ],
    price: [
      '(?:was|wie ?viel) kostet{w}|was kosten|wie ?viel kosten|wie teuer|wie hoch (?:ist|war|sind|waren) (?:der preis|die kosten)',
    ],
    date: ['wann|um wie ?viel uhr|an welchem (?:tag|datum)|in welchem (?:jahr|monat)'],
    place: ['wo|wohin|in welche[mrn]? (?:raum|zimmer|stadt|ort|land|gebäude|straße)|an welchem ort'],
    name: ['wie (?:heiß(?:t|en)|hieß(?:en)?)|wie (?:lautet|ist) der name|(?:welchen|was für einen) namen'],
    person: ['^(?:und |aber )?(?:wer|wen|wem|von wem)'],
    counted: ['wie ?viele?'],
    colour: ['welche farben?|welchen farb{w}|was für eine farbe'],
    reason: ['warum|wieso|weshalb|aus welchem grund|was (?:ist|war) der grund'],
    comparison: [
      '{w}er als|verglich{w}|vergleich{w}|unterschied{w}|welche[rs]? (?:von|ist|sind)|wer(?:s)? ist {w}er|{w} oder {w}',
    ],
    yesNo: [
      '^(?:ist|sind|war|waren|hat|haben|hatte|hatten|kann|können|könnte|darf|dürfen|soll|sollte|muss|müssen|wird|werden|würde|gibt|gab|braucht|wurde|wurden)',
    ],
    speech: [
      'sag{w}|gesagt|mein{w}|gemeint|denk{w}|dacht{w}|erwähn{w}|vor(?:schlag|geschlagen){w}|schl[aä]gt|erklär{w}|erzähl{w}|findet|antwort{w}|fragt{w}|berichte{w}|hält',
    ],
    count: ['wie viele? male?|wie oft'],
    frequency: ['wie (?:oft|häufig)', 'wie viele? male? (?:pro|am|im|in der|jeden?) {w}'],
    everyOccurrence: [
      'wie (?:oft|häufig)|jedes mal|wie viele? male?|wo überall',
      '(?:zeig|zeige|nenne|liste|finde|such|suche)(?: mir)?(?: bitte)? (?:alle|jede[nsr]?)',
      'alle (?:stellen|momente|szenen)',
    ],
    overview: [
      "was (?:ist|gibt es|gibt's) (?:neu|neues)",
      'worum|um was (?:geht|ging)|wovon (?:.* )?handelt|zusammenfass{w}|fasse? .*zusammen|überblick',
      'inhalt (?:de[sr]|dieses|dieser) (?:{video})|(?:der|den) inhalt *[?.!]*$|was passiert(?: (?:in|auf) (?:dem|der|diesem|dieser) (?:{video}))? *[?.!]*$',
    ],
  },
  momentPhrase: '(?:stellen|momente|szenen|male)?\\s*(?:,?\\s*(?:in denen|an denen|wo|als)(?![a-zäöüß]))?',
  saidOrShown: [
    'erwähn{w}|gesagt|sagt|gesprochen|genannt|gehört|gezeigt|zu (?:sehen|hören)',
    'auf(?:taucht|getaucht)|taucht .*auf|vorkommt|kommt .*vor|erscheint|spricht',
  ],
  answers: {
    lengths: [
      'bis (?:in den |zum |ende |anfang |mitte )?(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember|frühjahr|frühling|sommer|herbst|winter|{w}tag|mittwoch|morgen|abend)|(?:ein|eine[nr]?|de[nr]|die|das) (?:halbe[nrs]? |ganze[nrs]? )(?:vormittag|nachmittag|abend|nacht|sommer|winter|woche|monat)|(?:sekunden|minuten|stunden|tage|wochen|monate|jahre)lang|über nacht|ewig|für immer|den ganzen tag|die ganze nacht|das ganze jahr|ein leben lang',
    ],
    counts: ['(?:{n} |(?:ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|\\d+))mal'],
    currencies: ['euro|cent|dollar|franken|pfund|kost{w}|preis{w}|zahl{w}|bezahl{w}'],
    prices: ['kostenlos|umsonst|gratis|teuer|teurer|billig{w}|günstig{w}'],
    times: [
      'morgen|gestern|frühling|frühjahr|sommer|herbst|winter|morgens?|vormittags?|mittags?|nachmittags?|abends?|abend|nachts?|nacht|wochenende|später|bald|sobald|bevor|nachdem|nach|vor|bis|ab|seit|wenn|während|nächste[nrsm]?|letzte[nrsm]?|ende|anfang|mitte|woche{w}|monat{w}|jahr{w}|tag{w}',
    ],
    places: [
      '(?:in|im|am|an|auf|aus|bei|beim|neben|hinter|unter|zwischen|ins|ans|zum|zur|gegenüber) (?!(?:der nacht|ende|anfang|morgen|abend|moment|jahr)){w}',
      'nach (?!(?:der|dem|einer|einem|zwei|drei)){w}|vor (?:dem|der|den) {w}',
      'hier|dort|oben|unten|draußen|zuhause',
    ],
    colours: [
      'rot{w}|rötlich{w}|grün{w}|blau{w}|gelb{w}|schwarz{w}|weiß{w}|grau{w}|braun{w}|orange|lila|rosa|violett{w}|silbern{w}|golden{w}|beige|türkis{w}|farblos|durchsichtig|dunkel{w}|hell{w}',
    ],
    reasons: [
      'weil|denn|da|deshalb|daher|darum|deswegen|wegen|damit|sonst|aufgrund|dadurch|grund|ursache|nämlich',
    ],
    comparisons: [
      'als|mehr|weniger|besser|schlechter|aber|während|dagegen|beide|gleich|unterschied|so {w} wie',
    ],
    names: ['heiß(?:t|en|e)|hieß(?:en)?|namens|namen?|genannt|nenn{w}|getauft|ich bin|wir sind'],
    reportedQuestions: [
      '(?:frag{w}|gefragt|wissen|weiß nicht)[^.!?]{0,40}(?:warum|wieso|weshalb|was|wie|wer|wann|wo|wohin|woher|ob|welche{w})',
    ],
    announcements: [
      '^(?:also |und |so )*(?:heute|in diesem {video}|in dieser (?:folge|vorlesung)|nun|jetzt) (?:zeige|zeigen|sprechen|geht|schauen|reden|wollen|möchte|kochen|machen) (?:ich|wir|es)|wir haben (?:heute )?{w} (?:punkte|themen)|auf der tagesordnung',
    ],
    consequences: ['^(?:deshalb|deswegen|daher|darum|also|dadurch|somit)'],
    replies: ['^(?:ja|nein|doch|klar|natürlich|genau|sicher|leider nicht|noch nicht)'],
  },
  passive: { auxiliaries: 'wird werden wurde wurden worden', agents: 'von vom durch' },
  negations: ['nicht|kein{w}|nie|niemals|niemand{w}|nichts|weder|ohne|nirgends'],
  copulas: ['ist|sind|bedeutet|heißt|nennt'],
  measures: [
    {
      asked: 'wie (?:weit|breit|dick|tief)',
      stated: '(?:kilo|zenti|milli)?metern?|meilen?|km|cm|mm|m|blocks?|lichtjahren?|minuten|stunden?|tage',
    },
    {
      asked: 'wie schwer|(?:was|wie ?viel) (?:wiegt|wiegen|wog|wogen)',
      stated: 'kilo(?:gramm)?|kg|gramm|g|tonnen?|pfund|zentner',
    },
    {
      asked: 'wie alt',
      stated:
        '(?:jahre?|monate?|wochen|tage) alt|{w}jährig{w}|jahrhundert{w}|geboren|gebaut|gegründet|stammt|(?:bin|ist|sind|war|waren|wird|wurde) (?:etwa |erst |fast |gerade |schon |über )?(?:\\d+|elf|zwölf|{w}zehn|{w}zig|{w}hundert{w})',
    },
    { asked: 'wie (?:warm|heiß|kalt)', stated: 'grad|celsius|minus|°{w}' },
  ],
  amounts: [
    'eins?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|{w}(?:zehn|zig|dreißig)|halb|halbe[nrs]?',
    '{w}(?:hundert|tausend){w}|millionen?',
  ],
  rates: [
    'alle (?:{n} )?(?:hundert |tausend )?(?:kilometer|km|meilen|meter|seiten|schritte)',
    'alle (?:{n} )?(?:sekunden|minuten|stunden|tage|wochen|monate|jahre)',
    `jede[nrms]? (?:{w}te[nrs]? )?(?:sekunde|minute|stunde|tag|nacht|woche|wochenende|monat|quartal|jahr|morgen|abend|${WEEKDAY})`,
    '{n}mals? (?:pro|am|im|in der|die|jeden?|alle) {w}|{n} mal (?:pro|am|im|in der|die|jeden?|alle) {w}',
    'pro (?:sekunde|minute|stunde|tag|nacht|woche|monat|jahr)',
    '{w}(?:täglich|stündlich|nächtlich|wöchentlich|monatlich|jährlich){w}|(?:mon|diens|donners|frei|sams|sonn)tags|mittwochs|morgens|abends',
    'nie|niemals|selten|kaum je|manchmal|gelegentlich|ab und zu|meist|meistens|regelmäßig|häufig|oft|ständig|immer',
  ],
  dates: {
    parser: casual,
    periods: {
      dayBeforeYesterday: ['vorgestern'],
      yesterday: ['gestern(?: (?:morgen|früh|vormittag|nachmittag|mittag|abend))?', 'letzte nacht'],
      earlierToday: ['heutige[rns]?'],
      today: ['heute(?: (?:morgen|früh|vormittag|mittag|nachmittag))?'],
      lastWeek: ['(?:letzte[rn]?|vergangene[rn]?|vorige[rn]?) woche'],
      lastMonth: ['(?:letzte[nm]|vergangene[nm]|vorige[nm]) monat'],
      lastYear: ['(?:letzte[sn]|vergangene[sn]|voriges|vorigen) jahre?'],
      thisWeek: ['diese[r]? woche'],
      thisMonth: ['diese[nm] monat'],
      thisYear: ['dieses jahr|diesem jahr'],
    },
    pastBefore: 'letzte[nrms]?|vergangene[nrms]?|vorige[nrms]?',
    pastAfter: 'zuvor',
    future: 'nächste[nrms]?|kommende[nrms]?',
    prepositions: 'am|vom|im|von|in|seit',
    bareWeekdays: false,
    pastTense: [
      "was (?:ist|gibt es|gibt's) (?:neu|neues)",
      'hat|haben|hatten?|wurden?|war(?:en)?|sagten?|ist|sind|ging|gab|kam(?:en)?|sprach(?:en)?|beschloss(?:en)?|zeigte[n]?|fragte[n]?|erklärte[n]?',
    ],
    recordingNouns:
      'aufnahme|besprechung|meeting|sitzung|vortrag|anruf|video|clip|film|treffen|interview|gespräch|vorlesung|folge',
    recordingVerbs: 'aufgenommen|gefilmt|gedreht|aufgezeichnet',
    links: 'das|die|der|den|wir|ich|wurde',
    articles: 'der|die|das|dem|den',
    possessive: 's',
  },
  position: {
    start: ['zuerst(?= *[?.!]*$)|als erstes', '(?:ganz )?(?:am anfang|zu beginn)'],
    middle: ['in der mitte'],
    end: [
      'zuletzt(?= *[?.!]*$)|als letztes',
      '(?:ganz )?(?:am (?:schluss|ende)|zum schluss)',
      'wie (?:endet|endete) (?:es|(?:der|die|das) (?:{video}|vortrag|sitzung|besprechung|gespräch|folge|kurs))',
    ],
    firstHalf: ['in der ersten hälfte'],
    secondHalf: ['in der (?:zweiten|letzten) hälfte'],
    firstUnits: ['in den ersten {n} {unit}', 'in der ersten {unit}'],
    lastUnits: ['in den letzten {n} {unit}', 'in der letzten {unit}'],
    atTime: ['(?:bei|an|ab) (?:der )?(?:minute |position |stelle |etwa |ungefähr )?{time}', 'minute {time}'],
    timeOfDay: 'uhr|h',
    of: 'des|der|vom|von',
  },
  neighbours: {
    after: ['(?:kurz |gleich |direkt |unmittelbar )?(?:nachdem|nach (?=(?:de[mnr]|einem|einer)\\s))'],
    before: ['(?:kurz |gleich |direkt |unmittelbar )?(?:bevor|vor (?=(?:de[mnr]|einem|einer)\\s))'],
    notAnAnchor: [
      `(?:der|dem|einem|einer) (?:tür|haus|wand|${WEEKDAY}|jahr|woche|monat|stunde|minute|kamera|bildschirm|publikum|reihe|weg|straße|meinung|uhr|gefühl|regel|suche|gericht)`,
      'einem (?:jahr|monat|tag)|einer (?:stunde|woche|minute)|dem (?:stand|zufall|gesetz).*|allem',
    ],
    notANeighbour: [
      'je|angst|steht|stehen|sitzt|liegt|fragt|sucht|schmeckt|riecht|heißt|warnt|schützt|fliehen|flieht',
    ],
    pointers: 'dem|diesem',
    next: ['(?:und )?(?:was \\S+ )?(?:dann|danach|als nächstes|anschließend)|(?:und )?wie geht es weiter'],
    previous: ['(?:und )?(?:was \\S+ )?(?:davor|vorher)'],
  },
  followUp: {
    pronouns: 'es ihn ihm ihr sie er deren dessen davon dazu damit dort dafür darin darüber daran',
    fillers: [
      '(?:gibt|gab|geht|ging|handelt|handelte) es|es (?:gibt|gab|geht|ging|handelt)',
      'wie geht es weiter',
    ],
    persons: 'er ihm ihn sie ihr',
    openings: ['und|aber|was ist mit|wie steht es mit|warum|wieso'],
  },
};
