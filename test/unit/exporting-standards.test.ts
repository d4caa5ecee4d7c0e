import assert from 'node:assert/strict';
import test from 'node:test';
import { exportWriters } from '../../server/src/exporting/formats.ts';
import type { ExportSelection, SelectedMoment } from '../../server/src/exporting/selection.ts';
import { type Element, readXml } from '../support/xml-reader.ts';

/** Rates that cameras have, as they are measured. */
const RATES: ReadonlyMap<number, number> = new Map([
  // The rate of the sequence, at which time codes count.
  [23.976023976, 24],
  [24, 24],
  [25, 25],
  [29.97002997, 30],
  [30, 30],
  [48, 50],
  [50, 50],
  [59.94005994, 60],
  [60, 60],
  [119.88011988, 60],
  [120, 60],
  [240, 60],
  [100, 50],
  [144, 60],
  [90, 60],
  // Screen recordings, time lapses and variable rates.
  [12.5, 24],
  [10, 24],
  [12, 24],
  [14.97, 24],
  [15, 24],
  [1, 24],
  [23.9, 24],
  [24.3, 25],
  [27.3, 30],
  [29.962, 30],
  [47.95, 50],
  [58.2, 60],
]);

const NTSC_RATES: readonly number[] = [29.97002997, 59.94005994, 119.88011988, 27.3, 29.962, 58.2];

/** Numbers that look random and are the same each time (Lehmer's generator). */
function createDice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Many moments of several files of one rate, some of them odd: silent, sound alone, one frame long. */
function selection(framesPerSecond: number, count: number): ExportSelection {
  const dice = createDice(7 + Math.round(framesPerSecond));
  const moments = Array.from({ length: count }, (_, at): SelectedMoment => {
    const file = dice(9);
    const startMs = dice(80_000_000);
    const video = file !== 0;
    return {
      startMs,
      endMs: startMs + 1 + dice(at % 5 === 0 ? 20 : 90_000),
      lines: at % 3 === 0 ? [] : [{ startMs, endMs: startMs + 500, text: `Line ${at} & <more> "words"` }],
      source: {
        uri: `file:///v/long%20name%20of%20a%20file%20${file}.mp4`,
        name: `long name of a file ${file}.mp4`,
        durationMs: 90_000_000,
        ...(video ? { framesPerSecond, width: 1920, height: 1080 } : {}),
        video,
        codecs: [],
        ...(file === 1 ? {} : { audio: { channels: 2, sampleRate: 48_000 } }),
      },
    };
  });
  return { title: 'Many', moments };
}

/**
 * CMX 3600 by its published field positions: event 1-3, reel 6-13, channels 15-18, transition 20, then four time codes of
 * two digits each from 30 on. Frames of a non-drop code are counted.
 */
function readEdl(text: string) {
  const lines = text.split('\n');
  assert.match(lines[0] ?? '', /^TITLE: [^\p{Cc}]{1,70}$/u);
  const isDropFrame = lines[1] === 'FCM: DROP FRAME';
  if (!isDropFrame) assert.equal(lines[1], 'FCM: NON-DROP FRAME');
  return lines.slice(2).flatMap((line) => {
    if (line === '' || line.startsWith('* ')) return [];
    const field = (from: number, to: number) => line.slice(from - 1, to);
    const codes = line.slice(29).split(' ');
    assert.equal(codes.length, 4, line);
    return [
      {
        event: field(1, 3),
        reel: field(6, 13).trimEnd(),
        channels: field(15, 18).trim(),
        transition: field(20, 28).trim(),
        codes: codes.map((code) => {
          const match = /^(\d\d):(\d\d):(\d\d)([:;])(\d\d)$/.exec(code);
          assert.ok(match, `no time code: ${code}`);
          assert.equal(match[4], isDropFrame ? ';' : ':');
          const [hours = 0, minutes = 0, seconds = 0, , frames = 0] = match.slice(1).map(Number);
          assert.ok(hours < 24 && minutes < 60 && seconds < 60, code);
          if (isDropFrame && seconds === 0 && minutes % 10 !== 0)
            assert.ok(frames >= 2, `${code} is a number that drop-frame codes skip`);
          return { hours, minutes, seconds: (hours * 60 + minutes) * 60 + seconds, frames, isDropFrame };
        }),
      },
    ];
  });
}

/** Frames since 0:00 of a time code. */
function toFrame(
  { hours, minutes, seconds, frames, isDropFrame }: ReturnType<typeof readEdl>[number]['codes'][number],
  counted: number,
) {
  const whole = hours * 60 + minutes;
  const skipped = isDropFrame ? (counted / 15) * (whole - Math.floor(whole / 10)) : 0;
  return seconds * counted + frames - skipped;
}

for (const [rate, counted] of RATES)
  test(`given ${rate} frames per second, when an EDL is written, then fields are valid and record times have no gap`, () => {
    const given = selection(rate, 400);
    const events = readEdl(exportWriters.edl(given));
    assert.equal(events.length, 400);
    const dropsFrames = NTSC_RATES.includes(rate);
    const hour = 3600 * counted - (dropsFrames ? (counted / 15) * 54 : 0);
    const day = 24 * hour;
    let at = hour;
    const reels = new Map<string, string>();
    for (const [index, { event, reel, channels, transition, codes }] of events.entries()) {
      assert.equal(event, String(index + 1).padStart(3, '0'));
      assert.match(reel, /^[A-Z0-9]{1,8}$/);
      assert.match(channels, /^(?:V|A|B)$/);
      assert.equal(transition, 'C');
      for (const { frames } of codes) assert.ok(frames < counted, `frame ${frames} of ${counted}`);
      for (const { isDropFrame } of codes) assert.equal(isDropFrame, dropsFrames);
      const [from = 0, to = 0, start, end] = codes.map((code) => toFrame(code, counted));
      assert.ok((to - from + day) % day > 0, 'no event is empty');
      assert.equal(start, at % day);
      at += (to - from + day) % day;
      assert.equal(end, at % day);
      const uri = given.moments[index]?.source.uri ?? '';
      assert.equal(reels.get(reel) ?? uri, uri, 'a reel is one file');
      reels.set(reel, uri);
    }
    assert.equal(new Set(reels.values()).size, new Set(given.moments.map(({ source }) => source.uri)).size);
  });

test('given 999 or 1000 moments, when an EDL is written, then 999 fit and 1000 are refused', () => {
  assert.equal(readEdl(exportWriters.edl(selection(25, 999))).length, 999);
  assert.throws(() => exportWriters.edl(selection(25, 1000)), {
    name: 'ExportError',
    message: /at most 999 moments/,
  });
});

type Check = (value: unknown) => void;
type Json = Readonly<Record<string, unknown>>;
const is =
  (type: string): Check =>
  (value) =>
    assert.equal(typeof value, type);
const either =
  (...all: readonly Check[]): Check =>
  (value) =>
    assert.ok(
      all.some((one) => {
        try {
          one(value);
          return true;
        } catch {
          return false;
        }
      }),
      JSON.stringify(value)?.slice(0, 200),
    );
const nothing: Check = (value) => assert.equal(value, null);
const listOf =
  (one: Check): Check =>
  (value) => {
    assert.ok(Array.isArray(value));
    for (const item of value) one(item);
  };
/** An object of one of these schemas of OpenTimelineIO, in the version named. */
const of =
  (...names: readonly string[]): Check =>
  (value) => {
    const { OTIO_SCHEMA: name, ...members } = value as Json;
    assert.ok(names.includes(String(name)), `${name} is none of ${names}`);
    const schema = schemas[String(name)] ?? {};
    assert.deepEqual(Object.keys(members).sort(), Object.keys(schema).sort(), String(name));
    for (const [member, check] of Object.entries(schema)) check(members[member]);
  };
const whole: Check = (value) => assert.ok(Number.isSafeInteger(value) && Number(value) >= 0);
const metadata: Check = (value) =>
  assert.ok(typeof value === 'object' && value !== null && !Array.isArray(value));
const item = {
  name: is('string'),
  metadata,
  effects: listOf(of()),
  markers: listOf(of()),
  enabled: is('boolean'),
};
const range = either(nothing, of('TimeRange.1'));

/** OpenTimelineIO's serialized schemas, as its documentation lists them. */
const schemas: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  'Timeline.1': {
    name: is('string'),
    metadata,
    global_start_time: either(nothing, of('RationalTime.1')),
    tracks: of('Stack.1'),
  },
  'Stack.1': { ...item, source_range: range, children: listOf(of('Track.1')) },
  'Track.1': {
    ...item,
    source_range: range,
    kind: (value) => assert.ok(value === 'Video' || value === 'Audio'),
    children: listOf(of('Clip.2', 'Gap.1')),
  },
  'Clip.2': {
    ...item,
    source_range: of('TimeRange.1'),
    active_media_reference_key: is('string'),
    media_references: (value) => {
      for (const reference of Object.values(value as Json)) of('ExternalReference.1')(reference);
    },
  },
  'Gap.1': { ...item, source_range: of('TimeRange.1') },
  'ExternalReference.1': {
    name: is('string'),
    metadata,
    available_range: range,
    available_image_bounds: nothing,
    target_url: (value) => assert.equal(new URL(String(value)).protocol, 'file:'),
  },
  'TimeRange.1': { start_time: of('RationalTime.1'), duration: of('RationalTime.1') },
  'RationalTime.1': { rate: (value) => assert.ok(typeof value === 'number' && value > 0), value: whole },
};

interface OtioTime {
  readonly rate: number;
  readonly value: number;
}
interface OtioItem {
  readonly OTIO_SCHEMA: string;
  readonly source_range: { readonly start_time: OtioTime; readonly duration: OtioTime };
  readonly media_references?: Readonly<
    Record<string, { readonly available_range: OtioItem['source_range'] }>
  >;
  readonly active_media_reference_key?: string;
}

for (const rate of RATES.keys())
  test(`given ${rate} frames per second, when OpenTimelineIO is written, then it has the published members and types`, () => {
    const given = selection(rate, 60);
    const timeline = JSON.parse(exportWriters.otio(given));
    of('Timeline.1')(timeline);
    const tracks: { kind: string; children: OtioItem[] }[] = timeline.tracks.children;
    assert.deepEqual(
      tracks.map(({ kind }) => kind),
      ['Video', 'Audio'],
    );
    for (const { children } of tracks) {
      assert.equal(children.length, given.moments.length);
      for (const [at, child] of children.entries()) {
        const { startMs = 0 } = given.moments[at] ?? {};
        const { start_time: start, duration } = child.source_range;
        assert.equal(start.rate, duration.rate);
        assert.ok(duration.value >= 1);
        if (child.OTIO_SCHEMA === 'Gap.1') continue;
        assert.ok(Math.abs(start.value / start.rate - startMs / 1000) <= 0.5 / start.rate + 1e-9);
        const media = child.media_references?.[child.active_media_reference_key ?? ''];
        assert.ok(media, 'the active reference is there');
        const end = (time: OtioItem['source_range']) => time.start_time.value + time.duration.value;
        assert.ok(end(child.source_range) <= end(media.available_range));
      }
    }
    const [pictures, sound] = tracks;
    for (const [at, { source_range: shown }] of (pictures?.children ?? []).entries())
      assert.deepEqual(sound?.children[at]?.source_range.duration, shown.duration);
  });

interface Declared {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** Content in its order; `*` any number, `?` at most one, else exactly one. `#` is text. */
  readonly content: readonly string[];
}

/** FCPXML 1.8 as far as it is used, by its document type: what an element must and may have, and in which order. */
const dtd: Readonly<Record<string, Declared>> = {
  fcpxml: { required: ['version'], optional: [], content: ['resources?', 'library?'] },
  resources: { required: [], optional: [], content: ['format*', 'asset*'] },
  format: { required: ['id'], optional: ['name', 'frameDuration', 'width', 'height'], content: [] },
  asset: {
    required: ['id', 'src'],
    optional: 'name start duration hasVideo format hasAudio audioSources audioChannels audioRate'.split(' '),
    content: [],
  },
  library: { required: [], optional: ['location'], content: ['event*'] },
  event: { required: [], optional: ['name', 'uid'], content: ['project*'] },
  project: { required: [], optional: ['name', 'uid', 'id'], content: ['sequence'] },
  sequence: {
    required: ['format'],
    optional: ['duration', 'tcStart', 'tcFormat'],
    content: ['note?', 'spine'],
  },
  spine: { required: [], optional: ['name', 'format'], content: ['asset-clip*'] },
  'asset-clip': {
    required: ['ref'],
    optional: ['name', 'offset', 'start', 'duration', 'enabled', 'tcFormat', 'format'],
    content: ['note?'],
  },
  note: { required: [], optional: [], content: ['#'] },
};

function checkDtd(element: Element): void {
  const { name, attributes, children } = element;
  const declared = dtd[name];
  assert.ok(declared, `no element ${name}`);
  const { required, optional, content } = declared;
  for (const one of required) assert.ok(one in attributes, `${name} has no ${one}`);
  for (const one of Object.keys(attributes))
    assert.ok(required.includes(one) || optional.includes(one), `${name} may have no ${one}`);
  const model = content
    .map((one) => (one === '#' ? '' : one.replace(/([\w-]+)([*?]?)/, '(?:$1,)$2')))
    .join('');
  assert.match(
    children.map((child) => `${child.name},`).join(''),
    new RegExp(`^${model}$`),
    `content of ${name}`,
  );
  if (!content.includes('#')) assert.equal(element.text.trim(), '', `${name} holds no text`);
  if ('tcFormat' in attributes) assert.match(attributes.tcFormat ?? '', /^N?DF$/);
  for (const time of ['offset', 'start', 'duration', 'tcStart', 'frameDuration'])
    if (time in attributes)
      assert.match(attributes[time] ?? '', /^\d+(?:\/[1-9]\d*)?s$/, `${time} of ${name}`);
  for (const child of children) checkDtd(child);
}

for (const rate of RATES.keys())
  test(`given ${rate} frames per second, when FCPXML is written, then it matches its document type and ids resolve`, () => {
    const document = readXml(exportWriters.fcpxml(selection(rate, 60)));
    checkDtd(document);
    const ids = new Map<string, string>();
    const references: string[] = [];
    const walk = ({ name, attributes, children }: Element): void => {
      const { id, ref, format } = attributes;
      if (id !== undefined) assert.ok(!ids.has(id), `${id} twice`);
      if (id !== undefined) ids.set(id, name);
      if (ref !== undefined) references.push(`asset ${ref}`);
      if (format !== undefined) references.push(`format ${format}`);
      children.forEach(walk);
    };
    walk(document);
    for (const reference of references) {
      const [kind = '', id = ''] = reference.split(' ');
      assert.equal(ids.get(id), kind, reference);
    }
  });
