import { type Exchange, MOST_EXCHANGES } from './exchange.ts';
import { analyseQuestion } from './question.ts';

/** Characters of a question or answer that are read for what it is about. */
const LONGEST_READ = 1000;
/** Words that are carried into the next question. */
const MOST_CARRIED = 6;
const MOST_NAMES = 2;
/** Words of the last answer that a bare "Why?" is about. */
const MOST_ANSWERED = 5;
/** A question that points back and has more words of its own than these stands by itself. */
const MOST_OWN = 3;

const LANGUAGES = ['en', 'de', 'es', 'fr'];
const BACK =
  /\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|that|those|these|this|there|then|the (?:same|other|others|rest)|es|ihn|ihm|ihr|sie|er|deren|dessen|davon|dazu|damit|dort|ella|él|ellos|ellas|eso|allí|il|elle|ils|elles|cela|ça)\b/iu;
const PERSON = /\b(?:he|him|his|she|her|hers|they|them|their|er|ihm|ihn|sie|ihr|él|ella|il|elle)\b/iu;
const OPENING =
  /^(?:and|but|so|or|also|what about|how about|why|und|aber|was ist mit|warum|y|pero|por qué|et|mais|pourquoi)\b/iu;

/** Words that say what a question is about. */
function topic(text: string): readonly string[] {
  const { concepts } = analyseQuestion(text.slice(0, LONGEST_READ), LANGUAGES);
  return concepts.filter(({ weak }) => !weak).map(({ plain }) => plain);
}

/** Does a question lean on what was asked before it? */
function leans(text: string): boolean {
  const own = topic(text).length;
  return own === 0 || (own <= MOST_OWN && (BACK.test(text) || OPENING.test(text.trim())));
}

/** People an answer names: speakers of its quotes, and words with a capital inside a sentence. */
function namesIn(answer: string): readonly string[] {
  const read = answer.slice(0, LONGEST_READ);
  const speakers = [...read.matchAll(/(?:^|\n|[”"] )(\p{Lu}\p{L}+):/gu)].map(([, name = '']) => name);
  const inside = [...read.matchAll(/[\p{Ll},;] (\p{Lu}\p{Ll}+)\b/gu)].map(([, name = '']) => name);
  return [...new Set([...speakers, ...inside])].slice(0, MOST_NAMES);
}

/** The first thing an answer says: later ones are other places. */
function quotesOf(answer: string): string {
  const first = answer.split('\n')[0] ?? '';
  return first.replace(/\[\d+\]/g, ' ').replace(/^\p{L}+:\s*(?=[“"])/u, '');
}

/** What was spoken of last: the words of the last question, and of those it leans on. */
export function spokenOf(conversation: readonly Exchange[]): readonly string[] {
  let carried: readonly string[] = [];
  for (const { question } of conversation.slice(-MOST_EXCHANGES)) {
    const own = topic(question);
    carried = leans(question) ? [...new Set([...own, ...carried])] : own;
  }
  return carried.slice(0, MOST_CARRIED);
}

/** A follow-up as it is looked for: `text` holds the words that it leaves unsaid. */
export interface FollowUp {
  readonly text: string;
  /** True where the question says too little by itself; else `text` is worth a try where it alone finds nothing. */
  readonly leans: boolean;
}

/**
 * Makes a follow-up whole by the words of the questions before it ("and who owns it?" after one about the budget), and
 * by the people the last answer names where it says "she". Undefined where nothing was said before. No model is asked: this
 * costs nothing and is the same each time.
 */
export function followUp(question: string, conversation: readonly Exchange[]): FollowUp | undefined {
  const last = conversation.at(-1);
  if (!last) return undefined;
  const names = PERSON.test(question) ? namesIn(last.answer) : [];
  const known = new Set(topic(question));
  const answered = known.size === 0 ? topic(quotesOf(last.answer)).slice(0, MOST_ANSWERED) : [];
  const carried = [...names, ...spokenOf(conversation), ...answered].filter(
    (word) => !known.has(word.toLowerCase()),
  );
  const words = [...new Map(carried.map((word) => [word.toLowerCase(), word])).values()];
  if (words.length === 0) return undefined;
  // Questions hold operators; a stray quote or colon of an earlier one must not become one.
  const plain = words.map((word) => word.replace(/[":“”„«»]/g, ' ').replace(/^-+/, ''));
  return { text: `${question} ${plain.join(' ')}`, leans: leans(question) };
}

/** A follow-up for a model that is not given the conversation: what it leaves unsaid stands behind it. */
export function standing(question: string, conversation: readonly Exchange[]): string {
  const more = followUp(question, conversation);
  if (!more?.leans) return question;
  return `${question} (This is about: ${more.text.slice(question.length).trim().split(/\s+/).join(', ')}.)`;
}
