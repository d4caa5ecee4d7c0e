import assert from 'node:assert/strict';
import test from 'node:test';
import { withVoiceName } from '../../server/src/core/corrections/edit-corrections.ts';
import type { Line } from '../../server/src/core/domain/description.ts';
import type { SpeakerCorrection, StoredVoice } from '../../server/src/core/domain/voice.ts';
import {
  assignVoices,
  chooseMoments,
  findVoice,
  type KnownVoice,
  nameVoices,
} from '../../server/src/core/speakers/assign-voices.ts';
import { clusterPrints } from '../../server/src/core/speakers/cluster-prints.ts';
import { decodePowerset, listPowersetClasses } from '../../server/src/core/speakers/decode-powerset.ts';
import { diarise } from '../../server/src/core/speakers/diarise.ts';
import { toFilterBank, toGe2eFeatures } from '../../server/src/core/speakers/mel-features.ts';
import { printToText, textToPrint } from '../../server/src/core/speakers/print-text.ts';
import { createWindowCutter } from '../../server/src/core/speakers/sound-windows.ts';
import { splitTurns } from '../../server/src/core/speakers/split-turns.ts';
import {
  comparePrints,
  type HeardWindow,
  normalisePrint,
} from '../../server/src/core/speakers/voice-track.ts';

function finish<T>(steps: Generator<undefined, T, undefined>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

const tone = (hertz: number, seconds: number) =>
  Float32Array.from(
    { length: 16_000 * seconds },
    (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / 16_000),
  );
const print = (...values: number[]) => normalisePrint(Float32Array.from(values));
const range = (startMs: number, endMs: number) => ({ startMs, endMs });

test('given a tone, when features are computed, then the band around its frequency is the loudest', () => {
  const loudest = ({ data, bands }: { data: Float32Array; bands: number }, frame: number) => {
    const row = [...data.subarray(frame * bands, (frame + 1) * bands)];
    return row.indexOf(Math.max(...row));
  };
  const ge2e = toGe2eFeatures(tone(1000, 1));
  assert.equal(ge2e.frames, 101);
  // 40 bands up to 8 kHz on Slaney's scale: 1 kHz is mel 15, and a band is 45.245 / 41 wide.
  assert.equal(loudest(ge2e, 50), 13);
  // The mean of each band is subtracted, so two tones are told apart by what changes.
  const sweep = Float32Array.from([...tone(500, 1), ...tone(3000, 1)]);
  const bank = toFilterBank(sweep);
  assert.equal(bank.frames, 198);
  const mel = (hertz: number) => 1127 * Math.log(1 + hertz / 700);
  const bandOf = (hertz: number) => Math.round(((mel(hertz) - mel(20)) / (mel(8000) - mel(20))) * 81 - 1);
  assert.ok(Math.abs(loudest(bank, 40) - bandOf(500)) <= 1);
  assert.ok(Math.abs(loudest(bank, 160) - bandOf(3000)) <= 1);
  for (let band = 0; band < 80; band += 1) {
    let sum = 0;
    for (let frame = 0; frame < bank.frames; frame += 1) sum += bank.data[frame * 80 + band] ?? 0;
    assert.ok(Math.abs(sum / bank.frames) < 1e-3);
  }
});

test('given quiet and loud sound, when GE2E features are computed, then quiet sound is raised to the same level', () => {
  const quiet = toGe2eFeatures(tone(800, 1).map((sample) => sample / 1000));
  const raised = toGe2eFeatures(tone(800, 1).map((sample) => sample / 100));
  assert.ok(quiet.data.every((value, i) => Math.abs(value - (raised.data[i] ?? 0)) <= 1e-4 * (1 + value)));
});

test('given 7 classes, when decoded, then they are nobody, three speakers and three pairs; 5 classes fit nothing', () => {
  assert.deepEqual(listPowersetClasses(7), [[], [0], [1], [2], [0, 1], [0, 2], [1, 2]]);
  assert.deepEqual(listPowersetClasses(4), [[], [0], [1], [0, 1]]);
  assert.equal(listPowersetClasses(5), undefined);
  const sets = listPowersetClasses(7) ?? [];
  const data = Float32Array.from([
    0, -1, -1, -1, -1, -1, -1, -9, -9, -9, -1, -9, -9, -9, -5, -5, -5, -5, -5, -1, -5,
  ]);
  assert.deepEqual([...decodePowerset({ frames: 3, classes: 7, data }, sets)], [0, 0b100, 0b101]);
});

test('given prints of two voices and one in between, when clustered, then the means decide', () => {
  const prints = [print(1, 0.1), print(0.1, 1), print(1, 0), print(0, 1), print(1, 0.3)].map((vector) => ({
    print: vector,
    weightMs: 1000,
  }));
  const clusters = finish(clusterPrints(prints, 0.7));
  assert.deepEqual(
    clusters.map(({ members }) => members),
    [
      [0, 2, 4],
      [1, 3],
    ],
  );
  assert.deepEqual(
    clusters.map(({ weightMs }) => weightMs),
    [3000, 2000],
  );
  assert.equal(finish(clusterPrints(prints, 0.999)).length, 5);
  assert.equal(finish(clusterPrints(prints, -1)).length, 1);
  assert.deepEqual(finish(clusterPrints([], 0.5)), []);
});

test('given more prints than a block holds, when clustered, then blocks of them are joined again', () => {
  const prints = Array.from({ length: 1600 }, (_, i) => ({
    print: i % 2 === 0 ? print(1, 0, (i % 7) / 50) : print(0, 1, (i % 5) / 50),
    weightMs: 1000,
  }));
  const clusters = finish(clusterPrints(prints, 0.7));
  assert.deepEqual(
    clusters.map(({ members }) => members.length),
    [800, 800],
  );
});

test('given turns, when split, then parts are near 1.6 s, short turns join their neighbours, and a long pause separates', () => {
  assert.deepEqual(splitTurns([range(0, 3200)]), [[range(0, 1600)], [range(1600, 3200)]]);
  assert.deepEqual(splitTurns([range(0, 500), range(700, 1200)]), [[range(0, 500), range(700, 1200)]]);
  assert.deepEqual(splitTurns([range(0, 500), range(2700, 3200)]), [[range(0, 500)], [range(2700, 3200)]]);
  assert.deepEqual(splitTurns([]), []);
});

test('given frames with a gap, when cut, then windows overlap by their step, and none crosses the gap', () => {
  const frame = (startMs: number, voice: boolean, afterGap = false) => ({
    startMs,
    samples: new Float32Array(1600),
    voice,
    afterGap,
  });
  const cutter = createWindowCutter(1600, 1000, 500);
  const before = Array.from({ length: 12 }, (_, i) => frame(i * 100, i >= 2 && i < 4, i === 0));
  const first = cutter.add(before);
  assert.deepEqual(
    first.map(({ startMs, speech }) => ({ startMs, speech })),
    [{ startMs: 0, speech: [range(200, 400)] }],
  );
  const second = cutter.add([frame(9000, true, true)]);
  assert.deepEqual(
    second.map(({ startMs, samples }) => [startMs, samples.length]),
    [[500, 7 * 1600]],
  );
  assert.deepEqual(
    cutter.finish().map(({ startMs }) => startMs),
    [9000],
  );
  assert.deepEqual(cutter.finish(), []);
});

const [LOW, HIGH] = [print(1, 0.1, 0), print(0, 0.1, 1)];

test('given windows of two voices with an overlap, when diarised, then each voice has its spans, in order of speaking', () => {
  const window = (startMs: number, ...tracks: HeardWindow['tracks'][number][]) => ({
    ...range(startMs, startMs + 10_000),
    tracks,
  });
  const track = (vector: Float32Array, startMs: number, endMs: number) => ({
    ranges: [range(startMs, endMs)],
    cleanMs: endMs - startMs,
    print: vector,
  });
  const voices = finish(
    diarise(
      [
        window(0, track(HIGH, 0, 5000), track(LOW, 4000, 10_000)),
        window(10_000, track(LOW, 0, 4000), track(HIGH, 6000, 10_000)),
      ],
      0.6,
    ),
  );
  assert.deepEqual(
    voices.map(({ spans }) => spans),
    [[range(0, 5000), range(16_000, 20_000)], [range(4000, 14_000)]],
  );
  assert.ok(comparePrints(voices[0]?.print ?? LOW, HIGH) > 0.99);
});

test('given a voice of a moment, when diarised, then it counts as one of the others', () => {
  const track = (vector: Float32Array, startMs: number, endMs: number) => ({
    ranges: [range(startMs, endMs)],
    cleanMs: endMs - startMs,
    print: vector,
  });
  const windows = [{ ...range(0, 10_000), tracks: [track(LOW, 0, 8000), track(HIGH, 8500, 9500)] }];
  assert.equal(finish(diarise(windows, 0.6)).length, 1);
  assert.deepEqual(finish(diarise([], 0.6)), []);
});

const voice = (
  number: number,
  vector: Float32Array,
  ...spans: (readonly [number, number])[]
): StoredVoice => ({
  voice: number,
  print: printToText(vector),
  model: 'm@1',
  minSimilarity: 0.6,
  spans,
});
const VOICES = [voice(1, LOW, [0, 4000], [9000, 12_000]), voice(2, HIGH, [4200, 9500])];
const line = (startMs: number, endMs: number, more: Partial<Line> = {}): Line => ({
  kind: 'speech',
  text: `at ${startMs}`,
  source: 'whisper',
  ...range(startMs, endMs),
  ...more,
});

test('given a print, when written and read, then it is the same voice; other text is none', () => {
  const vector = print(0.3, -0.2, 0.9, 0.01);
  const read = textToPrint(printToText(vector));
  assert.ok(read && comparePrints(read, vector) > 0.999);
  assert.equal(textToPrint('not base64!'), undefined);
});

test('given lines, when a voice covers them, then they have it; between two voices, in silence and with a name they do not', () => {
  assert.equal(findVoice(range(500, 3500), VOICES)?.voice, 1);
  assert.equal(findVoice(range(5000, 9000), VOICES)?.voice, 2);
  assert.equal(findVoice(range(2500, 6000), VOICES), undefined);
  assert.equal(findVoice(range(9050, 9450), VOICES), undefined);
  assert.equal(findVoice(range(20_000, 21_000), VOICES), undefined);
  const rows = [
    { lines: [line(500, 3500), line(5000, 9000, { speaker: 'Anna' }), line(500, 900, { kind: 'caption' })] },
  ];
  const [row] = assignVoices(rows, VOICES, nameVoices(VOICES, [], []), false);
  assert.deepEqual(
    row?.lines.map(({ speaker, voice: number }) => [speaker, number]),
    [
      ['Voice 1', 1],
      ['Anna', undefined],
      [undefined, undefined],
    ],
  );
});

test('given a named voice, when another model numbers the voices differently, then the name follows the moments', () => {
  const [first] = VOICES;
  assert.ok(first);
  assert.deepEqual(chooseMoments(first), [2000, 10_500]);
  const options = { everywhere: false, knownVoices: [] };
  const named = withVoiceName([], VOICES, first, 'Anna', options, 5);
  const speakers = named as readonly SpeakerCorrection[];
  assert.equal(nameVoices(VOICES, speakers, [])[0]?.name, 'Anna');
  const renumbered = [
    voice(1, HIGH, [4000, 9000]),
    voice(2, print(0.5, 0.5, 0.5), [100, 4100], [9100, 12_000]),
  ];
  assert.deepEqual(
    nameVoices(renumbered, speakers, []).map(({ name }) => name),
    ['Voice 1', 'Anna'],
  );
  const again = withVoiceName(named, renumbered, renumbered[1] ?? first, 'Hanna', options, 6);
  assert.deepEqual(
    again.map((correction) => correction.change === 'speaker' && correction.speaker),
    ['Hanna'],
  );
  assert.deepEqual(withVoiceName(again, renumbered, renumbered[1] ?? first, 'Voice 2', options, 7), []);
});

test('given known voices, when a voice is clearly one of them, then it has the name; unclear, of another model or refused, it has none', () => {
  const known = (name: string, vector: Float32Array, model = 'm@1'): KnownVoice => ({
    name,
    model,
    print: printToText(vector),
  });
  const namesFor = (...voices: KnownVoice[]) => nameVoices(VOICES, [], voices).map(({ name }) => name);
  assert.deepEqual(namesFor(known('Anna', LOW)), ['Anna', 'Voice 2']);
  assert.deepEqual(namesFor(known('Anna', LOW), known('Ben', print(1, 0.15, 0))), ['Voice 1', 'Voice 2']);
  assert.deepEqual(namesFor(known('Anna', LOW, 'other@1')), ['Voice 1', 'Voice 2']);
  assert.deepEqual(namesFor(known('Anna', print(0.7, 0.7, 0.1))), ['Voice 1', 'Voice 2']);
  const [first] = VOICES;
  assert.ok(first);
  const refused = withVoiceName(
    [],
    VOICES,
    first,
    'Voice 1',
    { everywhere: true, knownVoices: [known('Anna', LOW)] },
    1,
  ) as readonly SpeakerCorrection[];
  assert.deepEqual(
    nameVoices(VOICES, refused, [known('Anna', LOW)]).map(({ name }) => name),
    ['Voice 1', 'Voice 2'],
  );
});
