import assert from 'node:assert/strict';
import test from 'node:test';
import type { Description, LineKind } from '../../server/src/core/domain/description.ts';
import type { VectorRow } from '../../server/src/core/domain/vector.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { estimateTokens, toEmbeddingChunks } from '../../server/src/core/ranking/embedding-chunks.ts';
import { embedFramesFingerprint, embedVideoFrames } from '../../server/src/indexing/stages/embed-frames.ts';
import {
  embedSidecarFingerprint,
  embedTextFingerprint,
  embedVideoText,
} from '../../server/src/indexing/stages/embed-text.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';
import { plainPicture } from '../support/embedder-contracts.ts';
import { fakeFrameEmbedder } from '../support/fake-frame-embedder.ts';
import { fakeTextEmbedder } from '../support/fake-text-embedder.ts';
import { copyOf, descriptionOf, videoOf } from '../support/store-rows.ts';

const never = new AbortController().signal;
const SPACE = { role: 'text', model: 'fake@1' } as const;
const nothing = () => {};
const turn = async () => {};

function row(
  startMs: number,
  lines: readonly (readonly [LineKind, string, number?, number?])[],
): Description {
  return {
    ...descriptionOf('v', '', 'cues', startMs),
    lines: lines.map(([kind, text, from = startMs, to = startMs + 2_000]) => ({
      kind,
      text,
      startMs: from,
      endMs: to,
      source: 's',
    })),
  };
}

test('given Descriptions, when split for embedding, then each kind of text in a clip is a chunk with its time', () => {
  const texts = toEmbeddingChunks([
    row(0, [
      ['speech', 'One.', 1_000, 2_000],
      ['caption', 'A dog runs.', 0, 30_000],
      ['speech', 'Two.', 5_000, 7_000],
      ['screenText', 'Agenda', 0, 600_000],
      ['screenText', 'Agenda', 0, 600_000],
      ['screenText', 'Item 1', 0, 600_000],
      ['facts', 'still, red'],
      ['speech', '  '],
    ]),
    row(30_000, [['speech', 'Three.', 31_000, 33_000]]),
  ]);
  assert.deepEqual(
    texts.map(({ kind, text, startMs, endMs }) => [kind, text, startMs, endMs]),
    [
      ['caption', 'A dog runs.', 0, 30_000],
      ['speech', 'One. Two.', 1_000, 7_000],
      ['screenText', 'Agenda\nItem 1', 0, 30_000],
      ['speech', 'Three.', 31_000, 33_000],
    ],
  );
  assert.deepEqual(toEmbeddingChunks([]), []);
});

test('given long speech, when split, then chunks fit a small model and nothing is lost', () => {
  const said = Array.from({ length: 40 }, (_, i) => `Sentence number ${i} says a little more than nothing.`);
  const texts = toEmbeddingChunks([
    row(
      0,
      said.map((text, i) => ['speech', text, i * 700, i * 700 + 700] as const),
    ),
  ]);
  assert.ok(texts.length >= 3);
  for (const { text } of texts) assert.ok(estimateTokens(text) <= 170, `${estimateTokens(text)} tokens`);
  assert.equal(texts.map(({ text }) => text).join(' '), said.join(' '));
  const lengths = texts.map(({ text }) => text.length);
  assert.ok(Math.min(...lengths) > Math.max(...lengths) / 3, `no scraps: ${lengths}`);
  texts.forEach(({ startMs }, i) => {
    assert.ok(i === 0 || startMs >= (texts[i - 1]?.endMs ?? 0));
  });
  for (const line of ['word '.repeat(2_000).trim(), '会'.repeat(1_000)]) {
    const parts = toEmbeddingChunks([row(0, [['caption', line, 0, 30_000]])]);
    assert.ok(parts.every(({ text }) => estimateTokens(text) <= 170));
    assert.equal(parts.map(({ text }) => text.replaceAll(' ', '')).join(''), line.replaceAll(' ', ''));
  }
});

async function embedded(
  rows: readonly Description[],
  store = createMemoryStore(),
  embedder = fakeTextEmbedder(),
) {
  await store.commit({ descriptions: [{ videoId: 'v', uri: '', stage: 'cues', rows }] });
  const shares: number[] = [];
  const vectors = await embedVideoText(
    { videoId: 'v', uri: '' },
    { store, correctedStore: store, embedder, turn },
    (share) => shares.push(share),
    never,
  );
  await store.commit({ vectors: [{ ...SPACE, videoId: 'v', uri: '', rows: vectors }] });
  return { store, embedder, vectors, shares };
}

const clips = (texts: readonly string[]) => texts.map((text, i) => row(i * 30_000, [['speech', text]]));

test('given texts with vectors, when embedded again, then only changed texts go to the model', async () => {
  const texts = Array.from({ length: 20 }, (_, i) => `clip ${i}`);
  const first = await embedded(clips(texts));
  assert.equal(first.vectors.length, 20);
  assert.deepEqual(
    first.embedder.asked.map(({ text }) => text),
    texts,
  );
  assert.ok(first.embedder.asked.every(({ purpose }) => purpose === 'passage'));
  assert.equal(first.shares.at(-1), 1);
  const changed = texts.map((text, i) => (i === 7 ? 'another text' : text));
  const second = await embedded(clips(changed), first.store);
  assert.deepEqual(
    second.embedder.asked.map(({ text }) => text),
    ['another text'],
  );
  assert.equal(first.store.vectorCount(SPACE), 20);
  const moved = await embedded(
    changed.map((text, i) => row(i * 30_000 + 1_000, [['speech', text]])),
    first.store,
  );
  assert.deepEqual(moved.embedder.asked, []);
  assert.equal(moved.vectors[0]?.startMs, 1_000);
});

test('given equal texts, then they are embedded once and each has a vector', async () => {
  const { embedder, vectors } = await embedded(clips(['thank you', 'thank you', 'bye']));
  assert.deepEqual(
    embedder.asked.map(({ text }) => text),
    ['thank you', 'bye'],
  );
  assert.deepEqual(
    vectors.map(({ startMs }) => startMs),
    [0, 30_000, 60_000],
  );
});

test('given lines of a content and of a sidecar, when embedded, then vectors belong to the same place', async () => {
  const store = createMemoryStore();
  const uri = 'file:///a.mp4';
  await store.commit({
    descriptions: [
      { videoId: 'v', uri: '', stage: 'cues', rows: [descriptionOf('v', '', 'cues', 0, 'own')] },
      { videoId: 'v', uri, stage: 'cues', rows: [descriptionOf('v', uri, 'cues', 0, 'beside')] },
    ],
  });
  const embedder = fakeTextEmbedder();
  const of = async (place: string): Promise<readonly VectorRow[]> =>
    embedVideoText(
      { videoId: 'v', uri: place },
      { store, correctedStore: store, embedder, turn },
      nothing,
      never,
    );
  assert.deepEqual(
    (await of('')).map((it) => it.uri),
    [''],
  );
  assert.deepEqual(
    (await of(uri)).map((it) => it.uri),
    [uri],
  );
  assert.deepEqual(
    embedder.asked.map(({ text }) => text),
    ['own', 'beside'],
  );
});

test('given another model, source, edge or loss, then the recipe differs; given other stages, then it does not', () => {
  const model = fakeTextEmbedder();
  const video = videoOf('v', { done: { cues: 'a', caption: 'b' } });
  const recipe = embedTextFingerprint(video, model, 0, '');
  assert.equal(
    recipe,
    embedTextFingerprint({ ...video, done: { ...video.done, passages: 'p', embed: 'e' } }, model, 0, ''),
  );
  const others = [
    embedTextFingerprint({ ...video, done: { ...video.done, caption: 'c' } }, model, 0, ''),
    embedTextFingerprint({ ...video, clips: [{ startMs: 0, endMs: 5 }] }, model, 0, ''),
    embedTextFingerprint(video, fakeTextEmbedder({ name: 'other' }), 0, ''),
    embedTextFingerprint(video, model, 1, ''),
  ];
  assert.equal(new Set([recipe, ...others]).size, 5);
  const bare = copyOf('file:///a', 'v', { sidecars: [], done: { cues: 'cues 1' } });
  assert.equal(embedSidecarFingerprint(bare, video, model, 0, ''), undefined, 'no sidecar, no work');
  const beside = copyOf('file:///a', 'v', { done: {} });
  assert.equal(embedSidecarFingerprint(beside, video, model, 0, ''), undefined, 'not read yet');
  const read = embedSidecarFingerprint({ ...beside, done: { cues: 'cues 1 a' } }, video, model, 0, '');
  assert.ok(read);
  const gone = { sidecars: [], done: { cues: 'cues 1', embed: read } };
  assert.notEqual(embedSidecarFingerprint(gone, video, model, 0, ''), read, 'a sidecar that was taken away');
  const looks = fakeFrameEmbedder();
  assert.notEqual(
    embedFramesFingerprint(video.clips, looks, 0),
    embedFramesFingerprint(video.clips, looks, 1),
  );
  assert.notEqual(
    embedFramesFingerprint(video.clips, looks, 0),
    embedFramesFingerprint(video.clips, fakeFrameEmbedder({ name: 'other' }), 0),
  );
});

test('given a closed model or an aborted signal, when embedding, then it rejects', async () => {
  const store = createMemoryStore();
  await store.commit({ descriptions: [{ videoId: 'v', uri: '', stage: 'cues', rows: clips(['a', 'b']) }] });
  const closed = fakeTextEmbedder();
  await closed.close();
  const run = (embedder: ReturnType<typeof fakeTextEmbedder>, signal: AbortSignal) =>
    embedVideoText(
      { videoId: 'v', uri: '' },
      { store, correctedStore: store, embedder, turn },
      nothing,
      signal,
    );
  await assert.rejects(run(closed, never), ModelUnavailableError);
  const reason = new Error('enough');
  await assert.rejects(run(fakeTextEmbedder(), AbortSignal.abort(reason)), reason);
});

const CLIPS = Array.from({ length: 6 }, (_, i) => ({ startMs: i * 30_000, endMs: (i + 1) * 30_000 }));

/** A screen whose shade is told by its time; tells how far it was read ahead. */
function screen(shadeAt: (timeMs: number) => number) {
  const read: number[] = [];
  return {
    read,
    async *frames(_uri: string, timesMs: readonly number[]) {
      for (const timeMs of timesMs) {
        read.push(timeMs);
        const shade = shadeAt(timeMs);
        yield plainPicture([shade, shade, shade], 8, timeMs);
      }
    },
  };
}

test('given frames, when embedded, then each clip has a few, and one that looks like the last extends its range', async () => {
  const embedder = fakeFrameEmbedder();
  const moving = screen((timeMs) => (timeMs / 300) % 250);
  const of = { videoId: 'v', uri: 'file:///v.mp4', clips: CLIPS };
  const shares: number[] = [];
  const rows = await embedVideoFrames(
    of,
    { decoder: moving, embedder, turn },
    (share) => shares.push(share),
    never,
  );
  assert.equal(rows.length, 18);
  assert.equal(embedder.looked.length, 18);
  assert.equal(shares.at(-1), 1);
  assert.deepEqual([rows[0]?.startMs, rows.at(-1)?.endMs], [0, 180_000]);
  rows.forEach(({ startMs, uri, kind }, i) => {
    assert.equal(uri, '');
    assert.equal(kind, 'frame');
    assert.equal(startMs, i === 0 ? 0 : rows[i - 1]?.endMs);
  });
  const slides = screen((timeMs) => (timeMs < 60_000 ? 20 : timeMs < 150_000 ? 120 : 220));
  const few = await embedVideoFrames(of, { decoder: slides, embedder, turn }, nothing, never);
  assert.deepEqual(
    few.map(({ startMs, endMs }) => [startMs, endMs]),
    [
      [0, 60_000],
      [60_000, 150_000],
      [150_000, 180_000],
    ],
  );
});

test('given a running model, then the next frames are decoded meanwhile', async () => {
  const decoder = screen((timeMs) => (timeMs / 300) % 250);
  const fake = fakeFrameEmbedder();
  const ahead: number[] = [];
  const embedder = {
    ...fake,
    async embedPictures(...given: Parameters<typeof fake.embedPictures>) {
      const vectors = await fake.embedPictures(...given);
      ahead.push(decoder.read.length);
      return vectors;
    },
  };
  await embedVideoFrames(
    { videoId: 'v', uri: 'file:///v.mp4', clips: CLIPS },
    { decoder, embedder, turn },
    nothing,
    never,
  );
  assert.ok(
    (ahead[0] ?? 0) > fake.batch,
    `${ahead[0]} frames were read while the first ${fake.batch} were looked at`,
  );
});

test('given a closed model, when embedding frames, then decoding ends too', async () => {
  const decoder = screen((timeMs) => (timeMs / 300) % 250);
  const embedder = fakeFrameEmbedder();
  await embedder.close();
  const run = embedVideoFrames(
    { videoId: 'v', uri: 'file:///v.mp4', clips: CLIPS },
    { decoder, embedder, turn },
    nothing,
    never,
  );
  await assert.rejects(run, ModelUnavailableError);
  assert.ok(decoder.read.length < 18);
});
