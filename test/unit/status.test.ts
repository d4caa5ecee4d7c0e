import assert from 'node:assert/strict';
import test from 'node:test';
import type { Status } from '../../server/protocol/status.ts';
import type { Stage } from '../../server/src/core/domain/stage.ts';
import type { VideoFile, VideoRecord } from '../../server/src/core/domain/video.ts';
import { VideoCatalogue } from '../../server/src/indexing/catalogue.ts';
import type { Scheduler } from '../../server/src/indexing/scheduler.ts';
import { coverageOf, type Readers } from '../../server/src/library/coverage.ts';
import { toIndexProgress } from '../../server/src/library/index-run.ts';
import { listVideos } from '../../server/src/library/list-videos.ts';
import { type CaptioningState, createStatus } from '../../server/src/library/status.ts';
import { createProgressMeter, videoWork } from '../../server/src/library/video-work.ts';
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

const NO_READERS: Readers = {
  transcriber: false,
  diariser: false,
  captioner: false,
  textEmbedder: false,
  frameEmbedder: false,
  screenText: true,
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
    readers = NO_READERS,
    unavailable = [],
  }: {
    running?: ReturnType<Scheduler['running']>;
    left?: readonly string[];
    offline?: readonly string[];
    planning?: boolean;
    readers?: Readers;
    unavailable?: readonly Stage[];
  } = {},
) {
  const catalogue = await VideoCatalogue.load(createMemoryStore());
  await catalogue.change(() => ({ copies, videos }));
  const scheduler = {
    running: () => running,
    isBusy: (videoId: string) => left.includes(videoId),
    planning: () => planning,
    jobsLeft: () => [],
    unavailable: () => new Map(unavailable.map((stage) => [stage, 'no model'])),
    writeError: () => undefined,
  };
  const folders = {
    online: ({ uri }: VideoFile) => !offline.includes(uri),
    lastError: () => undefined,
  };
  return { catalogue, scheduler, folders, readers: () => readers };
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
  const running = [{ job: jobOf('a'), startedMs: 0, share: 0.75, cancelled: false, ending: false }];
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

/** What was indexed before a run. */
const BEFORE = new Map([
  ['before', 1],
  ['left', 1 / 64],
]);

test('given finished videos, when a run reports its speed, then only its own work counts', async () => {
  const copies = ['before', 'now', 'left'].map((id) => copyOf(`file:///${id}`, id));
  const videos = [content('before', 600), content('now', 2), content('left', 4)];
  const deps = await statusDeps(copies, videos, { left: ['left'] });
  const progress = toIndexProgress(deps, copies, BEFORE, 0, 10_000);
  assert.deepEqual([progress.videos, progress.done, progress.speed, progress.leftMs], [3, 2, 12, 19_688]);
  const fresh = toIndexProgress(
    await statusDeps(copies, videos, { left: ['now', 'left'] }),
    copies,
    new Map([...BEFORE, ['now', 1 / 64]]),
    0,
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

test('given sound that was listened to, when the status is created, then speech without a transcript is counted and music is not', async () => {
  const heard = (videoId: string, seconds: number, more: Partial<VideoRecord> = {}) => {
    const speech = seconds === 0 ? [] : [{ startMs: 1000, endMs: 1000 + seconds * 1000 }];
    return { ...recordOf(['audio'], { speech, ...more }), videoId };
  };
  const untranscribed = async (records: readonly VideoRecord[], subtitled?: boolean) => {
    const copies = records.map(({ videoId }) =>
      copyOf(`file:///${videoId}`, videoId, { sidecars: [], ...(subtitled !== undefined && { subtitled }) }),
    );
    const { untranscribed, advice, coverage } = createStatus(
      await statusDeps(copies, records),
      frame,
      undefined,
      0,
      0,
    );
    return { untranscribed, advice: advice.join(), speech: coverage?.speech };
  };
  const two = await untranscribed([heard('a', 600), heard('b', 3000), heard('music', 0)]);
  assert.deepEqual(two.untranscribed, { videos: 2, speechMs: 3_600_000 });
  assert.match(two.advice, /^2 of 3 videos have 1 h of speech and no transcript\. To search speech, /);
  assert.deepEqual([two.speech?.missing, two.speech?.none], [2, 1]);
  const music = await untranscribed([heard('music', 0)]);
  assert.deepEqual([music.untranscribed, music.advice], [undefined, '']);
  const written = await untranscribed([
    heard('a', 600, { done: { ...PROBED, transcribe: 'transcribe 2 whisper' } }),
  ]);
  assert.deepEqual([written.untranscribed, written.advice, written.speech?.known], [undefined, '', 1]);
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
  const [item] = listVideos(deps, {}, 0).videos;
  assert.deepEqual([item?.state, item?.failures, item?.notices?.length], ['done', [], 1]);

  const facts = { ...cues, reason: 'a.mp4 is cut short.' };
  const broken = await statusDeps(
    [copyOf('file:///a', 'v', { failures: { cues } })],
    [videoOf('v', { done, failures: { facts, cues: facts } })],
  );
  const [failed] = listVideos(broken, {}, 0).videos;
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

const FAILURE = { kind: 'unreadable', reason: 'It is broken.', remedy: 'Copy it again.' } as const;
const PROBED = { probe: 'probe 1' };
const ALL_READERS: Readers = { ...NO_READERS, transcriber: true, captioner: true, frameEmbedder: true };

/** A record with pictures, sound or both. */
function recordOf(kinds: readonly ('video' | 'audio')[], more: Partial<VideoRecord> = {}): VideoRecord {
  const tracks = kinds.map((kind, index) => ({ index, kind, codec: 'x' }));
  const probe = { container: 'mp4', durationMs: MINUTE, streams: tracks, chapters: [] };
  return videoOf('v', { probe, done: PROBED, ...more });
}

test('given videos in every state, when their coverage is asked, then each kind says what is known and what is missing', () => {
  const copy = copyOf('file:///a', 'v', { sidecars: [] });
  const cover = (
    record: VideoRecord | undefined,
    readers: Readers = NO_READERS,
    of = copy,
    unavailable: readonly Stage[] = [],
  ) => {
    const reasons = new Map(unavailable.map((stage) => [stage, 'no model'] as const));
    const { speech, screenText, pictures } = coverageOf(of, record, readers, reasons);
    return [speech, screenText, pictures].join(' ');
  };
  const both = ['video', 'audio'] as const;
  assert.equal(cover(undefined), 'waiting waiting waiting', 'nothing read yet');
  assert.equal(cover(recordOf(both, { failures: { probe: FAILURE } })), 'failed failed failed');
  assert.equal(cover(recordOf(both)), 'missing waiting missing', 'no models');
  assert.equal(cover(recordOf(both), { ...NO_READERS, screenText: false }), 'missing missing missing');
  assert.equal(cover(recordOf(both), ALL_READERS), 'waiting waiting waiting');
  assert.equal(
    cover(recordOf(both), ALL_READERS, copy, ['transcribe', 'caption', 'embedFrames']),
    'missing waiting missing',
    'models that cannot run',
  );
  assert.equal(cover(recordOf(['audio']), ALL_READERS), 'waiting none none', 'a song has no pictures');
  assert.equal(
    cover(recordOf(['video']), ALL_READERS),
    'none waiting waiting',
    'a silent film has no speech',
  );
  const read = { ...PROBED, transcribe: 't', facts: 'f', screenText: 's', embedFrames: 'e' };
  assert.equal(cover(recordOf(both, { done: read })), 'known known known');
  assert.equal(
    cover(recordOf(both, { done: { ...PROBED, facts: 'f' }, textTimes: [] })),
    'missing known missing',
    'nothing on screen is known too',
  );
  const failures = { transcribe: FAILURE, screenText: FAILURE, caption: FAILURE };
  assert.equal(
    cover(recordOf(both, { done: { ...read, embedFrames: undefined } as never, failures })),
    'failed failed failed',
  );
  const subtitled = copyOf('file:///a', 'v', { subtitled: true });
  assert.equal(cover(recordOf(both), NO_READERS, subtitled), 'known waiting missing');
  assert.equal(
    cover(recordOf(['video']), NO_READERS, subtitled),
    'known waiting missing',
    'subtitles of a silent film',
  );
  assert.equal(
    cover(recordOf(both), NO_READERS, copyOf('file:///a', 'v')),
    'waiting waiting missing',
    'an unread sidecar',
  );
  assert.equal(
    cover(recordOf(both, { done: { ...PROBED, transcribe: 'transcribe 1 none' } }), NO_READERS, subtitled),
    'known waiting missing',
  );
});

test('given a library, when status and a page of it are asked, then both count the coverage of all its videos', async () => {
  const records = [recordOf(['audio']), { ...recordOf(['video']), videoId: 'w' }];
  const copies = [
    copyOf('file:///a', 'v', { sidecars: [] }),
    copyOf('file:///b', 'w', { sidecars: [] }),
    copyOf('file:///c', 'w', { sidecars: [], forgotten: true }),
  ];
  const shelf = await statusDeps(copies, records);
  const { coverage } = createStatus(shelf, frame, undefined, 0, 0);
  const none = { known: 0, waiting: 0, missing: 0, failed: 0, none: 0 };
  assert.deepEqual(coverage, {
    speech: { ...none, missing: 1, none: 1 },
    screenText: { ...none, none: 1, waiting: 1 },
    pictures: { ...none, none: 1, missing: 1 },
  });
  const page = listVideos(shelf, { limit: 1 }, 0);
  assert.deepEqual([page.total, page.videos.length, page.coverage], [2, 1, coverage]);
  assert.equal(page.videos[0]?.coverage?.speech, 'missing');
});

test('given a running stage, when its video is listed, then stage, percent, time left and share of the video are shown', async () => {
  const done = { ...PROBED, cues: 'c' };
  const copy = copyOf('file:///a', 'v', { sidecars: [] });
  const running = [
    {
      job: { ...jobOf('v'), stage: 'facts' as const },
      startedMs: 1000,
      share: 0.5,
      cancelled: false,
      ending: false,
    },
  ];
  const shelf = await statusDeps([copy], [recordOf(['video'], { done })], { running, left: ['v'] });
  // Of probe 1, cues 1, facts 20, text on screen 40 and passages 2: 1 + 1 + 10.
  assert.deepEqual(listVideos(shelf, {}, 3000).videos[0]?.work, {
    stage: 'facts',
    percent: 50,
    leftMs: 2000,
    videoPercent: 19,
  });
  assert.equal(videoWork(copyOf('file:///b', 'other'), undefined, shelf, 0), undefined);
  const { progress } = createStatus(shelf, { ...frame, meter: createProgressMeter() }, undefined, 0, 0);
  assert.deepEqual(progress, { mediaMs: MINUTE, doneMs: (MINUTE * 12) / 64, percent: 18.8 });
});

test('given media that is indexed at a steady pace, when progress is measured, then the time left follows, and not while paused', () => {
  const meter = createProgressMeter();
  const media = (doneMs: number) => ({ mediaMs: 100_000, doneMs, measured: 2, unmeasured: 0 });
  assert.equal(meter.measure(media(50_000), 0).leftMs, undefined, 'one measurement has no speed');
  assert.equal(meter.measure(media(52_000), 1000).leftMs, undefined, 'a second is too short');
  assert.equal(meter.measure(media(60_000), 5000).leftMs, 20_000);
  assert.equal(meter.measure(media(30_000), 6000).leftMs, undefined, 'a video is read again');
  assert.equal(meter.measure(media(40_000), 16_000).leftMs, 60_000);
  meter.reset();
  assert.equal(meter.measure(media(40_000), 20_000).leftMs, undefined);
  const unknown = { mediaMs: 100, doneMs: 50, measured: 1, unmeasured: 1 };
  assert.equal(
    createProgressMeter().measure(unknown, 0).percent,
    25,
    'a length that is not known counts as the mean',
  );
});

test('given nothing to do, or a pause, when the status is created, then it has no progress, or one without time left', async () => {
  const idle = await statusDeps([copyOf('file:///a', 'v')], [recordOf(['video'])]);
  const meter = createProgressMeter();
  assert.equal(createStatus(idle, { ...frame, meter }, undefined, 0, 0).progress, undefined);
  const busy = await statusDeps([copyOf('file:///a', 'v')], [recordOf(['video'])], { left: ['v'] });
  for (const nowMs of [0, 60_000])
    assert.equal(createStatus(busy, { ...frame, meter }, 'asked', 0, nowMs).progress?.leftMs, undefined);
});
