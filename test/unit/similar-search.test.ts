import assert from 'node:assert/strict';
import test from 'node:test';
import type { Line } from '../../server/src/core/domain/description.ts';
import { resolveSimilarityQuery } from '../../server/src/library/similarity-query.ts';
import { RequestError } from '../../server/src/library.ts';
import { plainPicture } from '../support/embedder-contracts.ts';
import { fakeFrameEmbedder } from '../support/fake-frame-embedder.ts';
import { fakeTextEmbedder } from '../support/fake-text-embedder.ts';
import { meantLibrary, type Shown } from '../support/hybrid-library.ts';
import { cues, uriOf } from '../support/transcripts.ts';

const RED = [220, 30, 30] as const;
const BLUE = [40, 60, 220] as const;
const GREEN = [30, 200, 40] as const;

/** Three clips of 30 s, one colour each. */
const shown = (
  path: string,
  colours: readonly (typeof RED)[] | readonly (readonly [number, number, number])[],
  more: Partial<Shown> = {},
): Shown => ({
  path,
  durationMs: 90_000,
  colourAt: (timeMs) => colours[Math.floor(timeMs / 30_000)] ?? RED,
  ...more,
});
const one = shown('/one.mp4', [RED, BLUE, RED]);
const two = shown('/two.mp4', [GREEN, RED, GREEN], {
  recorded: '2023-01-01',
  own: cues('40 a parrot sits there'),
});
const clipOf = (path: string, clip: number) => ({
  videoId: path,
  uri: uriOf(path),
  clip: { startMs: clip * 30_000, endMs: (clip + 1) * 30_000 },
});
const places = (hits: readonly { readonly path: string; readonly startMs: number }[]) =>
  hits.map(({ path, startMs }) => `${path} ${startMs / 1_000}`);

test('given a moment, when similar ones are searched, then the nearest pictures come first, without itself', async () => {
  const { alike } = await meantLibrary([one, two], { frame: fakeFrameEmbedder() });
  const hits = await alike(clipOf('/one.mp4', 0), '', {}, 2);
  assert.deepEqual(places(hits).sort(), ['/one.mp4 60', '/two.mp4 30']);
  for (const { evidence, score, weak } of hits) {
    assert.deepEqual(
      evidence.map(({ kind }) => kind),
      ['frame'],
    );
    assert.ok(score > 0.9 && score <= 1);
    assert.equal(weak, true);
  }
  const all = await alike(clipOf('/one.mp4', 0));
  assert.ok(!places(all).includes('/one.mp4 0'));
  all.forEach(({ score }, i) => {
    assert.ok(i === 0 || score <= (all[i - 1]?.score ?? 0));
  });
});

test('given a picture, when similar moments are searched, then the nearest is first, inside the scope', async () => {
  const embedder = fakeFrameEmbedder();
  const { alike } = await meantLibrary([one, two], { frame: embedder });
  const like = { picture: plainPicture(BLUE), embedder };
  assert.deepEqual(places(await alike(like, '', {}, 1)), ['/one.mp4 30']);
  const [elsewhere] = await alike(like, '', { uris: [uriOf('/two.mp4')] }, 1);
  assert.equal(elsewhere?.path, '/two.mp4');
});

test('given operators and words, when similar moments are searched, then they narrow the hits', async () => {
  const { alike } = await meantLibrary([one, two], { frame: fakeFrameEmbedder() });
  const from = clipOf('/one.mp4', 0);
  assert.deepEqual(places(await alike(from, 'in:two', {}, 1)), ['/two.mp4 30']);
  assert.deepEqual(places(await alike(from, 'after:2024', {}, 1)), ['/one.mp4 60']);
  assert.deepEqual(places(await alike(from, 'parrot')), ['/two.mp4 30']);
  assert.deepEqual(places(await alike(from, '-parrot', {}, 1)), ['/one.mp4 60']);
  assert.deepEqual(await alike(from, 'walrus'), []);
});

const seen = (startMs: number, text: string): Line => ({
  kind: 'caption',
  text,
  startMs,
  endMs: startMs + 30_000,
  source: 'model',
  language: 'en',
});
const told: readonly Shown[] = [
  { path: '/a.mp4', own: [seen(0, 'A puppy runs to a building.'), seen(30_000, 'Rain.')] },
  {
    path: '/b.mp4',
    own: [seen(0, 'Two fish.'), seen(30_000, 'A dog before the house.'), seen(60_000, 'A puppy.')],
  },
];

test('given no frame embedder, when similar moments are searched, then they are similar in meaning', async () => {
  const { alike } = await meantLibrary(told, { text: fakeTextEmbedder() });
  const hits = await alike(clipOf('/a.mp4', 0), '', {}, 1);
  assert.deepEqual(places(hits), ['/b.mp4 30']);
  assert.deepEqual(
    hits[0]?.evidence.map(({ text }) => text),
    ['A dog before the house.'],
  );
});

test('given no embedder, when similar moments are searched, then they share words', async () => {
  const { alike } = await meantLibrary(told, {});
  const hits = await alike(clipOf('/a.mp4', 0));
  assert.deepEqual(places(hits), ['/b.mp4 60']);
  assert.deepEqual(await alike(clipOf('/a.mp4', 0), '-puppy'), []);
  assert.deepEqual(await alike({ ...clipOf('/a.mp4', 0), clip: { startMs: 5e6, endMs: 6e6 } }), []);
});

test('given an unknown clip, both kinds or no model, when resolved, then it is refused; otherwise it has clip or picture', async () => {
  const { catalogue } = await meantLibrary([one], {});
  const parts = (embedder?: ReturnType<typeof fakeFrameEmbedder>) => ({
    catalogue: { ...catalogue, videos: () => [] },
    media: { picture: async () => plainPicture(RED) },
    frameEmbedder: () => embedder,
  });
  const never = new AbortController().signal;
  const refused = (given: Parameters<typeof resolveSimilarityQuery>[0], kind: string) =>
    assert.rejects(resolveSimilarityQuery(given, parts(), never), (error) => {
      assert.ok(error instanceof RequestError && error.kind === kind, String(error));
      assert.ok(error.remedy);
      return true;
    });
  assert.equal(await resolveSimilarityQuery({}, parts(), never), undefined);
  await refused({ image: { data: 'AAAA' } }, 'unavailable');
  await refused({ like: { clipId: 'nothing' } }, 'notFound');
  await refused({ like: { clipId: '/none.mp4@0-30000' } }, 'notFound');
  await refused({ like: { clipId: '/one.mp4@0-30000', uri: 'file:///other.mp4' } }, 'notFound');
  await refused({ like: { clipId: '/one.mp4@0-30000' }, image: { data: '' } }, 'invalid');
  const like = await resolveSimilarityQuery({ like: { clipId: '/one.mp4@29000-61000' } }, parts(), never);
  assert.deepEqual(like && 'clip' in like && like.clip, { startMs: 30_000, endMs: 60_000 });
  const image = await resolveSimilarityQuery({ image: { data: 'AAAA' } }, parts(fakeFrameEmbedder()), never);
  assert.ok(image && 'picture' in image);
});
