/** Irregular forms by language, each followed by its base form: stemmers see no more than endings. */
const IRREGULAR_PAIRS: Readonly<Record<string, string>> = {
  en: `began begin|begun begin|bought buy|brought bring|built build|caught catch|chose choose|chosen choose|drew draw
    drawn draw|drove drive|driven drive|ate eat|eaten eat|fed feed|felt feel|fought fight|flew fly|flown fly|forgot forget
    forgotten forget|froze freeze|frozen freeze|grew grow|grown grow|hid hide|hidden hide|kept keep|knew know|known know
    lost lose|meant mean|paid pay|rode ride|ridden ride|ran run|sang sing|sent send|shook shake
    shrank shrink|slept sleep|sold sell|spent spend|spoke speak|spoken speak|stole steal|stolen steal
    stood stand|stuck stick|swam swim|swept sweep|taught teach|threw throw|thrown throw|told tell|wore wear|worn wear
    won win|wrote write|written write|children child|feet foot|teeth tooth|mice mouse|geese goose|women woman|men man
    knives knife|loaves loaf|halves half|shelves shelf|wolves wolf`,
  de: `gegossen gießen|gießt gießen|gossen gießen|gesprochen sprechen|sprach sprechen|spricht sprechen|gegeben geben
    gab geben|gibt geben|genommen nehmen|nahm nehmen|nimmt nehmen|gegessen essen|aß essen|isst essen|gelesen lesen
    las lesen|liest lesen|gesehen sehen|sah sehen|sieht sehen|geschrieben schreiben|schrieb schreiben|geblieben bleiben
    blieb bleiben|gefunden finden|fand finden|gegangen gehen|ging gehen|gekommen kommen|kam kommen|gebracht bringen
    brachte bringen|begonnen beginnen|begann beginnen|geholfen helfen|half helfen|hilft helfen|getroffen treffen|traf treffen
    trifft treffen|gezogen ziehen|zog ziehen|geschnitten schneiden|schnitt schneiden|gefahren fahren|fuhr fahren
    fährt fahren|gebacken backen|bäckt backen|gewaschen waschen|wäscht waschen|entschieden entscheiden
    entschied entscheiden|beschlossen beschließen|beschloss beschließen|gewonnen gewinnen|gewann gewinnen
    verloren verlieren|verlor verlieren|gestiegen steigen|stieg steigen|gefallen fallen|fiel fallen|fällt fallen`,
};

const baseForms = new Map(
  Object.entries(IRREGULAR_PAIRS).map(([language, pairs]) => [
    language,
    new Map(
      pairs.split(/[|\n]/).map((pair) => {
        const [form = '', base = ''] = pair.trim().split(/\s+/);
        return [form, base] as const;
      }),
    ),
  ]),
);

/** Returns the base form of a lower-case word: "spent" -> "spend"; the word itself if it is regular. */
export function toBaseForm(word: string, language: string): string {
  return baseForms.get(language)?.get(word) ?? word;
}

const SEPARABLE_VERB =
  /^(?:ab|an|auf|aus|bei|ein|fest|her|hin|los|mit|nach|um|vor|weg|weiter|zurück|zusammen|zu)(\p{L}{3,}e?n)$/u;

/**
 * Returns other forms of a German verb in a question: "lagert" for "lagern", "gedüngt" for "düngt", and "säen" for "aussäen", which
 * stands apart from its prefix in "wir säen sie aus". [] in other languages.
 */
export function findVerbForms(word: string, language: string): readonly string[] {
  if (language !== 'de') return [];
  const separated = SEPARABLE_VERB.exec(word)?.[1];
  const participle = /^(?!ge)\p{L}{3,}t$/u.test(word) ? `ge${word}` : undefined;
  const withoutPrefix = /^ge(\p{L}{3,}t)$/u.exec(word)?.[1];
  const stemOfPresent = /^(\p{L}{3,}?)e?t$/u.exec(word)?.[1];
  const stemOfInfinitive = /^(\p{L}{3,}?)e?n$/u.exec(word)?.[1];
  const infinitive = stemOfPresent && `${stemOfPresent}en`;
  const present = stemOfInfinitive && `${stemOfInfinitive}t`;
  return [separated, participle, withoutPrefix, infinitive, present].flatMap((form) => form || []);
}
