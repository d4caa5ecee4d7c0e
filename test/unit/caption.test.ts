import assert from 'node:assert/strict';
import test from 'node:test';
import type { Description } from '../../server/src/core/domain/description.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { createPriorityGate, type WaitForTurn } from '../../server/src/indexing/priority-gate.ts';
import {
  type CaptionVideo,
  captionClips,
  captionFingerprint,
} from '../../server/src/indexing/stages/caption.ts';
import type { Captioner, CaptionRequest } from '../../server/src/ports/captioner.ts';
import type { Decoder } from '../../server/src/ports/decoder.ts';
import { fakeCaptioner } from '../support/fake-captioner.ts';

const never = new AbortController().signal;
const CLIP_MS = 10_000;

/** Frames whose colour is the clip's number; clips named in `still` look like the one before. */
function decoder(still: readonly number[] = []): Pick<Decoder, 'frames'> {
  return {
    async *frames(_uri, timesMs) {
      for (const timeMs of timesMs) {
        const clip = Math.floor(timeMs / CLIP_MS);
        const shade = 20 * (still.includes(clip) ? clip - 1 : clip) + 10;
        yield { timeMs, width: 2, height: 2, data: new Uint8Array(12).fill(shade) };
      }
    },
  };
}

function video(count: number, more: Partial<CaptionVideo> = {}): CaptionVideo {
  const clips = Array.from({ length: count }, (_, i) => ({ startMs: i * CLIP_MS, endMs: (i + 1) * CLIP_MS }));
  const streams = [{ index: 0, kind: 'video', codec: 'h264' }] as const;
  const probe = { container: 'mp4', durationMs: count * CLIP_MS, streams, chapters: [] };
  return { videoId: 'v', uri: 'file:///v.mp4', probe, clips, lines: [], stored: [], ...more };
}

/** The fake one, with what it was asked; it fails at the clips named. */
function asking(bad: readonly number[] = []) {
  const fake = fakeCaptioner();
  const asked: number[] = [];
  const clipOf = ({ pictures }: CaptionRequest) => Math.floor((pictures[0]?.timeMs ?? 0) / CLIP_MS);
  const captioner: Captioner = {
    ...fake,
    async caption(requests, signal) {
      asked.push(...requests.map(clipOf));
      const replies = await fake.caption(requests, signal);
      const failure = { kind: 'crashed', reason: 'The model crashed.', remedy: 'Choose another.' } as const;
      return replies.map((reply, i) =>
        bad.includes(clipOf(requests[i] ?? { pictures: [], prompt: [] })) ? { failure } : reply,
      );
    },
  };
  return { captioner, asked };
}

async function run(
  of: CaptionVideo,
  captioner: Captioner,
  still: readonly number[] = [],
  turn: WaitForTurn = createPriorityGate().waitForTurn,
  saveMs = 0,
) {
  const recipe = captionFingerprint(captioner, 'en');
  const shares: number[] = [];
  const saved: (readonly Description[])[] = [];
  const save = async (rows: readonly Description[]) => {
    saved.push(rows);
  };
  const ports = { decoder: decoder(still), captioner, save, turn };
  const options = { language: 'en', recipe, saveMs };
  const result = await captionClips(of, ports, options, (share) => shares.push(share), never);
  return { ...result, shares, saved };
}

const starts = (rows: readonly Description[]) => rows.map(({ startMs }) => startMs / CLIP_MS);

test('given clips, when captioned in batches, then each clip gets its own row', async () => {
  const { captioner, asked } = asking();
  const { descriptions, shares, failure } = await run(video(6), captioner);
  assert.deepEqual(asked, [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(starts(descriptions), [0, 1, 2, 3, 4, 5]);
  assert.equal(new Set(descriptions.map(({ id }) => id)).size, 6);
  assert.equal(failure, undefined);
  assert.deepEqual(shares, [4 / 6, 1]);
});

test('given a clip that looks like the previous one, when captioned, then it takes that caption without a request', async () => {
  const { captioner, asked } = asking();
  const { descriptions } = await run(video(6), captioner, [2, 4]);
  assert.deepEqual(asked, [0, 1, 3, 5]);
  const texts = descriptions.map(({ lines }) => lines[0]?.text);
  assert.equal(texts[2], texts[1]);
  assert.equal(texts[4], texts[3]);
  assert.equal(new Set(texts).size, 4);
});

test('given a view that comes back, when captioned, then it inherits the caption of its first clip, and says so', async () => {
  const { captioner, asked } = asking();
  const views = [0, 1, 0, 1, 0, 2];
  const returning: Pick<Decoder, 'frames'> = {
    async *frames(_uri, timesMs) {
      for (const timeMs of timesMs) {
        const shade = 40 * (views[Math.floor(timeMs / CLIP_MS)] ?? 0) + 10;
        yield { timeMs, width: 2, height: 2, data: new Uint8Array(12).fill(shade) };
      }
    },
  };
  const screenText = {
    kind: 'screenText',
    text: 'New prices',
    source: 'ocr',
    startMs: 40_000,
    endMs: 50_000,
  } as const;
  const recipe = captionFingerprint(captioner, 'en');
  const ports = {
    decoder: returning,
    captioner,
    save: async () => undefined,
    turn: createPriorityGate().waitForTurn,
  };
  const { descriptions } = await captionClips(
    video(6, { lines: [screenText] }),
    ports,
    { language: 'en', recipe, saveMs: 0 },
    () => undefined,
    never,
  );
  // The fifth clip looks like the first, but shows new text.
  assert.deepEqual(asked, [0, 1, 4, 5]);
  const lines = descriptions.flatMap((row) => row.lines);
  assert.equal(lines[2]?.text, lines[0]?.text);
  assert.deepEqual(
    lines.map(({ source }) => source),
    ['fake', 'fake', 'fake, as at 0:00', 'fake, as at 0:10', 'fake', 'fake'],
  );
});

test('given captions stored under this recipe, when restarted, then only the others are captioned', async () => {
  const { captioner, asked } = asking();
  const first = await run(video(6), captioner);
  asked.length = 0;
  const again = await run(video(6, { stored: first.descriptions.slice(0, 4) }), captioner);
  assert.deepEqual(asked, [4, 5]);
  assert.deepEqual(again.descriptions, first.descriptions);
});

test('given a slow model, when batches complete, then captions are saved beside the old ones of later clips', async () => {
  const old = await run(video(6), asking().captioner);
  const stored = old.descriptions.map((row) => ({ ...row, recipe: 'an older one', describer: 'old' }));
  const { saved } = await run(video(6, { stored }), asking().captioner);
  assert.deepEqual(
    saved.map((rows) => rows.map(({ describer }) => describer)),
    [['fake', 'fake', 'fake', 'fake', 'old', 'old']],
  );
});

test('given several batches, when captioned, then the first is saved at once and the next ones after a while', async () => {
  const { saved } = await run(video(20), asking().captioner, [], undefined, 3_600_000);
  assert.deepEqual(saved.map(starts), [[0, 1, 2, 3]]);
});

test('given a clip that cannot be captioned, when captioned, then its old caption stays and the failure names it', async () => {
  const old = await run(video(3), asking().captioner);
  const stored = old.descriptions.map((row) => ({ ...row, recipe: 'an older one', describer: 'old' }));
  const { descriptions, failure } = await run(video(3, { stored }), asking([1]).captioner);
  assert.deepEqual(
    descriptions.map(({ describer }) => describer),
    ['fake', 'old', 'fake'],
  );
  assert.match(
    failure?.reason ?? '',
    /1 of 3 clips could not be captioned, the first from 0:10 to 0:20: The model crashed/,
  );
  assert.ok(failure?.remedy);
});

test('given audio only, when captioned, then nothing is requested', async () => {
  const { captioner, asked } = asking();
  const probe = { container: 'mp3', durationMs: 9, streams: [], chapters: [] };
  assert.deepEqual((await run(video(2, { probe }), captioner)).descriptions, []);
  assert.deepEqual(asked, []);
});

test('given a model that cannot serve, when captioned, then it rejects and stored captions stay', async () => {
  const { captioner } = asking();
  await captioner.close();
  await assert.rejects(run(video(2), captioner), ModelUnavailableError);
});

test('given a captioner, when its fingerprint is made, then model, revision, budget and language are in it', () => {
  const { captioner } = asking();
  const recipe = captionFingerprint(captioner, 'en');
  assert.notEqual(recipe, captionFingerprint(captioner, 'de'));
  assert.notEqual(recipe, captionFingerprint({ ...captioner, revision: '2' }, 'en'));
  assert.notEqual(
    recipe,
    captionFingerprint({ ...captioner, budget: { ...captioner.budget, frames: 9 } }, 'en'),
  );
});

test('given other work with priority, when captioned, then no batch starts, and cancelling ends the wait', async () => {
  const turns = createPriorityGate();
  const { captioner, asked } = asking();
  const batches: number[] = [];
  let release: () => void = () => undefined;
  let turn = 0;
  const second = Promise.withResolvers<void>();
  const done = run(video(12), captioner, [], (signal) => {
    batches.push(asked.length);
    turn += 1;
    if (turn === 2) {
      release = turns.holdOthers();
      second.resolve();
    }
    return turns.waitForTurn(signal);
  });
  await second.promise;
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(batches, [0, 4], 'one batch was given, the next one waits');
  assert.equal(asked.length, 4);
  release();
  const { descriptions } = await done;
  assert.equal(descriptions.length, 12);
  assert.deepEqual(batches, [0, 4, 8]);

  turns.holdOthers();
  const gone = new AbortController();
  const waiting = turns.waitForTurn(gone.signal);
  gone.abort(new Error('enough'));
  await assert.rejects(waiting, /enough/);
});
