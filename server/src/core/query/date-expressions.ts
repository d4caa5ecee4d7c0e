/** Words that name when something was recorded: where they stand, and the time they mean, ms since 1970. */
export interface DateExpression {
  /** Without what stands around them: `in March`. */
  readonly words: string;
  readonly at: number;
  readonly length: number;
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

interface CalendarDay {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  /** From 1; may lie outside the month, as Date.UTC takes it. */
  readonly day: number;
}

const formatCache = new Map<string, Intl.DateTimeFormat>();

function toZonedDay(ms: number, zone: string): CalendarDay & { readonly minuteOfDay: number } {
  let format = formatCache.get(zone);
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
    formatCache.set(zone, format);
  }
  const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const partValue = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return {
    year: partValue('year'),
    month: partValue('month') - 1,
    day: partValue('day'),
    minuteOfDay: partValue('hour') * 60 + partValue('minute'),
  };
}

/** The first moment of a day in a time zone; ms since 1970. */
function startOfDayMs({ year, month, day }: CalendarDay, zone: string): number {
  const wallMs = Date.UTC(year, month, day);
  let ms = wallMs;
  // Twice: the offset at the guess may be that of the other side of a change of the clocks.
  for (let i = 0; i < 2; i += 1) {
    const zoned = toZonedDay(ms, zone);
    const zonedWallMs = Date.UTC(zoned.year, zoned.month, zoned.day) + zoned.minuteOfDay * 60_000;
    ms += wallMs - zonedWallMs;
  }
  return ms;
}

/** Letters of the languages here: all of Unicode's, without regard to case, take a second to make patterns of. */
export const LETTER_RANGE = 'a-zß-öø-ÿœ';

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
const toAlternatives = (names: readonly string[]) => `(${names.join('|')})`;
const indexOfWord = (names: readonly string[], word: string) =>
  names.findIndex((forms) => forms.split('|').includes(word.toLowerCase()));

/** What people call a recording: said beside a date it means the file and not what is in it. */
const RECORDING_NOUNS =
  'recording|video|clip|call|meeting|session|stand-?up|lecture|talk|lesson|class|episode|stream|film|webinar|interview|footage|aufnahme|besprechung|sitzung|vortrag|anruf|grabación|reunión|vídeo|clase|enregistrement|réunion|vidéo|cours';
const RECORDING_VERBS =
  'recorded|filmed|shot|taken|made|captured|held|aufgenommen|gefilmt|grabado|grabada|filmado|enregistrée?|filmée?';
/** A question about what was: in it a bare date is that of the recording. */
const PAST_TENSE =
  /\b(?:did|was|were|had|happened|said|told|talked|spoke|decided|agreed|hat|haben|hatte|wurde[n]?|war(?:en)?|sagten?|dijo|dijeron|fue|pasó|était|été|a dit|ont)\b/i;

type Period = { readonly from: CalendarDay; readonly to: CalendarDay };

interface DateForm {
  readonly words: string;
  /** From the day that it is now and what the groups of `words` matched. */
  readonly mean: (now: CalendarDay, groups: readonly string[]) => Period | undefined;
}

const addDays = ({ year, month, day }: CalendarDay, days: number): CalendarDay => ({
  year,
  month,
  day: day + days,
});
const toDayPeriod = (day: CalendarDay): Period => ({ from: day, to: addDays(day, 1) });
const toWeekday = ({ year, month, day }: CalendarDay) => new Date(Date.UTC(year, month, day)).getUTCDay();
const toMonday = (day: CalendarDay) => addDays(day, -((toWeekday(day) + 6) % 7));
const toMonthPeriod = (year: number, month: number): Period => ({
  from: { year, month, day: 1 },
  to: { year, month: month + 1, day: 1 },
});
const toYearPeriod = (year: number): Period => ({
  from: { year, month: 0, day: 1 },
  to: { year: year + 1, month: 0, day: 1 },
});

/** The last such weekday before today. */
function findLastWeekday(now: CalendarDay, word: string): Period {
  const daysBack = (toWeekday(now) - indexOfWord(WEEKDAYS, word) + 7) % 7 || 7;
  return toDayPeriod(addDays(now, -daysBack));
}

/** A month without a year is the last one that has begun. */
function findLastMonth(now: CalendarDay, word: string, year: string): Period {
  const month = indexOfWord(MONTHS, word);
  if (year) return toMonthPeriod(Number(year), month);
  return toMonthPeriod(month <= now.month ? now.year : now.year - 1, month);
}

function findExactDay(now: CalendarDay, day: string, word: string, year: string): Period | undefined {
  const month = indexOfWord(MONTHS, word);
  const number = Number(day);
  if (number < 1 || number > 31) return undefined;
  const isFuture = month > now.month || (month === now.month && number > now.day);
  return toDayPeriod({ year: year ? Number(year) : isFuture ? now.year - 1 : now.year, month, day: number });
}

const COUNT_VALUES: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
};

function findPeriodAgo(now: CalendarDay, count: string, unit: string): Period | undefined {
  const number = COUNT_VALUES[count.toLowerCase()] ?? Number(count);
  if (/^d/i.test(unit)) return toDayPeriod(addDays(now, -number));
  if (/^w/i.test(unit)) {
    const from = addDays(toMonday(now), -7 * number);
    return { from, to: addDays(from, 7) };
  }
  return /^m/i.test(unit) ? toMonthPeriod(now.year, now.month - number) : toYearPeriod(now.year - number);
}

const OPTIONAL_YEAR = '(?:,?\\s+(\\d{4}))?';
/** Which surely name a day of the past, whatever the question. */
const UNAMBIGUOUS_FORMS: readonly DateForm[] = [
  {
    words: '(?:the day before yesterday|vorgestern|anteayer|avant-hier)',
    mean: (now) => toDayPeriod(addDays(now, -2)),
  },
  {
    words: '(?:yesterday|gestern|ayer|hier)(?: (?:morning|afternoon|evening|night|abend|früh|soir|matin))?',
    mean: (now) => toDayPeriod(addDays(now, -1)),
  },
  { words: "(?:earlier today|today['’]s|heutige[rns]?)", mean: (now) => toDayPeriod(now) },
  { words: 'last night', mean: (now) => toDayPeriod(addDays(now, -1)) },
  {
    words: '(?:last week|letzte[rn]? woche|la semana pasada|la semaine dernière)',
    mean: (now) => ({ from: addDays(toMonday(now), -7), to: toMonday(now) }),
  },
  {
    words: '(?:last month|letzten monat|el mes pasado|le mois dernier)',
    mean: (now) => toMonthPeriod(now.year, now.month - 1),
  },
  {
    words: "(?:last year|letztes jahr|el año pasado|l['’]année dernière|l['’]an dernier)",
    mean: (now) => toYearPeriod(now.year - 1),
  },
  {
    words: `(?:last|letzten|el)\\s+${toAlternatives(WEEKDAYS)}(?:\\s+(?:pasado))?`,
    mean: (now, [word = '']) => findLastWeekday(now, word),
  },
  { words: `${toAlternatives(WEEKDAYS)}\\s+dernier`, mean: (now, [word = '']) => findLastWeekday(now, word) },
  {
    words: `(?:last|letzten)\\s+${toAlternatives(MONTHS)}`,
    mean: (now, [word = '']) => {
      const month = indexOfWord(MONTHS, word);
      return toMonthPeriod(month < now.month ? now.year : now.year - 1, month);
    },
  },
  {
    words: '(\\d{1,3}|an?|one|two|three|four|five)\\s+(days?|weeks?|months?|years?)\\s+ago',
    mean: (now, [count = '', unit = '']) => findPeriodAgo(now, count, unit),
  },
];
/** Which name the recording's day where the question asks of the past or names a recording beside them. */
const AMBIGUOUS_FORMS: readonly DateForm[] = [
  {
    words: `(?:(?:on|from|of|am|vom)\\s+)?(?:the\\s+)?(\\d{1,2})(?:st|nd|rd|th|\\.)?\\s+(?:of\\s+|de\\s+)?${toAlternatives(MONTHS)}(?:\\s+de)?${OPTIONAL_YEAR}`,
    mean: (now, [day = '', month = '', year = '']) => findExactDay(now, day, month, year),
  },
  {
    words: `(?:(?:on|from|of)\\s+)?${toAlternatives(MONTHS)}\\s+(\\d{1,2})(?:st|nd|rd|th)?(?!\\d)${OPTIONAL_YEAR}`,
    mean: (now, [month = '', day = '', year = '']) => findExactDay(now, day, month, year),
  },
  {
    words: '(?:on|from|of|am|vom|el|le)\\s+(\\d{4})-(\\d{2})-(\\d{2})',
    mean: (_now, [year, month, day]) =>
      toDayPeriod({ year: Number(year), month: Number(month) - 1, day: Number(day) }),
  },
  {
    words: `(?:in|from|of|during|im|vom|en)\\s+${toAlternatives(MONTHS)}(?:\\s+de)?${OPTIONAL_YEAR}`,
    mean: (now, [month = '', year = '']) => findLastMonth(now, month, year),
  },
  {
    words: `(?:on|from|of|am|vom)\\s+${toAlternatives(WEEKDAYS)}`,
    mean: (now, [word = '']) => findLastWeekday(now, word),
  },
  {
    words: '(?:in|from|of|during|en)\\s+((?:19|20)\\d{2})',
    mean: (_now, [year]) => toYearPeriod(Number(year)),
  },
  { words: "(?:this morning|today|heute|hoy|aujourd[’']hui)", mean: (now) => toDayPeriod(now) },
  {
    words: '(?:this week|diese woche|esta semana|cette semaine)',
    mean: (now) => ({ from: toMonday(now), to: addDays(toMonday(now), 7) }),
  },
  {
    words: '(?:this month|diesen monat|este mes|ce mois)',
    mean: (now) => toMonthPeriod(now.year, now.month),
  },
  { words: '(?:this year|dieses jahr|este año|cette année)', mean: (now) => toYearPeriod(now.year) },
  {
    words: `${toAlternatives(WEEKDAYS)}(?=['’]s\\s)`,
    mean: (now, [word = '']) => findLastWeekday(now, word),
  },
];

/** What may stand around a date and goes with it: "from", "'s call", "the recording of". */
const LEADING_WORDS = `(?:\\b(?:(?:the|der|die|das|la|el|le|l['’])\\s+)?(?:${RECORDING_NOUNS})\\s+(?:(?:that|which|we|i|you|they)\\s+){0,2}(?:(?:was|were)\\s+)?(?:(?:${RECORDING_VERBS})\\s+)?(?:(?:from|of|on|vom|von|de|del|du)\\s+)?)?(?:\\b(?:${RECORDING_VERBS}|from)\\s+)?`;
const TRAILING_WORDS = `(?:['’]s?)?(?:\\s+(?:${RECORDING_NOUNS})\\b)?`;
const NAMES_RECORDING = new RegExp(`\\b(?:${RECORDING_NOUNS}|${RECORDING_VERBS})\\b`, 'i');

/** Every date holds one of these; most questions hold none. */
const MAY_HOLD_DATE = new RegExp(
  `today|yesterday|night|morning|ago|week|month|year|gestern|heut|woche|monat|jahr|ayer|hoy|semana|\\bmes\\b|año|hier|jourd|semaine|mois|année|dernier|\\d{4}|${[...WEEKDAYS, ...MONTHS].join('|')}`,
  'i',
);

const patternCache = new Map<string, RegExp>();

/** Made once: to make one costs more than to run it. */
function toPattern(words: string): RegExp {
  let pattern = patternCache.get(words);
  if (!pattern) {
    pattern = new RegExp(
      `${LEADING_WORDS}(?<![${LETTER_RANGE}])(${words})(?![${LETTER_RANGE}])${TRAILING_WORDS}`,
      'i',
    );
    patternCache.set(words, pattern);
  }
  return pattern;
}

/**
 * The first words of a question that say when the recording was made, together with "the call from" or "'s call" around
 * them. `nowMs` since 1970; `zone`: an IANA time zone, in which days begin. A day named without a year is the last one
 * that has been; "on Tuesday" or "in March" counts only where the question asks of the past, for a plan may name it too.
 */
export function findDateExpression(
  question: string,
  nowMs: number,
  zone: string,
): DateExpression | undefined {
  if (!MAY_HOLD_DATE.test(question)) return undefined;
  const now = toZonedDay(nowMs, zone);
  for (const [forms, unambiguous] of [
    [UNAMBIGUOUS_FORMS, true],
    [AMBIGUOUS_FORMS, false],
  ] as const) {
    for (const { words, mean } of forms) {
      const match = toPattern(words).exec(question);
      if (!match) continue;
      const [matched, dateText = '', ...groups] = match;
      if (!unambiguous && !PAST_TENSE.test(question) && !NAMES_RECORDING.test(matched)) continue;
      const period = mean(
        now,
        groups.map((group) => group ?? ''),
      );
      if (!period) continue;
      const [fromMs, toMs] = [startOfDayMs(period.from, zone), startOfDayMs(period.to, zone)];
      if (fromMs > nowMs) continue;
      return { words: dateText, at: match.index, length: matched.length, fromMs, toMs };
    }
  }
  return undefined;
}
