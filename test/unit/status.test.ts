import assert from 'node:assert/strict';
import test from 'node:test';
import type { Status } from '../../server/protocol/status.ts';
import type { VideoFile, VideoRecord } from '../../server/src/core/domain/video.ts';
import { VideoCatalogue } from '../../server/src/indexing/catalogue.ts';
import type { Scheduler } from '../../server/src/indexing/scheduler.ts';
import { toIndexProgress } from '../../server/src/library/index-run.ts';
import { listVideos } from '../../server/src/library/list-videos.ts';
import { type CaptioningState, createStatus } from '../../server/src/library/status.ts';
import { createMemoryStore } from '../fakes/memory-store.ts';
import { copyOf, videoOf } from '../support/store-rows.ts';

const MINUTE = 60_000;
const streams = [{ index: 0, kind: 'video', codec: 'h264' }] as const;
const frame = {
  versions: { build: 'b', schema: 1, node: 'n' },
  dataDir: '/d',
  pid: 1,
  roles: [],
  advice: [],
};

/** A content with so many clips, captioned under a recipe or not at all. */
function content(videoId: string, clips: number, caption?: string): VideoRecord {
  const probe = { container: 'mp4', durationMs: clips * MINUTE, streams, chapters: [] };
  return videoOf(videoId, {
    probe,
    done: caption === undefined ? {} : { caption },
    clips: Array.from({ length: clips }, (_, i) => ({ startMs: i * MINUTE, endMs: (i + 1) * MINUTE })),
  });
}

async function statusDeps(
  copies: readonly VideoFile[],
  videos: readonly VideoRecord[],
  {
    running = [],
    left = [],
    offline = [],
    planning = false,
  }: {
    running?: ReturnType<Scheduler['running']>;
    left?: readonly string[];
    offline?: readonly string[];
    planning?: boolean;
  } = {},
) {
  const catalogue = await VideoCatalogue.load(createMemoryStore());
  await catalogue.change(() => ({ copies, videos }));
  const scheduler = {
    running: () => running,
    isBusy: (videoId: string) => left.includes(videoId),
    planning: () => planning,
    unavailable: () => new Map(),
    writeError: () => undefined,
  };
  const folders = {
    online: ({ uri }: VideoFile) => !offline.includes(uri),
    lastError: () => undefined,
  };
  return { catalogue, scheduler, folders };
}

function jobOf(videoId: string) {
  const base = {
    key: `k${videoId}`,
    videoId,
    uri: `file:///${videoId}`,
    path: false,
    recipe: 'new',
  } as const;
  return { ...base, stage: 'caption', lane: 'deep', rank: 0 } as const;
}

async function captionsLeft(
  deps: Awaited<ReturnType<typeof statusDeps>>,
  captioning?: CaptioningState,
): Promise<Status['captions']> {
  return createStatus(deps, { ...frame, captioning }, undefined, 0, 0).captions;
}

test('given uncaptioned clips, when the status is created, then the time left uses the measured speed', async () => {
  const copies = ['a', 'b', 'c'].map((id) => copyOf(`file:///${id}`, id));
  const deps = await statusDeps(copies, [content('a', 3, 'new'), content('b', 4, 'old'), content('c', 5)]);
  assert.deepEqual(await captionsLeft(deps, { recipe: 'new', clipMs: 2000 }), {
    clipsLeft: 9,
    clipMs: 2000,
    leftMs: 18_000,
  });
  assert.deepEqual(await captionsLeft(deps, { recipe: 'new', clipMs: undefined }), { clipsLeft: 9 });
  assert.deepEqual(
    await captionsLeft(deps, { recipe: 'new', clipMs: undefined, elsewhereMs: 3000 }),
    { clipsLeft: 9, clipMs: 3000, leftMs: 27_000, elsewhere: true },
    'before the first clip, the pace of another machine',
  );
  assert.equal(await captionsLeft(deps), undefined, 'no captioner, no captions');
});

test('given copies, offline and running videos, when the status is created, then captions are counted once and in part', async () => {
  const copies = [
    copyOf('file:///off', 'a'),
    copyOf('file:///on', 'a'),
    copyOf('file:///gone', 'b'),
    copyOf('file:///c', 'c', { forgotten: true }),
  ];
  const videos = [content('a', 8), content('b', 100), content('c', 100)];
  const running = [{ job: jobOf('a'), startedMs: 0, share: 0.75, cancelled: false }];
  const deps = await statusDeps(copies, videos, { running, offline: ['file:///off', 'file:///gone'] });
  assert.deepEqual(await captionsLeft(deps, { recipe: 'new', clipMs: 500 }), {
    clipsLeft: 2,
    clipMs: 500,
    leftMs: 1000,
  });
});

test('given no clips to caption, when the status is created, then nothing is left', async () => {
  const song = videoOf('s', { done: {} });
  const deps = await statusDeps(
    [copyOf('file:///a', 'a'), copyOf('file:///s', 's')],
    [content('a', 3, 'new'), song],
  );
  assert.equal(await captionsLeft(deps, { recipe: 'new', clipMs: 1 }), undefined);
});

test('given finished videos, when a run reports its speed, then only its own work counts', async () => {
  const copies = ['before', 'now', 'left'].map((id) => copyOf(`file:///${id}`, id));
  const videos = [content('before', 600), content('now', 2), content('left', 4)];
  const deps = await statusDeps(copies, videos, { left: ['left'] });
  const progress = toIndexProgress(deps, copies, new Set(['before']), 10_000);
  assert.deepEqual([progress.videos, progress.done, progress.speed, progress.leftMs], [3, 2, 12, 20_000]);
  const fresh = toIndexProgress(
    await statusDeps(copies, videos, { left: ['now', 'left'] }),
    copies,
    new Set(['before']),
    10,
  );
  assert.deepEqual([fresh.done, fresh.speed, fresh.leftMs], [1, undefined, undefined]);
});

test('given a scheduler that is still planning, when the status is created, then it says so until planning ends', async () => {
  const copies = [copyOf('file:///a', 'a')];
  const planning = await statusDeps(copies, [], { planning: true, left: ['a'] });
  const during = createStatus(planning, frame, undefined, 0, 0);
  assert.deepEqual([during.planning, during.work.waiting, during.work.done], [true, 1, 0]);
  const planned = await statusDeps(copies, []);
  assert.equal('planning' in createStatus(planned, frame, undefined, 0, 0), false);
});

test('given sidecars without speech, when the status is asked for, then the transcript is still missing', async () => {
  const sounding = videoOf('v', {
    probe: {
      container: 'mp4',
      durationMs: MINUTE,
      streams: [{ index: 0, kind: 'audio', codec: 'aac' }],
      chapters: [],
    },
  });
  const advice = async (more: Partial<VideoFile>) => {
    const deps = await statusDeps([copyOf('file:///a', 'v', more)], [sounding]);
    return createStatus(deps, frame, undefined, 0, 0).advice.join();
  };
  assert.match(await advice({ sidecars: [] }), /1 of 1 video has sound but no transcript/);
  assert.match(await advice({ subtitled: false }), /1 of 1 video has sound but no transcript/);
  assert.equal(await advice({ subtitled: true }), '');
  assert.equal(await advice({}), '', 'not read yet');
});

test('given a subtitle file that was read in part, when the status is created, then it is a notice and the video is done', async () => {
  const cues = {
    kind: 'unreadable',
    reason: 'a.srt: 1 entry could not be read.',
    remedy: 'Correct it.',
  } as const;
  const done = { probe: 'probe 1' };
  const deps = await statusDeps([copyOf('file:///a', 'v', { failures: { cues } })], [videoOf('v', { done })]);
  const { work } = createStatus(deps, frame, undefined, 0, 0);
  assert.deepEqual([work.done, work.failed], [1, []]);
  assert.deepEqual(
    work.notices?.map(({ uri, stage, reason, remedy }) => [uri, stage, reason, remedy]),
    [['file:///a', 'cues', cues.reason, cues.remedy]],
  );
  const [item] = listVideos(deps, {}).videos;
  assert.deepEqual([item?.state, item?.failures, item?.notices?.length], ['done', [], 1]);

  const facts = { ...cues, reason: 'a.mp4 is cut short.' };
  const broken = await statusDeps(
    [copyOf('file:///a', 'v', { failures: { cues } })],
    [videoOf('v', { done, failures: { facts, cues: facts } })],
  );
  const [failed] = listVideos(broken, {}).videos;
  assert.equal(failed?.state, 'failed');
  assert.deepEqual(
    failed.failures.map(({ stage, reason }) => [stage, reason]),
    [
      ['facts', facts.reason],
      ['cues', facts.reason],
    ],
    'a damaged track inside the video is a failure',
  );
});

test('given any library, when the status is asked for, then it names the languages of questions', async () => {
  const { questionLanguages } = createStatus(await statusDeps([], []), frame, undefined, 0, 0);
  assert.deepEqual(questionLanguages, ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'ru', 'ja', 'zh']);
});
