import assert from 'node:assert/strict';
import test from 'node:test';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';
import { createCuesStage } from '../../server/src/indexing/stages/cues.ts';
import type { Decoder } from '../../server/src/ports/decoder.ts';
import type { Disk } from '../../server/src/ports/disk.ts';
import { copyOf, videoOf } from '../support/store-rows.ts';

const never = new AbortController().signal;
const unused = () => assert.fail('not asked for');
const decoder: Decoder = {
  probe: unused,
  subtitles: unused,
  subtitleTracks: unused,
  subtitlePictures: unused,
  frames: unused,
  pass: unused,
};
const readsBitmaps = () => ({ enabled: true, languages: ['eng'] });

/** A disk of which only the sidecars are asked for. */
function diskWith(read: Disk['sidecar']): Disk {
  return {
    scan: unused,
    state: unused,
    stat: unused,
    waitUntilStable: unused,
    recording: unused,
    growthBlocks: unused,
    sample: unused,
    digest: unused,
    watch: unused,
    sidecar: read,
  };
}

const sidecar = (name: string) => ({ uri: `file:///a/${name}`, bytes: 1, modifiedMs: 1 });

test('given a sidecar that cannot be read, then the others give their Cues and its failure is stored', async () => {
  const failure = { kind: 'noPermission', reason: 'x.de.srt may not be read.', remedy: 'Allow it.' } as const;
  const disk = diskWith(async (uri) => {
    if (uri.endsWith('.de.srt')) throw new MediaFailureError(failure);
    const cues = [{ startMs: 0, endMs: 900, text: 'Hello.', kind: 'speech' }] as const;
    return { source: 'x.en.srt', language: 'en', cues };
  });
  const copy = copyOf('file:///a/x.mp4', 'v1', { sidecars: [sidecar('x.de.srt'), sidecar('x.en.srt')] });
  const input = { copy, record: videoOf('v1'), path: true, recipe: 'r', turn: async () => undefined };
  const result = await createCuesStage(decoder, disk, readsBitmaps).run(
    input,
    () => {},
    never,
    async () => assert.fail('nothing to save'),
  );
  assert.deepEqual(
    result.descriptions?.flatMap((row) => row.lines.map((line) => [row.uri, line.text, line.source])),
    [['file:///a/x.mp4', 'Hello.', 'x.en.srt']],
  );
  assert.deepEqual(result.failure, failure);
});

test('given a sidecar with another time, then the recipe of its path differs, and that of the content does not', () => {
  const { plan } = createCuesStage(decoder, diskWith(unused), readsBitmaps);
  const at = (modifiedMs: number) =>
    plan.path?.(
      copyOf('file:///a/x.mp4', 'v1', { sidecars: [{ ...sidecar('x.srt'), modifiedMs }] }),
      videoOf('v1'),
    );
  assert.equal(at(1), at(1));
  assert.notEqual(at(1), at(2));
  assert.equal(plan.content?.(videoOf('v1'), []), undefined);
});

test('given sidecars, when they are read, then their speech lines say whether the video is subtitled', async () => {
  const text = 'Somebody wrote down all of this.';
  const lines =
    (count: number): Disk['sidecar'] =>
    async () => ({
      source: 'x.srt',
      cues: Array.from({ length: count }, (_, at) => ({
        startMs: at * 3000,
        endMs: at * 3000 + 2500,
        text,
        kind: 'speech' as const,
      })),
    });
  const copy = copyOf('file:///a/x.mp4', 'v1', { sidecars: [sidecar('x.srt')] });
  const input = { copy, record: videoOf('v1'), path: true, recipe: 'r', turn: async () => undefined };
  const subtitled = async (count: number) => {
    const stage = createCuesStage(decoder, diskWith(lines(count)), readsBitmaps);
    const result = await stage.run(
      input,
      () => {},
      never,
      async () => {},
    );
    return result.recordUpdate?.subtitled;
  };
  assert.equal(await subtitled(0), false);
  assert.equal(await subtitled(1), false);
  assert.equal(await subtitled(15), true);
});

test('given unsupported or partly invalid sidecars, when their cues are read, then the user is informed', async () => {
  const read: Disk['sidecar'] = async () => ({
    source: 'x.srt',
    cues: [{ startMs: 0, endMs: 900, text: 'Hello.', kind: 'speech' }],
    unread: { count: 3, line: 12, text: '00:0x --> 00:05' },
  });
  let isReading = true;
  const settings = () => ({ ...readsBitmaps(), enabled: isReading });
  const reason = async (disk: Disk, ...names: readonly string[]) => {
    const copy = copyOf('file:///a/x.mp4', 'v1', { sidecars: names.map(sidecar) });
    const input = { copy, record: videoOf('v1'), path: true, recipe: 'r', turn: async () => undefined };
    const result = await createCuesStage(decoder, disk, settings).run(
      input,
      () => {},
      never,
      async () => {},
    );
    return result.failure?.reason;
  };
  assert.equal(
    await reason(diskWith(read), 'x.srt'),
    'x.srt: 3 entries could not be read, the first on line 12: 00:0x --> 00:05',
  );
  assert.match((await reason(diskWith(unused), 'x.scc')) ?? '', /^x\.scc was skipped: .* not supported/);
  // The text recogniser reads pictures, if it is in use.
  for (const name of ['x.sup', 'x.idx']) {
    isReading = true;
    assert.equal(await reason(diskWith(unused), name), undefined);
    isReading = false;
    assert.match(
      (await reason(diskWith(unused), name)) ?? '',
      new RegExp(`^${name} was skipped: its subtitles are pictures, and reading .* is switched off`),
    );
  }
});

test('given a sidecar with lines after the end of the video, when its cues are read, then the others are stored and it says so', async () => {
  const line = (startMs: number, text: string) => ({
    startMs,
    endMs: startMs + 900,
    text,
    kind: 'speech' as const,
  });
  const read: Disk['sidecar'] = async () => ({
    source: 'x.srt',
    cues: [line(1000, 'Inside.'), line(3_700_000, 'Outside.'), line(3_800_000, 'Outside too.')],
  });
  const copy = copyOf('file:///a/x.mp4', 'v1', { sidecars: [sidecar('x.srt')] });
  const input = { copy, record: videoOf('v1'), path: true, recipe: 'r', turn: async () => undefined };
  const { descriptions, failure } = await createCuesStage(decoder, diskWith(read), readsBitmaps).run(
    input,
    () => {},
    never,
    async () => {},
  );
  assert.deepEqual(
    descriptions?.flatMap(({ lines }) => lines.map(({ text }) => text)),
    ['Inside.'],
  );
  assert.equal(failure?.reason, 'x.srt: 2 lines start after the end of the video, the first at 1:01:40.');
});

test('given several sidecars that cannot be read, when their cues are read, then the message names all of them', async () => {
  const names = ['x.mcc', 'x.en.mcc', 'x.scc'];
  const copy = copyOf('file:///a/x.mp4', 'v1', { sidecars: names.map(sidecar) });
  const input = { copy, record: videoOf('v1'), path: true, recipe: 'r', turn: async () => undefined };
  const stage = createCuesStage(decoder, diskWith(unused), readsBitmaps);
  const { failure } = await stage.run(
    input,
    () => {},
    never,
    async () => {},
  );
  for (const name of names) assert.ok(failure?.reason.includes(name), `${name}: ${failure?.reason}`);
  assert.equal(failure?.remedy, 'Convert it to .srt or .vtt beside the video, or remove it.', 'said once');
});

test('given a forced track, when its cues are read, then the video still lacks a transcript', async () => {
  const read: Disk['sidecar'] = async (uri) => ({
    source: 'x.srt',
    forced: uri.includes('.forced.'),
    cues: Array.from({ length: 15 }, (_, at) => ({
      startMs: at * 3000,
      endMs: at * 3000 + 2500,
      text: 'Somebody wrote down all of this.',
      kind: 'speech' as const,
    })),
  });
  const subtitled = async (name: string) => {
    const copy = copyOf('file:///a/x.mp4', 'v1', { sidecars: [sidecar(name)] });
    const input = { copy, record: videoOf('v1'), path: true, recipe: 'r', turn: async () => undefined };
    const result = await createCuesStage(decoder, diskWith(read), readsBitmaps).run(
      input,
      () => {},
      never,
      async () => {},
    );
    return result.recordUpdate?.subtitled;
  };
  assert.equal(await subtitled('x.en.srt'), true);
  assert.equal(await subtitled('x.en.forced.srt'), false);
});

test('given a sidecar, when it is read, then its reader knows the name and the frame rate of the video', async () => {
  const asked: unknown[] = [];
  const disk = diskWith(async (_uri, beside) => {
    asked.push(beside);
    return { source: 'x', cues: [] };
  });
  const copy = copyOf('file:///a/Caf%C3%A9%20is.mp4', 'v1', { sidecars: [sidecar('x.srt')] });
  const input = { copy, record: videoOf('v1'), path: true, recipe: 'r', turn: async () => undefined };
  await createCuesStage(decoder, disk, readsBitmaps).run(
    input,
    () => {},
    never,
    async () => {},
  );
  assert.deepEqual(asked, [{ video: 'Café is.mp4', framesPerSecond: undefined }]);
});
