import assert from 'node:assert/strict';
import test from 'node:test';
import { addToHistory, parseHistory, restoreTurns, toStoredTurns } from '../../client/page/history.ts';
import { toMarkdown } from '../../client/page/markdown.ts';
import type { ChatTurn } from '../../client/page/state.ts';
import {
  fileNameOfUri,
  formatTime,
  kindLabel,
  markMatches,
  nameOf,
  playStart,
  splitCitations,
  toFileUri,
} from '../../client/page/text.ts';

const marks = (text: string, query: string) =>
  markMatches(text, query)
    .map((piece) => (piece.isMatch ? `<${piece.text}>` : piece.text))
    .join('');

test('given a query, when matches are marked, then inflected words are and stop words are not', () => {
  assert.equal(marks('The axolotls eat worms.', 'what does the axolotl eat'), 'The <axolotls> <eat> worms.');
  assert.equal(marks('Über den Wolken', 'über'), '<Über> den Wolken');
  assert.equal(marks('nothing here', ''), 'nothing here');
});

test('given numbers in brackets, when split, then only citations become chips', () => {
  assert.deepEqual(splitCitations('A [1] b [2].', new Set([1])), ['A ', 1, ' b ', '[2]', '.']);
});

test('given times and paths, when shown, then they read as people write them', () => {
  assert.deepEqual([0, 83_200, 3_723_999].map(formatTime), ['0:00', '1:23', '1:02:03']);
  assert.deepEqual(['/a/b c.mp4', 'C:\\v\\d.mkv', 'e.mov'].map(nameOf), ['b c.mp4', 'd.mkv', 'e.mov']);
});

test('given a typed path, when it is absolute, then it becomes a file: URI; otherwise not', () => {
  assert.equal(toFileUri(' /home/ana/my #1?.mp4 '), 'file:///home/ana/my%20%231%3F.mp4');
  assert.equal(toFileUri('C:\\Users\\Ana'), 'file:///C:/Users/Ana');
  assert.equal(toFileUri('videos'), undefined);
});

test('given Markdown and HTML in an answer, when copied, then they are escaped and only our links work', () => {
  const quote = '<b onclick=x>[go](command:quit)</b>\n# head';
  const link = 'file:///a%20b.mp4#t=1,2';
  const citation = { n: 1, clipId: 'c', uri: 'file:///a%20b.mp4', startMs: 1000, endMs: 2000, link, quote };
  const text = toMarkdown('why?', `${quote} [1]`, [citation]);
  assert.ok(text.includes(`(<${link}>)`));
  assert.ok(text.includes('**[1]**'));
  assert.doesNotMatch(text, /<b|[^\\]\]\(command|^# /m);
});

test('given a hit, when played, then it starts at its first evidence that is not a title', () => {
  const line = (kind: 'speech' | 'title', startMs: number) =>
    ({ kind, startMs, endMs: startMs + 1000, text: 'x', source: 's' }) as const;
  const hit = (...evidence: readonly ReturnType<typeof line>[]) => ({ startMs: 5000, endMs: 9000, evidence });
  assert.equal(playStart(hit(line('title', 0), line('speech', 7000), line('speech', 6000))), 6000);
  assert.equal(playStart(hit(line('speech', 1000), line('title', 6000))), 5000);
  assert.equal(playStart(hit()), 5000);
});

test('given an unknown kind or a name that is not UTF-8, when shown, then it is shown as it is', () => {
  assert.deepEqual([kindLabel('screenText'), kindLabel('smell')], ['on screen', 'smell']);
  assert.deepEqual(
    [fileNameOfUri('file:///a/b%20c.mp4'), fileNameOfUri('file:///a/%FF.mp4')],
    ['b c.mp4', '%FF.mp4'],
  );
});

const citation = (quote: string) => ({
  n: 1,
  clipId: 'c',
  uri: 'file:///a.mp4',
  startMs: 0,
  endMs: 1,
  link: 'file:///a.mp4#t=0,0.001',
  quote,
});
const answered = (question: string, text = 'Yes [1].'): ChatTurn => ({
  question,
  kind: 'ask',
  state: 'done',
  text,
  result: { grounded: true, citations: [citation('y'.repeat(1000))] },
});

test('given finished turns, when stored, then the history is newest first, without duplicates, and bounded', () => {
  const one = { id: 'a', turns: toStoredTurns([answered('one?')]) };
  assert.equal(one.turns[0]?.citations[0]?.quote.length, 300);
  const two = { id: 'b', turns: toStoredTurns([answered('two?')]) };
  const longer = { id: 'a', turns: toStoredTurns([answered('one?'), answered('and?')]) };
  const again = { id: 'c', turns: toStoredTurns([answered('two?')]) };
  const ids = (history: readonly { readonly id: string }[]) => history.map(({ id }) => id);
  assert.deepEqual(ids(addToHistory([two, one], longer)), ['a', 'b']);
  assert.deepEqual(ids(addToHistory([longer, two], again)), ['c', 'a']);
  assert.deepEqual(ids(addToHistory([two], { id: 'd', turns: [] })), ['b']);
  const many = Array.from({ length: 40 }, (_, n) => ({
    id: `${n}`,
    turns: toStoredTurns([answered(`${n}?`)]),
  }));
  assert.equal(many.reduce<readonly (typeof one)[]>((all, next) => addToHistory(all, next), []).length, 30);
  const failed: ChatTurn = { ...answered('x'), state: 'failed' };
  assert.deepEqual(toStoredTurns([failed, { ...answered('y'), similarTo: { picture: '' } }]), []);
});

test('given stored history, when loaded, then turns are restored; given foreign data, then it is ignored', () => {
  const thread = { id: 'a', turns: toStoredTurns([answered('one?'), answered('and?')]) };
  const [back] = parseHistory(JSON.parse(JSON.stringify([thread])));
  assert.deepEqual(back, thread);
  assert.deepEqual(back && restoreTurns(back).map(({ question, state }) => [question, state]), [
    ['one?', 'kept'],
    ['and?', 'kept'],
  ]);
  const strange = [
    undefined,
    'x',
    {},
    [1, null, { id: 1, turns: [] }, { id: 'a', turns: [{ question: 1 }] }],
  ];
  for (const stored of strange) assert.deepEqual(parseHistory(stored), []);
  const poisoned = [{ id: 'a', turns: [{ question: 'q', kind: 'ask', text: 't', citations: [{ n: 'x' }] }] }];
  assert.deepEqual(parseHistory(poisoned)[0]?.turns[0]?.citations, []);
});
