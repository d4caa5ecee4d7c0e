import assert from 'node:assert/strict';
import test from 'node:test';
import type { Correction } from '../../server/src/core/corrections/correction.ts';
import {
  chooseHotWords,
  collectLearnedWords,
  containsNewHotWord,
  repeatsHotWords,
} from '../../server/src/core/corrections/hot-words.ts';
import { loadCorrections } from '../../server/src/indexing/corrections.ts';

const lineOf = (was: string, text: string | undefined, madeMs: number, speaker?: string): Correction => ({
  change: 'line',
  id: `${was} ${madeMs}`,
  madeMs,
  kind: 'speech',
  startMs: 0,
  endMs: 1000,
  was: { text: was, source: 'whisper' },
  ...(text !== undefined && { text }),
  ...(speaker !== undefined && { speaker }),
});

test('given corrected lines, when words are learned, then they are those that the transcriber did not write, newest first', () => {
  const corrections = [
    lineOf('the vote on linsen book is over', 'The vote on Linsenbuch is over', 1),
    lineOf('we ask mrs oz turk', 'We ask Mrs Öztürk', 3, 'Svea Keller'),
    lineOf('nothing', '', 4),
  ];
  assert.deepEqual(collectLearnedWords(corrections), ['Öztürk', 'Svea', 'Keller', 'Linsenbuch']);
  assert.deepEqual(collectLearnedWords([lineOf('地铁七号县', '地铁七号线经过 黄浦', 1)]), ['经过', '黄浦']);
  assert.deepEqual(collectLearnedWords([]), []);
});

test('given names of files, when hot words are chosen, then they are the words that say something', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    '/videos/Zermatt-Hörnligrat_2024.final.mp4': ['Zermatt', 'Hörnligrat'],
    'C:\\media\\GoldfishMemoryLecture.mkv': ['Goldfish', 'Memory', 'Lecture'],
    '/videos/IMG_0042.MOV': [],
    '/videos/screen recording 3.mov': [],
    '/videos/20240101_120000.mp4': [],
    '/videos/地铁七号线.mp4': ['地铁'],
  };
  for (const [path, words] of Object.entries(cases)) assert.deepEqual(chooseHotWords(path, []), words, path);
  assert.deepEqual(chooseHotWords('/v/Zermatt.mp4', ['zermatt', 'Öztürk']), ['Zermatt', 'Öztürk']);
  const many = Array.from({ length: 100 }, (_, i) => `word${String.fromCharCode(97 + (i % 26))}`);
  assert.ok(chooseHotWords('/v/a.mp4', many).length <= 24);
});

test('given text that only repeats the list, when checked, then it is known; a sentence with the words is not', () => {
  const words = ['Zermatt', 'Hörnligrat', 'Öztürk'];
  assert.equal(repeatsHotWords(' Zermatt, Hörnligrat, Öztürk.', words), true);
  assert.equal(repeatsHotWords('We climb the Hörnligrat near Zermatt.', words), false);
  assert.equal(repeatsHotWords('Öztürk.', words), false);
  assert.equal(repeatsHotWords('...', words), false);
  assert.equal(repeatsHotWords('hello', []), false);
});

test('given two transcripts, when compared, then a hot word that only the second has is found', () => {
  const words = ['Zermatt', 'Kestrix', '黄浦'];
  assert.equal(containsNewHotWord('in Zermatt.', 'in Lermat.', words), true);
  assert.equal(containsNewHotWord('in Zermatt.', 'near zermatt', words), false);
  assert.equal(containsNewHotWord('the castric sword', 'in Lermat', words), false);
  assert.equal(containsNewHotWord('经过黄浦江', '经过黄铺江', words), true);
});

test('given a new correction, when words are asked for, then it is among them', async () => {
  const corrections = await loadCorrections({ load: async () => new Map(), save: async () => undefined });
  assert.deepEqual(corrections.learnedWords(), []);
  await corrections.change('v', async () => [lineOf('linsen book', 'Linsenbuch', 1)]);
  assert.deepEqual(corrections.learnedWords(), ['Linsenbuch']);
});
