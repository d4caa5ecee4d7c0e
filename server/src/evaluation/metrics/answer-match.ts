const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const ARTICLES = new Set(['a', 'an', 'the']);

/** Words that annotators use for the same thing. The first of each group stands for all. */
const SYNONYMS: readonly (readonly string[])[] = [
  ['yes', 'yeah', 'yep', 'true', 'correct'],
  ['no', 'nope', 'false', 'incorrect'],
  ['man', 'guy', 'gentleman', 'male'],
  ['woman', 'lady', 'female'],
  ['child', 'kid'],
  ['person', 'someone', 'somebody'],
  ['car', 'automobile'],
  ['bike', 'bicycle'],
  ['tv', 'television'],
  ['phone', 'telephone', 'cellphone'],
  ['couch', 'sofa'],
  ['gray', 'grey'],
  ['soccer', 'football'],
];
const SYNONYM_OF = new Map(
  SYNONYMS.flatMap(([first = '', ...others]) => others.map((word) => [word, first])),
);

const IRREGULAR_PLURALS: Readonly<Record<string, string>> = {
  men: 'man',
  women: 'woman',
  children: 'child',
  people: 'person',
  feet: 'foot',
  teeth: 'tooth',
  mice: 'mouse',
  knives: 'knife',
};

/** Returns the singular of a regular English plural. Short words and those in -ss, -us and -is stay. */
function toSingular(word: string): string {
  const irregular = IRREGULAR_PLURALS[word];
  if (irregular !== undefined) return irregular;
  if (word.length < 4 || /(?:ss|us|is)$/.test(word) || !word.endsWith('s')) return word;
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return /(?:ches|shes|xes|zes|sses)$/.test(word) ? word.slice(0, -2) : word.slice(0, -1);
}

function normaliseWord(word: string): string {
  const singular = toSingular(SYNONYM_OF.get(word) ?? word);
  const number = NUMBER_WORDS.indexOf(singular);
  return number >= 0 ? String(number) : (SYNONYM_OF.get(singular) ?? singular);
}

/** Returns the words that count, in one spelling: no case, articles, punctuation, plurals; numbers as digits. */
export function normaliseAnswer(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’]s\b/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '' && !ARTICLES.has(word))
    .map(normaliseWord)
    .join(' ');
}

const wordsOf = (text: string) => normaliseAnswer(text).split(' ').filter(Boolean);

/** Returns the F1 of the words of two texts, 0..1, each word counted as often as it occurs. 1 if both are empty. */
export function tokenF1(predicted: string, gold: string): number {
  const [predictedWords, goldWords] = [wordsOf(predicted), wordsOf(gold)];
  if (predictedWords.length === 0 || goldWords.length === 0)
    return predictedWords.length === goldWords.length ? 1 : 0;
  const left = new Map<string, number>();
  for (const word of goldWords) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of predictedWords) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    shared += 1;
  }
  return (2 * shared) / (predictedWords.length + goldWords.length);
}

/** Gold answers up to this many words count as named if a longer answer contains them. */
const MAX_CONTAINED_WORDS = 4;
/** F1 from which two sentences count as the same answer. */
const MATCHING_F1 = 0.6;

/**
 * Returns whether an answer gives the gold answer. Short gold answers may stand inside a sentence; yes and no must come
 * first or alone, because sentences contain "no" for other reasons. Longer gold answers match by F1.
 */
export function matchesAnswer(predicted: string, gold: string): boolean {
  const [answer, wanted] = [normaliseAnswer(predicted), normaliseAnswer(gold)];
  if (wanted === '' || answer === '') return false;
  if (answer === wanted) return true;
  if (wanted === 'yes' || wanted === 'no') return answer.split(' ')[0] === wanted;
  if (wanted.split(' ').length <= MAX_CONTAINED_WORDS) return ` ${answer} `.includes(` ${wanted} `);
  return tokenF1(predicted, gold) >= MATCHING_F1;
}
