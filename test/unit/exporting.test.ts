import assert from 'node:assert/strict';
import test from 'node:test';
import { exportWriters } from '../../server/src/exporting/formats.ts';
import type { ExportSelection, ExportSource, SelectedMoment } from '../../server/src/exporting/selection.ts';
import { readXml, within } from '../support/xml-reader.ts';

const talk: ExportSource = {
  uri: 'file:///v/talk%20%231%20(draft).mp4',
  name: 'talk #1 (draft).mp4',
  durationMs: 600_000,
  framesPerSecond: 29.97002997,
  width: 1920,
  height: 1080,
  video: true,
  codecs: ['h264', 'aac'],
  audio: { channels: 2, sampleRate: 48_000 },
};
const silent: ExportSource = {
  uri: 'file:///v/b.mkv',
  name: 'b.mkv',
  durationMs: 10_000,
  framesPerSecond: 25,
  video: true,
  codecs: ['vp8'],
};
const moment = (
  source: ExportSource,
  startMs: number,
  endMs: number,
  ...texts: readonly string[]
): SelectedMoment => ({
  source,
  startMs,
  endMs,
  lines: texts.map((text, at) => ({
    startMs: startMs + at * 1000 - 500,
    endMs: startMs + at * 1000 + 500,
    text,
  })),
});

const two: ExportSelection = {
  title: 'Best of',
  moments: [
    moment(talk, 83_200, 97_000, 'We ship in May.', 'Not before.'),
    moment(silent, 2000, 4000),
    moment(talk, 1000, 3000, 'Good morning.'),
  ],
};
const one: ExportSelection = { title: 'Talk', moments: [two.moments[0], two.moments[2]] as SelectedMoment[] };

const nasty =
  '</note><x a="1">&amp; \u001b[31m\u202e --> [run](command:evil) <img src=x onerror=1> `b` {\\an8}\n\n2\n00:00:00,000 --> 00:00:09,000\n# no; = \\ "q" \'s\' \ud800';
const hostile: ExportSelection = {
  title: nasty,
  moments: [moment({ ...talk, name: `${nasty}.mp4` }, 1000, 3000, nasty)],
};

test('given moments, when Markdown is written, then it links to the second and quotes the speech', () => {
  assert.equal(
    exportWriters.markdown(two),
    [
      '# Best of',
      '',
      '- [talk \\#1 (draft).mp4 1:23-1:37](file:///v/talk%20%231%20%28draft%29.mp4#t=83.2,97): “We ship in May. Not before.”',
      '- [b.mkv 0:02-0:04](file:///v/b.mkv#t=2,4)',
      '- [talk \\#1 (draft).mp4 0:01-0:03](file:///v/talk%20%231%20%28draft%29.mp4#t=1,3): “Good morning.”',
      '',
    ].join('\n'),
  );
});

test('given hostile words, when Markdown is written, then each item has one link, no HTML and one line', () => {
  const text = exportWriters.markdown(hostile);
  const bare = text.replace(/\\[!-/:-@[-`{-~]/g, '');
  assert.equal(text.trimEnd().split('\n').length, 3);
  assert.equal(bare.match(/\]\(/g)?.length, 1);
  assert.ok(!/[<>`]/.test(bare));
});

/** Reads SubRip and WebVTT strictly: cues of an optional name, a line of times and lines of text, a blank line between. */
const cues = (text: string, format: 'srt' | 'vtt') => {
  const time =
    format === 'srt' ? String.raw`(\d\d+):(\d\d):(\d\d),(\d{3})` : String.raw`(\d\d+):(\d\d):(\d\d)\.(\d{3})`;
  const cue = new RegExp(String.raw`^(?:\S[^\n]*\n)?${time} --> ${time}\n([^]+)$`);
  const toMs = ([hours, minutes, seconds, milliseconds]: readonly string[]) =>
    ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(milliseconds);
  const blocks = text.trimEnd().split(/\n{2,}/);
  if (format === 'vtt') assert.equal(blocks.shift(), 'WEBVTT');
  return blocks.map((block) => {
    const [, ...fields] = cue.exec(block) ?? assert.fail(`no cue of ${format}: ${block}`);
    return { start: toMs(fields.slice(0, 4)), end: toMs(fields.slice(4, 8)), text: fields[8] };
  });
};

for (const format of ['srt', 'vtt'] as const) {
  test(`given one video, when ${format} is written, then times are kept and lines are trimmed to their moment`, () => {
    assert.deepEqual(
      cues(exportWriters[format](one), format).map(({ start, end, text }) => [start, end, text]),
      [
        [1000, 1500, 'Good morning.'],
        [83_200, 83_700, 'We ship in May.'],
        [83_700, 84_700, 'Not before.'],
      ],
    );
  });

  test(`given several videos, when ${format} is written, then they follow each other and a silent one has its title`, () => {
    assert.deepEqual(
      cues(exportWriters[format](two), format).map(({ start, end, text }) => [start, end, text]),
      [
        [0, 500, 'We ship in May.'],
        [500, 1500, 'Not before.'],
        [13_800, 15_800, 'b.mkv'],
        [15_800, 16_300, 'Good morning.'],
      ],
    );
  });

  test(`given hostile words, when ${format} is written, then they are one cue without tags`, () => {
    const text = exportWriters[format](hostile);
    assert.equal(cues(text, format).length, 1);
    assert.equal(text.match(/-->/g)?.length, 1);
    assert.ok(!/<\/?[a-z]/i.test(text), text);
    if (format === 'srt') assert.ok(!/\{\\/.test(text), text);
  });
}

test('given moments, when chapters are written, then they start at 0:00 with one line each', () => {
  assert.equal(
    exportWriters.chapters(one),
    '0:00 Talk\n0:01 Good morning.\n1:23 We ship in May. Not before.\n',
  );
  assert.match(exportWriters.chapters(two), /^0:00 We ship in May\. Not before\.\n0:13 b\.mkv\n/);
  assert.equal(exportWriters.chapters(hostile).trimEnd().split('\n').length, 2);
});

/** FFmpeg's rules: sections, key=value, a backslash before `=`, `;`, `#`, `\` and line ends. */
function readFfmetadata(text: string) {
  const [head, ...lines] = text.split('\n');
  assert.equal(head, ';FFMETADATA1');
  const sections: Record<string, string>[] = [{}];
  for (const line of lines) {
    if (line === '[CHAPTER]') sections.push({});
    else if (line !== '') {
      const match = /^((?:\\.|[^=;#\\])+)=((?:\\.|[^=;#\\])*)$/.exec(line);
      assert.ok(match, line);
      const section = sections.at(-1);
      if (section) section[match[1] ?? ''] = (match[2] ?? '').replace(/\\(.)/g, '$1');
    }
  }
  return sections;
}

test('given special characters, when FFmpeg metadata is written, then they are escaped', () => {
  const [, first, second] = readFfmetadata(exportWriters.ffmetadata(one));
  assert.deepEqual(first, { TIMEBASE: '1/1000', START: '1000', END: '3000', title: 'Good morning.' });
  assert.equal(second?.END, '97000');
  const [global, chapter, ...more] = readFfmetadata(exportWriters.ffmetadata(hostile));
  assert.match(global?.title ?? '', /# no; = \\ "q"/);
  assert.equal(chapter?.START, '1000');
  assert.deepEqual(more, []);
});

test('given moments, when a playlist is written, then options precede each address and hostile words stay in line', () => {
  assert.equal(
    exportWriters.m3u({ ...two, moments: two.moments.slice(1, 2) }),
    '#EXTM3U\n#PLAYLIST:Best of\n#EXTINF:2,b.mkv\n#EXTVLCOPT:start-time=2\n#EXTVLCOPT:stop-time=4\nfile:///v/b.mkv\n',
  );
  const lines = exportWriters.m3u(hostile).trimEnd().split('\n');
  assert.equal(lines.length, 6);
  assert.deepEqual(
    lines.filter((line) => !line.startsWith('#')),
    [talk.uri],
  );
});

/** CMX 3600 as editors read it: fixed fields, four time codes; frames counted from the time code. */
function readEdl(text: string, perSecond: number) {
  const [title, mode, blank, ...rest] = text.trimEnd().split('\n');
  assert.match(title ?? '', /^TITLE: .{0,70}$/);
  assert.equal(blank, '');
  const frames = (code: string) => {
    const isDropFrame = code.includes(';');
    assert.equal(mode, isDropFrame ? 'FCM: DROP FRAME' : 'FCM: NON-DROP FRAME');
    const [h, m, s, f] = code.split(/[:;]/).map(Number) as [number, number, number, number];
    assert.ok(m < 60 && s < 60 && f < perSecond, code);
    const minutes = h * 60 + m;
    const skipped = isDropFrame ? (perSecond / 15) * (minutes - Math.floor(minutes / 10)) : 0;
    return (minutes * 60 + s) * perSecond + f - skipped;
  };
  const events: {
    n: number;
    reel: string;
    channels: string;
    at: readonly number[];
    notes: string[];
  }[] = [];
  for (const line of rest) {
    if (line.startsWith('* ')) {
      events.at(-1)?.notes.push(line.slice(2));
      continue;
    }
    const match = /^(\d{3}) {2}([A-Z0-9]{1,8}) +(V|A|B) +C +(\S{11}) (\S{11}) (\S{11}) (\S{11})$/.exec(line);
    assert.ok(match, `no event: ${line}`);
    const [, n, reel = '', channels = '', ...codes] = match;
    assert.equal(line.indexOf(reel), 5);
    events.push({ n: Number(n), reel, channels, at: codes.map(frames), notes: [] });
  }
  return events;
}

test('given moments, when an EDL is written, then source and record times are equally long and have no gap', () => {
  const events = readEdl(exportWriters.edl(two), 30);
  assert.deepEqual(
    events.map(({ n, reel, channels }) => [n, reel, channels]),
    [
      [1, 'TALK1DRA', 'B'],
      [2, 'B', 'V'],
      [3, 'TALK1DRA', 'B'],
    ],
  );
  // An hour of drop-frame codes.
  let at = 107_892;
  for (const {
    at: [from = 0, to = 0, start, end],
  } of events) {
    assert.equal(start, at);
    assert.ok(to > from);
    at += to - from;
    assert.equal(end, at);
  }
  // 83.2 s at 30000/1001 frames a second.
  assert.equal(events[0]?.at[0], 2494);
  assert.ok(events[0]?.notes.includes('FROM CLIP NAME: talk #1 (draft).mp4'));
  const [only, ...more] = readEdl(exportWriters.edl(hostile), 30);
  assert.deepEqual(more, []);
  assert.equal(only?.notes.length, 3);
});

test('given similar file names, when an EDL is written, then reels are unique and 1000 moments are refused', () => {
  const named = (at: number) =>
    moment({ ...talk, uri: `file:///v/${at}`, name: `interview-${at}.mp4` }, 0, 1000);
  const many = Array.from({ length: 999 }, (_, at) => named(at));
  const events = readEdl(exportWriters.edl({ title: 't', moments: many }), 30);
  assert.equal(new Set(events.map(({ reel }) => reel)).size, 999);
  assert.throws(
    () => exportWriters.edl({ title: 't', moments: [...many, named(999)] }),
    /at most 999 moments/,
  );
});

type Json = Readonly<Record<string, unknown>>;
const members: Readonly<Record<string, readonly string[]>> = {
  'Timeline.1': ['name', 'metadata', 'global_start_time', 'tracks'],
  'Stack.1': ['name', 'metadata', 'source_range', 'effects', 'markers', 'enabled', 'children'],
  'Track.1': ['name', 'metadata', 'source_range', 'effects', 'markers', 'enabled', 'children', 'kind'],
  'Clip.2': [
    'name',
    'metadata',
    'source_range',
    'effects',
    'markers',
    'enabled',
    'media_references',
    'active_media_reference_key',
  ],
  'Gap.1': ['name', 'metadata', 'source_range', 'effects', 'markers', 'enabled'],
  'ExternalReference.1': ['name', 'metadata', 'available_range', 'available_image_bounds', 'target_url'],
  'TimeRange.1': ['start_time', 'duration'],
  'RationalTime.1': ['rate', 'value'],
};

/** Every object that names a schema has that schema's members and no other. */
function checkOtio(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const object = value as Json;
  const schema = object.OTIO_SCHEMA;
  if (schema !== undefined) {
    const { OTIO_SCHEMA: _, ...own } = object;
    assert.deepEqual(
      Object.keys(own).sort(),
      [...(members[String(schema)] ?? ['unknown'])].sort(),
      String(schema),
    );
  }
  for (const inside of Object.values(object)) checkOtio(inside);
}

test('given moments, when OpenTimelineIO is written, then tracks are equally long and ranges are inside their media', () => {
  const timeline = JSON.parse(exportWriters.otio(two));
  checkOtio(timeline);
  assert.equal(timeline.OTIO_SCHEMA, 'Timeline.1');
  const [video, audio] = timeline.tracks.children;
  assert.deepEqual([video.kind, audio.kind], ['Video', 'Audio']);
  const kinds = (track: { children: { OTIO_SCHEMA: string }[] }) =>
    track.children.map(({ OTIO_SCHEMA }) => OTIO_SCHEMA);
  assert.deepEqual(kinds(video), ['Clip.2', 'Clip.2', 'Clip.2']);
  assert.deepEqual(kinds(audio), ['Clip.2', 'Gap.1', 'Clip.2']);
  const durations = (track: { children: { source_range: { duration: object } }[] }) =>
    track.children.map(({ source_range }) => source_range.duration);
  assert.deepEqual(durations(audio), durations(video));
  const [first] = video.children;
  assert.equal(first.source_range.start_time.value, 2494);
  assert.ok(Math.abs(first.source_range.start_time.rate - 29.97003) < 1e-5);
  for (const { source_range: shown, media_references: media } of video.children) {
    const { available_range: whole, target_url: url } = media.DEFAULT_MEDIA;
    assert.ok(shown.start_time.value + shown.duration.value <= whole.duration.value);
    assert.match(url, /^file:\/\/\//);
  }
  const { goldfish } = JSON.parse(exportWriters.otio(hostile)).tracks.children[0].children[0].metadata;
  assert.match(goldfish.text, /<img src=x onerror=1>/);
});

const seconds = (time: string | undefined) => {
  const match = /^(\d+)(?:\/(\d+))?s$/.exec(time ?? '');
  assert.ok(match, `no time: ${time}`);
  return { n: BigInt(match[1] ?? 0), d: BigInt(match[2] ?? 1) };
};

test('given moments, when FCPXML is written, then references resolve and times are on frame edges without gaps', () => {
  const document = readXml(exportWriters.fcpxml(two));
  assert.deepEqual([document.name, document.attributes.version], ['fcpxml', '1.8']);
  assert.deepEqual(
    document.children.map(({ name }) => name),
    ['resources', 'library'],
  );
  const formatsById = new Map(within(document, 'format').map((one) => [one.attributes.id, one.attributes]));
  const assets = new Map(within(document, 'asset').map((one) => [one.attributes.id, one.attributes]));
  assert.deepEqual([formatsById.size, assets.size], [2, 2]);
  const [sequence] = within(document, 'sequence');
  const frame = seconds(formatsById.get(sequence?.attributes.format)?.frameDuration);
  assert.deepEqual([frame.n, frame.d], [1001n, 30000n]);
  const onFrame = (time: string | undefined, unit = frame) => {
    const { n, d } = seconds(time);
    assert.equal((n * unit.d) % (d * unit.n), 0n, `${time} lies between frames`);
    return (n * unit.d) / (d * unit.n);
  };
  let at = 0n;
  const clips = within(document, 'asset-clip');
  assert.equal(clips.length, 3);
  for (const { attributes } of clips) {
    const asset = assets.get(attributes.ref);
    assert.ok(asset, `no asset ${attributes.ref}`);
    assert.equal(onFrame(attributes.offset), at);
    onFrame(attributes.start, seconds(formatsById.get(asset.format)?.frameDuration));
    at += onFrame(attributes.duration);
  }
  assert.equal(onFrame(sequence?.attributes.duration), at);
  assert.equal(assets.get(clips[0]?.attributes.ref)?.src, talk.uri);
  assert.equal(assets.get(clips[1]?.attributes.ref)?.hasAudio, undefined);
});

test('given hostile words, when FCPXML is written, then they are text', () => {
  const document = readXml(exportWriters.fcpxml(hostile));
  const [note] = within(document, 'note');
  assert.match(note?.text ?? '', /^<\/note><x a="1">&amp; \[31m --> \[run\]/);
  assert.deepEqual(note?.children, []);
});

test('given control characters, when any format is written, then none get through', () => {
  for (const [name, write] of Object.entries(exportWriters)) {
    assert.doesNotMatch(
      write(hostile),
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\ud800]/u,
      name,
    );
  }
});
