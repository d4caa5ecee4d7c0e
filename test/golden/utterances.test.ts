import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import test from 'node:test';
import { asksForAmount } from '../../server/src/core/query/amount-questions.ts';
import { pointsBack } from '../../server/src/core/query/follow-up.ts';
import { asksForFrequency } from '../../server/src/core/query/frequency-questions.ts';
import {
  asksForEveryOccurrence,
  parseOverviewQuestion,
  QUESTION_LANGUAGES,
} from '../../server/src/core/query/question-intent.ts';
import { parseTimeConstraints } from '../../server/src/core/query/temporal-expressions.ts';

const folder = join(import.meta.dirname, 'utterances');

/** A Thursday evening in Berlin. */
const NOW = Date.parse('2026-11-26T18:00:00Z');
const TARGETS = { precision: 0.95, recall: 0.9, utterances: 25 };

const INTENTS = [
  'date',
  'part',
  'before',
  'after',
  'amount',
  'frequency',
  'every',
  'overview',
  'followUp',
] as const;
type Intent = (typeof INTENTS)[number];

/** What an intent brings along: each "how often" is also an amount, and what happens there is asked of each part. */
const IMPLIED: Readonly<Partial<Record<Intent, readonly Intent[]>>> = {
  frequency: ['every', 'amount'],
  every: ['amount'],
  date: ['overview'],
  part: ['overview'],
  before: ['overview'],
  after: ['overview'],
};

interface Utterance {
  readonly text: string;
  /** Empty for one that must not trigger any rule. */
  readonly intents: readonly Intent[];
}

function isIntent(name: string): name is Intent {
  return INTENTS.some((intent) => intent === name);
}

/** Reads lines such as `frequency: How often do they meet?`, `after+followUp: And then?` and `none: Who laughs?`. */
function readUtterances(language: string): readonly Utterance[] {
  return readFileSync(join(folder, `${language}.txt`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, names = '', text = ''] = /^([\w+]+): (.+)$/.exec(line) ?? [];
      const intents = names.split('+').filter(isIntent);
      assert.ok(text !== '' && (names === 'none' || intents.length > 0), `${language}.txt: ${line}`);
      return { text, intents };
    });
}

function recogniseIntents(text: string): readonly Intent[] {
  const time = parseTimeConstraints(text, NOW, 'Europe/Berlin');
  const recognised: Readonly<Record<Intent, boolean>> = {
    date: time.recorded !== undefined,
    part: time.part !== undefined,
    before: time.beside?.side === 'before',
    after: time.beside?.side === 'after',
    amount: asksForAmount(text),
    frequency: asksForFrequency(text),
    every: asksForEveryOccurrence(text),
    overview: parseOverviewQuestion(text, []) !== undefined,
    followUp: pointsBack(text),
  };
  return INTENTS.filter((intent) => recognised[intent]);
}

/** Scores a language's utterances over all rules; `faults` names each wrong or missing intent. */
function score(utterances: readonly Utterance[]) {
  let correct = 0;
  let wrong = 0;
  let missing = 0;
  const faults: string[] = [];
  for (const { text, intents } of utterances) {
    const recognised = recogniseIntents(text);
    const allowed = new Set(intents.flatMap((intent) => [intent, ...(IMPLIED[intent] ?? [])]));
    const excess = recognised.filter((intent) => !allowed.has(intent));
    const lacking = intents.filter((intent) => !recognised.includes(intent));
    correct += intents.length - lacking.length;
    wrong += excess.length;
    missing += lacking.length;
    if (excess.length > 0) faults.push(`not ${excess.join(', ')}: ${text}`);
    if (lacking.length > 0) faults.push(`missing ${lacking.join(', ')}: ${text}`);
  }
  return { precision: correct / (correct + wrong), recall: correct / (correct + missing), faults };
}

test('given the languages in which questions are understood, then each has its utterances', () => {
  const files = globSync('*.txt', { cwd: folder }).map((file) => basename(file, '.txt'));
  assert.deepEqual(files.sort(), [...QUESTION_LANGUAGES].sort());
});

for (const language of QUESTION_LANGUAGES)
  test(`given utterances in ${language}, when their intents are recognised, then few are wrong or missing`, (t) => {
    const utterances = readUtterances(language);
    const negatives = utterances.filter(({ intents }) => intents.length === 0);
    for (const intent of INTENTS)
      assert.ok(utterances.some(({ intents }) => intents.includes(intent)), `${language}: no ${intent}`);
    assert.ok(utterances.length - negatives.length >= TARGETS.utterances);
    assert.ok(negatives.length >= TARGETS.utterances);
    const { precision, recall, faults } = score(utterances);
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    t.diagnostic(`${language}: precision ${percent(precision)}, recall ${percent(recall)}`);
    assert.ok(precision >= TARGETS.precision && recall >= TARGETS.recall, faults.join('\n'));
    if (process.env.SHOW_FAULTS) t.diagnostic(faults.join('\n'));
  });
