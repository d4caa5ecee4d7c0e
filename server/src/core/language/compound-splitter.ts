/** Languages that write compound nouns as one word. */
const COMPOUNDING_LANGUAGES: ReadonlySet<string> = new Set(['de', 'nl', 'sv', 'da', 'no', 'fi', 'hu']);

/** German nouns (and stems of verbs) that often stand in compounds; where a text's own words are known they help as well. */
const GERMAN_COMPOUND_PARTS: ReadonlySet<string> = new Set(
  `abend abfall abteilung adresse akte alter amt angebot angst anlage anruf antrag antwort apfel arbeit art arzt auge
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
  zeitung zelle zelt zentrum zettel zimmer zucker zug zukunft zusammen zwiebel`.split(/\s+/),
);

/** Letters that join parts: Arbeit-s-zeit, Sonne-n-schein. */
const LINKING_LETTERS = ['', 's', 'es', 'n', 'en', 'er', 'e'] as const;
const MIN_COMPOUND_CHARS = 8;
const MIN_PART_CHARS = 3;

export function writesCompounds(language: string): boolean {
  return COMPOUNDING_LANGUAGES.has(language);
}

/**
 * The two or three words a lower-case compound is made of, [] where it does not split. A part must be a word of
 * the built-in list or one that `knows` knows; the split with the longest parts wins.
 */
export function splitCompound(
  word: string,
  language: string,
  isKnownWord: (word: string) => boolean,
): readonly string[] {
  if (!writesCompounds(language) || word.length < MIN_COMPOUND_CHARS) return [];
  const listedParts = language === 'de' ? GERMAN_COMPOUND_PARTS : undefined;
  return (
    splitWord(
      word,
      (part) => part.length >= MIN_PART_CHARS && ((listedParts?.has(part) ?? false) || isKnownWord(part)),
      3,
    ) ?? []
  );
}

/** Plurals and cases at the end of the last part. */
const INFLECTION_ENDINGS = ['', 'e', 'n', 'en', 'er', 's', 'es', 'ern', 'em'] as const;

function findLastPart(word: string, isKnownPart: (part: string) => boolean): string | undefined {
  for (const ending of INFLECTION_ENDINGS) {
    if (!word.endsWith(ending)) continue;
    const part = word.slice(0, word.length - ending.length);
    if (isKnownPart(part)) return part;
  }
  return undefined;
}

function splitWord(
  word: string,
  isKnownPart: (part: string) => boolean,
  maxParts: number,
): string[] | undefined {
  for (let end = word.length - MIN_PART_CHARS; end >= MIN_PART_CHARS; end -= 1) {
    const head = word.slice(0, end);
    const linkingLetters = LINKING_LETTERS.find(
      (letters) => head.endsWith(letters) && isKnownPart(head.slice(0, end - letters.length)),
    );
    if (linkingLetters === undefined) continue;
    const first = head.slice(0, end - linkingLetters.length);
    const rest = word.slice(end);
    const last = findLastPart(rest, isKnownPart);
    if (last !== undefined) return [first, last];
    if (maxParts > 2) {
      const restParts = splitWord(rest, isKnownPart, maxParts - 1);
      if (restParts) return [first, ...restParts];
    }
  }
  return undefined;
}
