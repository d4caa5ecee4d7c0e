import assert from 'node:assert/strict';
import test from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { VideoCatalogue } from '../../server/src/indexing/catalogue.ts';
import { countNameWords } from '../../server/src/search/name-words.ts';
import { createSearch } from '../../server/src/search/search.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';
import { copyOf, videoOf } from '../support/store-rows.ts';

const never = new AbortController().signal;

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** A library of videos that only their names describe; `reads` counts how often a path was read. */
async function named(videos: number) {
  const store = createMemoryStore();
  const ids = Array.from({ length: videos }, (_, at) => `v${at}`);
  let reads = 0;
  const copies = ids.map((videoId, at) => {
    const copy = copyOf(`file:///videos/harbour/boat ${at}.mp4`, videoId);
    const { path } = copy;
    return Object.defineProperty(copy, 'path', {
      get: () => {
        reads += 1;
        return path;
      },
      enumerable: true,
    });
  });
  await store.commit({ videos: ids.map((videoId) => videoOf(videoId)), copies });
  const catalogue = await VideoCatalogue.load({ ...store, copies: async () => copies });
  const retrieve = createSearch(store, catalogue);
  return { catalogue, reads: () => reads, search: (query: string) => retrieve(query, 10, {}, never) };
}

/** Runs `work` and returns how many date formats it created. */
async function dateFormatsIn(work: () => Promise<void>): Promise<number> {
  const { DateTimeFormat } = Intl;
  let count = 0;
  Intl.DateTimeFormat = new Proxy(DateTimeFormat, {
    construct(target, given) {
      count += 1;
      return Reflect.construct(target, given);
    },
    apply(target, self, given) {
      count += 1;
      return Reflect.apply(target, self, given);
    },
  });
  try {
    await work();
  } finally {
    Intl.DateTimeFormat = DateTimeFormat;
  }
  return count;
}

test('given many files, when misspelt and unknown words are searched, then no date format is created', async () => {
  const { search } = await named(50);
  // The first question reads the names of months, once for each language.
  await search('boat');
  const created = await dateFormatsIn(async () => {
    for (const query of ['harbuor', 'xqzvwk', 'in:harbour']) await search(query);
  });
  assert.equal(created, 0);
});

test('given names that were read, when more words are searched, then no name is read again', async () => {
  const { search, reads, catalogue } = await named(50);
  const { question } = await search('harbuor in:boat');
  assert.deepEqual(
    question.concepts.map(({ typed }) => typed),
    ['harbuor'],
  );
  const before = reads();
  const counts = countNameWords(catalogue);
  for (const query of ['harbuor', 'habour', 'xqzvwk', 'xqzvwk in:boat']) await search(query);
  // The hits are shown by their paths; reading all names would come to 50 and more for each search.
  assert.ok(reads() - before < 50, `${reads() - before} reads`);
  assert.equal(countNameWords(catalogue), counts);
});

test('given names that were read, when a copy moves, then its new words count and its old ones do not', async () => {
  const { catalogue, search } = await named(3);
  assert.equal(countNameWords(catalogue).get('harbour'), 3);
  const copy = catalogue.copy('file:///videos/harbour/boat 1.mp4');
  assert.ok(copy);
  const moved = { ...copy, uri: 'file:///videos/meadow/cow.mp4', path: '/videos/meadow/cow.mp4' };
  await catalogue.change(() => ({ copies: [moved], removedCopies: [copy.uri] }));
  assert.equal(countNameWords(catalogue).get('harbour'), 2);
  assert.equal(countNameWords(catalogue).get('meadow'), 1);
  const video = catalogue.video('v1');
  assert.ok(video);
  await catalogue.change(() => ({ videos: [{ ...video, probe: { ...video.probe, title: 'Sunset' } }] }));
  assert.equal(countNameWords(catalogue).get('sunset'), 1);
  assert.equal((await search('in:meadow')).rankedPlaces.length, 1);
});

test('given 300 videos, when 1,000 misspelt words are searched, then the memory is as before', async () => {
  const { search } = await named(300);
  const misspelt = (at: number) =>
    `harbuor${String.fromCodePoint(97 + (at % 26), 97 + (Math.floor(at / 26) % 26))}`;
  for (let at = 0; at < 20; at += 1) await search(misspelt(at));
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let at = 0; at < 1_000; at += 1) await search(misspelt(at));
  collect();
  const grown = process.memoryUsage().heapUsed - before;
  assert.ok(grown < 8 * 1024 * 1024, `${grown} bytes more`);
});
