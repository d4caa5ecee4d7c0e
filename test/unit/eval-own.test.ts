import assert from 'node:assert/strict';
import test from 'node:test';
import { parseOwnQuestions, toOwnMoments } from '../../server/src/evaluation/own/own-questions.ts';

test('given tags and corrections, when queries are made of them, then each leads to its place', () => {
  const was = { text: 'a tok about fisch', source: 's' };
  const made = { madeMs: 1 };
  const items = toOwnMoments({
    path: '/v/a.mp4',
    corrections: [
      { change: 'tag', id: 't1', startMs: 5000, endMs: 9000, text: 'Oma laughs', ...made },
      {
        change: 'line',
        id: 'l1',
        kind: 'speech',
        startMs: 1000,
        endMs: 3000,
        was,
        text: 'a talk about fish',
        ...made,
      },
      // Too short to lead anywhere, deleted, or only a speaker.
      { change: 'line', id: 'l2', kind: 'speech', startMs: 1, endMs: 2, was, text: 'yes', ...made },
      { change: 'line', id: 'l3', kind: 'speech', startMs: 1, endMs: 2, was, text: '', ...made },
      { change: 'speaker', id: 's1', was: 'A', speaker: 'B', ...made },
    ],
  });
  assert.deepEqual(
    items.map(({ id, question, gold, task, labels }) => [id, task, question, gold.spans, labels.from]),
    [
      ['own:t1', 'moment', 'Oma laughs', [[5, 9]], 'tag'],
      ['own:l1', 'moment', 'a talk about fish', [[1, 3]], 'correction'],
    ],
  );
});

test("given a user's questions, when they are read, then each becomes an item or a problem that says why", () => {
  const lines = [
    { video: 'a.mp4', question: 'Who laughs?', answer: 'Oma', at: '1:05-1:20' },
    { video: 'a.mp4', question: 'Which?', options: ['x', 'y'], answer: 'y' },
    { video: 'a.mp4', question: 'The cake is cut', at: '10-12' },
    { video: 'gone.mp4', question: 'q', answer: 'a' },
    { video: 'a.mp4', question: 'q' },
    { video: 'a.mp4', question: 'q', answer: 'z', options: ['x', 'y'] },
    { video: 'a.mp4', question: 'q', answer: 'a', at: 'soon' },
  ];
  const problems: string[] = [];
  const text = lines.map((line) => JSON.stringify(line)).join('\n');
  const items = parseOwnQuestions(
    { name: 'q.jsonl', text },
    (name) => (name === 'a.mp4' ? '/v/a.mp4' : undefined),
    problems,
  );
  assert.deepEqual(
    items.map(({ task, video, gold }) => [task, video, gold]),
    [
      ['open', '/v/a.mp4', { text: 'Oma', spans: [[65, 80]] }],
      ['choice', '/v/a.mp4', { text: 'y', index: 1 }],
      ['moment', '/v/a.mp4', { spans: [[10, 12]] }],
    ],
  );
  assert.equal(problems.length, 4);
  for (const [i, word] of ['no video gone.mp4', 'neither', 'none of the options', 'soon'].entries())
    assert.match(problems[i] ?? '', new RegExp(word));
});
