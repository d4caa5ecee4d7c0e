/** Questions whose answer is an amount, a length of time or a date. */
const ASKS_AMOUNT =
  /\bhow (much|many|long|old|far|often|big|large|tall|high|deep|fast|soon)\b|\bwhen\b|\bwhat (time|date|day|year)\b|\bwie (viele?n?|lange?|oft|weit|alt|groß|hoch|tief|schnell|spät)\b|\bwann\b|\bkostet\b|\bcosts?\b|\bcombien\b|\bquand\b|\bcuánt[oa]s?\b|\bcuándo\b|\bquanto\b|\bquando\b|\bhoeveel\b|多少|多久|多长|几|什么时候|いくら|いくつ|どのくらい|いつ|何(人|個|回|時|分|年|月|日)/iu;

/** Number words, months and days, as speech recognition and subtitles spell them. */
const AMOUNT_WORDS =
  `one two three four five six seven eight nine ten eleven twelve thirteen fifteen twenty thirty forty fifty
  sixty seventy eighty ninety hundred thousand million half quarter dozen noon midnight january february march april
  june july august september october november december monday tuesday wednesday thursday friday saturday sunday
  tomorrow yesterday eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig vierzig fünfzig
  hundert tausend halb januar februar märz mai juni juli oktober dezember montag dienstag mittwoch donnerstag freitag
  samstag sonntag morgen gestern deux trois quatre cinq sept huit neuf dix cent mille dos tres cuatro cinco seis siete
  ocho nueve diez cien mil`.split(/\s+/);
const STATES_AMOUNT = new RegExp(
  `\\p{N}|[一二三四五六七八九十百千万]|(?<!\\p{L})(${AMOUNT_WORDS.join('|')})|hundert|tausend`,
  'iu',
);

export function asksForAmount(text: string): boolean {
  return ASKS_AMOUNT.test(text);
}

/** True where a sentence names a number, a month or a day. */
export function statesAmount(text: string): boolean {
  return STATES_AMOUNT.test(text);
}
