/** Words that name when something was recorded: where they stand, and the time they mean, ms since 1970. */
export interface DatedWords {
  /** Without what stands around them: `in March`. */
  readonly words: string;
  readonly at: number;
  readonly length: number;
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

interface Day {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  /** From 1; may lie outside the month, as Date.UTC takes it. */
  readonly day: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function partsIn(ms: number, zone: string): Day & { readonly minuteOfDay: number } {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formats.set(zone, format);
  }
  const found = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes) => found.get(type) ?? 0;
  return {
    year: of('year'),
    month: of('month') - 1,
    day: of('day'),
    minuteOfDay: of('hour') * 60 + of('minute'),
  };
}

/** The first moment of a day in a time zone; ms since 1970. */
function startOf({ year, month, day }: Day, zone: string): number {
  const wall = Date.UTC(year, month, day);
  let ms = wall;
  // Twice: the offset at the guess may be that of the other side of a change of the clocks.
  for (let i = 0; i < 2; i += 1) {
    const there = partsIn(ms, zone);
    const shown = Date.UTC(there.year, there.month, there.day) + there.minuteOfDay * 60_000;
    ms += wall - shown;
  }
  return ms;
}

/** Letters of the languages here: all of Unicode's, without regard to case, take a second to make patterns of. */
export const LETTERS = 'a-zß-öø-ÿœ';

const WEEKDAYS: readonly string[] = [
  'sunday|sonntags?|domingo|dimanche',
  'monday|montags?|lunes|lundi',
  'tuesday|dienstags?|martes|mardi',
  'wednesday|mittwochs?|miércoles|mercredi',
  'thursday|donnerstags?|jueves|jeudi',
  'friday|freitags?|viernes|vendredi',
  'saturday|samstags?|sábado|samedi',
];
const MONTHS: readonly string[] = [
  'january|januar|enero|janvier',
  'february|februar|febrero|février',
  'march|märz|marzo|mars',
  'april|abril|avril',
  'may|mai|mayo',
  'june|juni|junio|juin',
  'july|juli|julio|juillet',
  'august|agosto|août',
  'september|septiembre|septembre',
  'october|oktober|octubre|octobre',
  'november|noviembre|novembre',
  'december|dezember|diciembre|décembre',
];
const anyOf = (names: readonly string[]) => `(${names.join('|')})`;
const indexIn = (names: readonly string[], word: string) =>
  names.findIndex((forms) => forms.split('|').includes(word.toLowerCase()));

/** What people call a recording: said beside a date it means the file and not what is in it. */
const RECORDING =
  'recording|video|clip|call|meeting|session|stand-?up|lecture|talk|lesson|class|episode|stream|film|webinar|interview|footage|aufnahme|besprechung|sitzung|vortrag|anruf|grabación|reunión|vídeo|clase|enregistrement|réunion|vidéo|cours';
const MADE =
  'recorded|filmed|shot|taken|made|captured|held|aufgenommen|gefilmt|grabado|grabada|filmado|enregistrée?|filmée?';
/** A question about what was: in it a bare date is that of the recording. */
const PAST =
  /\b(?:did|was|were|had|happened|said|told|talked|spoke|decided|agreed|hat|haben|hatte|wurde[n]?|war(?:en)?|sagten?|dijo|dijeron|fue|pasó|était|été|a dit|ont)\b/i;

type Period = { readonly from: Day; readonly to: Day };

interface Form {
  readonly words: string;
  /** From the day that it is now and what the groups of `words` matched. */
  readonly mean: (now: Day, groups: readonly string[]) => Period | undefined;
}

const shifted = ({ year, month, day }: Day, days: number): Day => ({ year, month, day: day + days });
const oneDay = (day: Day): Period => ({ from: day, to: shifted(day, 1) });
const weekdayOf = ({ year, month, day }: Day) => new Date(Date.UTC(year, month, day)).getUTCDay();
const monday = (day: Day) => shifted(day, -((weekdayOf(day) + 6) % 7));
const monthOf = (year: number, month: number): Period => ({
  from: { year, month, day: 1 },
  to: { year, month: month + 1, day: 1 },
});
const yearOf = (year: number): Period => ({
  from: { year, month: 0, day: 1 },
  to: { year: year + 1, month: 0, day: 1 },
});

/** The last such weekday before today. */
function lastWeekday(now: Day, word: string): Period {
  const back = (weekdayOf(now) - indexIn(WEEKDAYS, word) + 7) % 7 || 7;
  return oneDay(shifted(now, -back));
}

/** A month without a year is the last one that has begun. */
function lastMonth(now: Day, word: string, year: string): Period {
  const month = indexIn(MONTHS, word);
  if (year) return monthOf(Number(year), month);
  return monthOf(month <= now.month ? now.year : now.year - 1, month);
}

function exactDay(now: Day, day: string, word: string, year: string): Period | undefined {
  const month = indexIn(MONTHS, word);
  const number = Number(day);
  if (number < 1 || number > 31) return undefined;
  const later = month > now.month || (month === now.month && number > now.day);
  return oneDay({ year: year ? Number(year) : later ? now.year - 1 : now.year, month, day: number });
}

const COUNTS: Readonly<Record<string, number>> = { a: 1, an: 1, one: 1, two: 2, three: 3, four: 4, five: 5 };

function ago(now: Day, count: string, unit: string): Period | undefined {
  const number = COUNTS[count.toLowerCase()] ?? Number(count);
  if (/^d/i.test(unit)) return oneDay(shifted(now, -number));
  if (/^w/i.test(unit)) {
    const from = shifted(monday(now), -7 * number);
    return { from, to: shifted(from, 7) };
  }
  return /^m/i.test(unit) ? monthOf(now.year, now.month - number) : yearOf(now.year - number);
}

const YEAR = '(?:,?\\s+(\\d{4}))?';
/** Which surely name a day of the past, whatever the question. */
const FIRM: readonly Form[] = [
  {
    words: '(?:the day before yesterday|vorgestern|anteayer|avant-hier)',
    mean: (now) => oneDay(shifted(now, -2)),
  },
  {
    words: '(?:yesterday|gestern|ayer|hier)(?: (?:morning|afternoon|evening|night|abend|früh|soir|matin))?',
    mean: (now) => oneDay(shifted(now, -1)),
  },
  { words: "(?:earlier today|today['’]s|heutige[rns]?)", mean: (now) => oneDay(now) },
  { words: 'last night', mean: (now) => oneDay(shifted(now, -1)) },
  {
    words: '(?:last week|letzte[rn]? woche|la semana pasada|la semaine dernière)',
    mean: (now) => ({ from: shifted(monday(now), -7), to: monday(now) }),
  },
  {
    words: '(?:last month|letzten monat|el mes pasado|le mois dernier)',
    mean: (now) => monthOf(now.year, now.month - 1),
  },
  {
    words: "(?:last year|letztes jahr|el año pasado|l['’]année dernière|l['’]an dernier)",
    mean: (now) => yearOf(now.year - 1),
  },
  {
    words: `(?:last|letzten|el)\\s+${anyOf(WEEKDAYS)}(?:\\s+(?:pasado))?`,
    mean: (now, [word = '']) => lastWeekday(now, word),
  },
  { words: `${anyOf(WEEKDAYS)}\\s+dernier`, mean: (now, [word = '']) => lastWeekday(now, word) },
  {
    words: `(?:last|letzten)\\s+${anyOf(MONTHS)}`,
    mean: (now, [word = '']) => {
      const month = indexIn(MONTHS, word);
      return monthOf(month < now.month ? now.year : now.year - 1, month);
    },
  },
  {
    words: '(\\d{1,3}|an?|one|two|three|four|five)\\s+(days?|weeks?|months?|years?)\\s+ago',
    mean: (now, [count = '', unit = '']) => ago(now, count, unit),
  },
];
/** Which name the recording's day where the question asks of the past or names a recording beside them. */
const LOOSE: readonly Form[] = [
  {
    words: `(?:(?:on|from|of|am|vom)\\s+)?(?:the\\s+)?(\\d{1,2})(?:st|nd|rd|th|\\.)?\\s+(?:of\\s+|de\\s+)?${anyOf(MONTHS)}(?:\\s+de)?${YEAR}`,
    mean: (now, [day = '', month = '', year = '']) => exactDay(now, day, month, year),
  },
  {
    words: `(?:(?:on|from|of)\\s+)?${anyOf(MONTHS)}\\s+(\\d{1,2})(?:st|nd|rd|th)?(?!\\d)${YEAR}`,
    mean: (now, [month = '', day = '', year = '']) => exactDay(now, day, month, year),
  },
  {
    words: '(?:on|from|of|am|vom|el|le)\\s+(\\d{4})-(\\d{2})-(\\d{2})',
    mean: (_now, [year, month, day]) =>
      oneDay({ year: Number(year), month: Number(month) - 1, day: Number(day) }),
  },
  {
    words: `(?:in|from|of|during|im|vom|en)\\s+${anyOf(MONTHS)}(?:\\s+de)?${YEAR}`,
    mean: (now, [month = '', year = '']) => lastMonth(now, month, year),
  },
  {
    words: `(?:on|from|of|am|vom)\\s+${anyOf(WEEKDAYS)}`,
    mean: (now, [word = '']) => lastWeekday(now, word),
  },
  { words: '(?:in|from|of|during|en)\\s+((?:19|20)\\d{2})', mean: (_now, [year]) => yearOf(Number(year)) },
  { words: "(?:this morning|today|heute|hoy|aujourd[’']hui)", mean: (now) => oneDay(now) },
  {
    words: '(?:this week|diese woche|esta semana|cette semaine)',
    mean: (now) => ({ from: monday(now), to: shifted(monday(now), 7) }),
  },
  { words: '(?:this month|diesen monat|este mes|ce mois)', mean: (now) => monthOf(now.year, now.month) },
  { words: '(?:this year|dieses jahr|este año|cette année)', mean: (now) => yearOf(now.year) },
  {
    words: `${anyOf(WEEKDAYS)}(?=['’]s\\s)`,
    mean: (now, [word = '']) => lastWeekday(now, word),
  },
];

/** What may stand around a date and goes with it: "from", "'s call", "the recording of". */
const BEFORE = `(?:\\b(?:(?:the|der|die|das|la|el|le|l['’])\\s+)?(?:${RECORDING})\\s+(?:(?:that|which|we|i|you|they)\\s+){0,2}(?:(?:was|were)\\s+)?(?:(?:${MADE})\\s+)?(?:(?:from|of|on|vom|von|de|del|du)\\s+)?)?(?:\\b(?:${MADE}|from)\\s+)?`;
const AFTER = `(?:['’]s?)?(?:\\s+(?:${RECORDING})\\b)?`;
const NAMES_RECORDING = new RegExp(`\\b(?:${RECORDING}|${MADE})\\b`, 'i');

/** Every date holds one of these; most questions hold none. */
const SOME_DATE = new RegExp(
  `today|yesterday|night|morning|ago|week|month|year|gestern|heut|woche|monat|jahr|ayer|hoy|semana|\\bmes\\b|año|hier|jourd|semaine|mois|année|dernier|\\d{4}|${[...WEEKDAYS, ...MONTHS].join('|')}`,
  'i',
);

const patterns = new Map<string, RegExp>();

/** Made once: to make one costs more than to run it. */
function patternOf(words: string): RegExp {
  let pattern = patterns.get(words);
  if (!pattern) {
    pattern = new RegExp(`${BEFORE}(?<![${LETTERS}])(${words})(?![${LETTERS}])${AFTER}`, 'i');
    patterns.set(words, pattern);
  }
  return pattern;
}

/**
 * The first words of a question that say when the recording was made, together with "the call from" or "'s call" around
 * them. `nowMs` since 1970; `zone`: an IANA time zone, in which days begin. A day named without a year is the last one
 * that has been; "on Tuesday" or "in March" counts only where the question asks of the past, for a plan may name it too.
 */
export function datesIn(question: string, nowMs: number, zone: string): DatedWords | undefined {
  if (!SOME_DATE.test(question)) return undefined;
  const now = partsIn(nowMs, zone);
  for (const [forms, firm] of [
    [FIRM, true],
    [LOOSE, false],
  ] as const) {
    for (const { words, mean } of forms) {
      const match = patternOf(words).exec(question);
      if (!match) continue;
      const [all, said = '', ...groups] = match;
      if (!firm && !PAST.test(question) && !NAMES_RECORDING.test(all)) continue;
      const period = mean(
        now,
        groups.map((group) => group ?? ''),
      );
      if (!period) continue;
      const [fromMs, toMs] = [startOf(period.from, zone), startOf(period.to, zone)];
      if (fromMs > nowMs) continue;
      return { words: said, at: match.index, length: all.length, fromMs, toMs };
    }
  }
  return undefined;
}
