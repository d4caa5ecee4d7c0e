import assert from 'node:assert/strict';
import test from 'node:test';
import type { Line } from '../../server/src/core/domain/description.ts';
import { extractQuote } from '../../server/src/core/generation/extract-quote.ts';
import { analyseQuestion } from '../../server/src/core/query/question-analysis.ts';

const line = (at: number, speaker: string, text: string): Line => ({
  startMs: at * 5000,
  endMs: at * 5000 + 4000,
  kind: 'speech',
  source: 'meeting.srt',
  language: 'en',
  speaker,
  text,
});

test('given a question with a speaker and common words, when quoted, then the line with its topic is chosen', () => {
  const lines = [
    line(0, 'Grad F', 'I seem to be having difficulty getting this adjusted.'),
    line(1, 'Professor', 'Are we getting anywhere with the forms?'),
    line(2, 'Grad F', 'As long as the email was sent, consent was given.'),
    line(3, 'Professor', 'I keep getting mail about that.'),
  ];
  const question = analyseQuestion('What did Grad F think about getting consent?', ['en']);
  const quoted = extractQuote(question, lines, { startMs: 0, endMs: 20_000 });
  assert.deepEqual(
    quoted.map(({ text }) => text),
    ['As long as the email was sent, consent was given.'],
  );
});
