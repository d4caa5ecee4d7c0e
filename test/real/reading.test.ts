// needs folder: ../shared/models
// Text on screen, read by the released daemon with the weights of npm and with PP-OCRv6, and found by its words.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { REAL_MODELS, startRealLibrary, wordRecall } from '../support/real-models.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { makeTextVideo, TEXT_FRAMES } from '../support/text-frames.ts';
import { finishedLines } from '../support/video-lines.ts';
import { search } from '../support/watched.ts';

const folder = tempFolder();
const uriOf = (name: string) => pathToFileURL(join(folder, `${name}.mp4`)).href;

before(async () => {
  for (const frame of TEXT_FRAMES) await makeTextVideo(join(folder, `${frame.name}.mp4`), frame);
});

/** Numbers of the table in the terminal. */
const TABLE_NUMBERS = '468G 171G 274G 39% 16G 2.1M 1% 3.6T 2.9T 512G 86% 18233 412 4471 88'.split(' ');

/** Indexes the videos and returns the recall of the words on each, and the numbers read from the table. */
async function readAll(t: test.TestContext, reader: string) {
  const library = await startRealLibrary({ 'models.reader': reader });
  t.after(() => library.close());
  await library.add(folder);
  const recalls: Record<string, number> = {};
  let numbers: readonly string[] = [];
  for (const { name, lines } of TEXT_FRAMES) {
    const found = await finishedLines(library.client, uriOf(name), 'screenText');
    recalls[name] = wordRecall(
      lines,
      found.map(({ text }) => text),
    );
    if (name === 'table') numbers = found.flatMap(({ text }) => text.match(/\d[\d.]*[%A-Z]?/g) ?? []);
    t.diagnostic(`${name}: ${((recalls[name] ?? 0) * 100).toFixed(1)} % of its words`);
  }
  return { library, recalls, numbers };
}

function assertFloors(recalls: Readonly<Record<string, number>>, floors: Readonly<Record<string, number>>) {
  for (const [name, floor] of Object.entries(floors))
    assert.ok((recalls[name] ?? 0) >= floor, `${name}: ${recalls[name]} is below ${floor}`);
}

test('given the weights of npm, when frames are read, then signs and subtitles are complete and pages nearly', async (t) => {
  const { recalls, numbers } = await readAll(t, '');
  for (const number of ['18233', '171G']) assert.ok(numbers.includes(number), `${number} of ${numbers}`);
  assertFloors(recalls, { slide: 1, small: 0.97, terminal: 0.87, table: 0.87, white: 1, yellow: 1, sign: 1 });
});

test('given PP-OCRv6, when frames are read, then every video is found by at least 97 % of its words', async (t) => {
  const { library, recalls, numbers } = await readAll(t, join(REAL_MODELS, 'ppocr-v6-small'));
  for (const number of TABLE_NUMBERS) assert.ok(numbers.includes(number), `${number} of ${numbers}`);
  assertFloors(recalls, { slide: 1, small: 1, terminal: 0.93, table: 0.93, white: 1, yellow: 1, sign: 1 });
  let searched = 0;
  const missed: string[] = [];
  for (const { name, lines } of TEXT_FRAMES) {
    const words = new Set(lines.flatMap((line) => line.match(/\p{L}{3,}/gu) ?? []));
    for (const word of words) {
      searched += 1;
      const hits = await search(library.client, `"${word}"`);
      if (!hits.some(({ uri }) => uri === uriOf(name))) missed.push(`${name}: ${word}`);
    }
  }
  t.diagnostic(`${searched - missed.length} of ${searched} words find their video`);
  assert.ok(missed.length <= 0.03 * searched, missed.join(', '));
});
