import assert from 'node:assert/strict';
import test from 'node:test';
import type { StreamInfo, VideoRecord } from '../../server/src/core/domain/video.ts';
import { MediaFailureError } from '../../server/src/core/errors/media-failure.ts';
import { ModelUnavailableError } from '../../server/src/core/errors/model-unavailable.ts';
import { createPriorityGate, type WaitForTurn } from '../../server/src/indexing/priority-gate.ts';
import {
  NO_TRANSCRIPT,
  transcribeVideo,
  transcriptFingerprint,
} from '../../server/src/indexing/stages/transcribe.ts';
import type { MediaHints, PassEvent } from '../../server/src/ports/decoder.ts';
import type { Transcriber } from '../../server/src/ports/transcriber.ts';
import { fakeTranscriber } from '../support/fake-transcriber.ts';
import { copyOf, videoOf } from '../support/store-rows.ts';
import { sampled, whistled } from '../support/tone-speech.ts';

const never = new AbortController().signal;
const turn = createPriorityGate().waitForTurn;
const streams = (...kinds: readonly StreamInfo['kind'][]): readonly StreamInfo[] =>
  kinds.map((kind, index) => ({
    index,
    kind,
    codec: 'x',
    ...(kind === 'subtitle' ? { textual: true } : {}),
  }));
const record = (list: readonly StreamInfo[], more: Partial<VideoRecord> = {}): VideoRecord =>
  videoOf('v', { probe: { container: 'x', durationMs: 60_000, streams: list, chapters: [] }, ...more });
const clips = [
  { startMs: 0, endMs: 30_000 },
  { startMs: 30_000, endMs: 60_000 },
];

/** A decoder that gives a sound in blocks of 100 ms, and then breaks off where told to. */
function decoderOf(samples: Float32Array, broken?: Error) {
  return {
    async *pass(): AsyncGenerator<PassEvent> {
      for (let at = 0; at < samples.length; at += 1600) {
        yield { kind: 'audio', timeMs: at / 16, samples: samples.subarray(at, at + 1600) };
      }
      if (broken) throw broken;
    },
  };
}

function transcribe(
  samples: Float32Array,
  transcriber: Transcriber,
  broken?: Error,
  shares: number[] = [],
  turn: WaitForTurn = createPriorityGate().waitForTurn,
) {
  const video = { videoId: 'v', uri: 'file:///v.mp4', probe: record(streams('audio')).probe, clips };
  const ports = { decoder: decoderOf(samples, broken), transcriber, turn };
  return transcribeVideo(video, ports, 'r', (share) => shares.push(share), never);
}

const said = [
  { startMs: 4000, text: 'the red fox sleeps' },
  { startMs: 40_000, text: 'a blue whale sings under water' },
];
const spoken = sampled(60, whistled(said));

test("given speech, when transcribed, then the rows of its clips have text, times and the video's language", async () => {
  const shares: number[] = [];
  const { descriptions, failure, speech } = await transcribe(spoken, fakeTranscriber(), undefined, shares);
  assert.equal(failure, undefined);
  assert.deepEqual(
    descriptions.map(({ clipId, stage, uri, describer, recipe }) => [clipId, stage, uri, describer, recipe]),
    [
      ['v@0-30000', 'transcribe', '', 'fake', 'r'],
      ['v@30000-60000', 'transcribe', '', 'fake', 'r'],
    ],
  );
  for (const [i, row] of descriptions.entries()) {
    const [line] = row.lines;
    assert.deepEqual(
      [line?.kind, line?.text, line?.source, line?.language],
      ['speech', said[i]?.text, 'fake', 'en'],
    );
    assert.ok(Math.abs((line?.startMs ?? 0) - (said[i]?.startMs ?? 0)) <= 40);
    assert.ok(Math.abs((speech[i]?.startMs ?? 0) - (said[i]?.startMs ?? 0)) <= 40, 'it is heard there too');
  }
  assert.equal(speech.length, said.length);
  assert.ok(shares.every((share, i) => share <= 1 && share >= (shares[i - 1] ?? 0)));
});

test('given silence and noise, when transcribed, then no model is called and no rows are made', async () => {
  const model: Transcriber = {
    ...fakeTranscriber(),
    transcribe: async () => assert.fail('nothing is to be heard'),
  };
  let state = 1;
  const noise = () => {
    state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647;
    return state / 2 ** 30 - 1;
  };
  for (const sound of [() => 0, () => 0.2 * noise()]) {
    assert.deepEqual(await transcribe(sampled(60, sound), model), {
      descriptions: [],
      failure: undefined,
      speech: [],
    });
  }
});

test('given a settled language, when transcribed, then the model receives it and nothing else of earlier text', async () => {
  const told: unknown[] = [];
  const fake = fakeTranscriber();
  const model: Transcriber = {
    ...fake,
    transcribe(request, signal) {
      const { samples: _, ...rest } = request;
      told.push(rest);
      return fake.transcribe(request, signal);
    },
  };
  const sentences = Array.from({ length: 5 }, (_, i) => ({
    startMs: i * 10_000 + 1000,
    text: 'rain falls on stone',
  }));
  await transcribe(sampled(60, whistled(sentences)), model);
  const open = { language: undefined };
  assert.deepEqual(told, [open, open, open, { language: 'en' }, { language: 'en' }]);
});

test('given a segment that fails, when transcribed, then the failure names it and the others have lines', async () => {
  let calls = 0;
  const fake = fakeTranscriber();
  const model: Transcriber = {
    ...fake,
    async transcribe(request, signal) {
      calls += 1;
      if (calls > 1) return fake.transcribe(request, signal);
      return { failure: { kind: 'crashed', reason: 'The model crashed.', remedy: 'Try another.' } };
    },
  };
  const { descriptions, failure } = await transcribe(spoken, model);
  assert.deepEqual(
    descriptions.map(({ clipId }) => clipId),
    ['v@30000-60000'],
  );
  assert.match(
    failure?.reason ?? '',
    /^1 of 2 speech segments could not be transcribed, the first from 0:03 to 0:06: The model crashed\.$/,
  );
});

test('given a truncated file, when transcribed, then earlier lines stay; a file without any sound rejects', async () => {
  const broken = new MediaFailureError({
    kind: 'truncated',
    reason: 'It ends early.',
    remedy: 'Copy it again.',
  });
  const { descriptions, failure } = await transcribe(spoken, fakeTranscriber(), broken);
  assert.equal(descriptions.length, 2);
  assert.equal(failure?.kind, 'truncated');
  await assert.rejects(transcribe(new Float32Array(0), fakeTranscriber(), broken), MediaFailureError);
});

test('given a model that cannot serve, when transcribed, then it rejects and nothing counts as done', async () => {
  const model: Transcriber = {
    ...fakeTranscriber(),
    transcribe: async () => {
      throw new ModelUnavailableError('gone', 'Start it.');
    },
  };
  await assert.rejects(transcribe(spoken, model), ModelUnavailableError);
});

test('given sound without subtitles or a setting, when planned, then a transcript is wanted', () => {
  const model = fakeTranscriber();
  const plain = copyOf('file:///a/x.mp4', 'v');
  const unread = { ...plain, sidecars: [{ uri: 'file:///a/x.srt', bytes: 1, modifiedMs: 1 }] };
  const beside = { ...unread, subtitled: true };
  const bare = { ...plain, sidecars: [] };
  const sound = record(streams('video', 'audio'), { done: {} });
  const wanted = 'transcribe 2 fake@1 levels';
  assert.equal(transcriptFingerprint(sound, [bare], model, false), wanted);
  assert.equal(transcriptFingerprint(sound, [bare], undefined, false), undefined);
  assert.equal(transcriptFingerprint(record(streams('video'), { done: {} }), [bare], model, true), undefined);
  assert.equal(transcriptFingerprint(sound, [bare, beside], model, false), undefined);
  assert.equal(transcriptFingerprint(sound, [beside], model, true), wanted);
  assert.equal(transcriptFingerprint(sound, [bare, unread], model, false), undefined, 'its lines decide');
  const data = { ...unread, subtitled: false };
  assert.equal(transcriptFingerprint(sound, [data], model, false), wanted, 'a file without speech');
  assert.equal(transcriptFingerprint(sound, [data, beside], model, false), undefined);
  const failure = { kind: 'unreadable', reason: 'x', remedy: 'y' } as const;
  const broken = { ...unread, failures: { cues: failure } };
  assert.equal(transcriptFingerprint(sound, [broken], model, false), wanted, 'a file that cannot be read');
  const embedded = record(streams('audio', 'subtitle'), { done: {} });
  assert.equal(transcriptFingerprint(embedded, [bare], model, false), undefined, 'not read yet');
  assert.equal(transcriptFingerprint({ ...embedded, subtitled: true }, [bare], model, false), undefined);
  assert.equal(transcriptFingerprint({ ...embedded, subtitled: false }, [bare], model, false), wanted);
  const describing = streams('audio', 'subtitle').map((stream) => ({ ...stream, describes: true }));
  assert.equal(transcriptFingerprint(record(describing, { done: {} }), [bare], model, false), wanted);
  const done = record(streams('audio'), { done: { transcribe: wanted } });
  assert.equal(
    transcriptFingerprint(done, [beside], undefined, false),
    NO_TRANSCRIPT,
    'subtitles take it away again',
  );
});

test('given other work with priority, when transcribed, then no segment starts until it ends', async () => {
  const turns = createPriorityGate();
  let release = turns.holdOthers();
  let asked = 0;
  const reached = Promise.withResolvers<void>();
  const fake = fakeTranscriber();
  const heard: number[] = [];
  const counting: Transcriber = {
    ...fake,
    async transcribe(request, signal) {
      heard.push(asked);
      release = turns.holdOthers();
      return fake.transcribe(request, signal);
    },
  };
  const turn: WaitForTurn = (signal) => {
    asked += 1;
    reached.resolve();
    return turns.waitForTurn(signal);
  };
  const done = transcribe(spoken, counting, undefined, [], turn);
  await reached.promise;
  assert.deepEqual(heard, [], 'the first stretch waits');
  release();
  while (asked < 2) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(heard, [1], 'one was heard, and the next one waits');
  release();
  const { descriptions } = await done;
  assert.equal(heard.length, 2);
  assert.ok(descriptions.length > 0);
});

test('given two languages in one chunk, when the model is unsure of the whole, then each half is transcribed by itself', async () => {
  const german = 'Guten Morgen, der Zug nach Hamburg fährt heute von Gleis sieben ab.';
  const french = 'Bonjour à tous, le train pour Paris part ce matin à neuf heures.';
  const sent: { readonly seconds: number; readonly language: string | undefined }[] = [];
  const model: Transcriber = {
    ...fakeTranscriber(),
    async transcribe({ samples, language }) {
      sent.push({ seconds: Math.round(samples.length / 16_000), language });
      const isWhole = sent.length === 1;
      const text = isWhole ? 'Dutus rytur' : sent.length === 2 ? german : french;
      const spoken = sent.length === 2 ? 'de' : 'fr';
      const segment = { text, startMs: 0, endMs: 3000, logProbability: isWhole ? -1.6 : -0.3 };
      return { language: isWhole ? 'nl' : spoken, segments: [segment] };
    },
  };
  const text = 'the red fox sleeps near old stone walls';
  const both = sampled(
    14,
    whistled([
      { startMs: 1000, text },
      { startMs: 7000, text },
    ]),
  );
  const { descriptions } = await transcribe(both, model);
  assert.deepEqual(
    descriptions.flatMap(({ lines }) => lines.map((line) => [line.text, line.language])),
    [
      [german, 'de'],
      [french, 'fr'],
    ],
  );
  assert.equal(sent.length, 3);
  assert.ok(sent.every(({ language }) => language === undefined));
});

test('given a tail that stays doubtful, when transcribed, then the head is kept and the tail is tried only twice more', async () => {
  let calls = 0;
  const model: Transcriber = {
    ...fakeTranscriber(),
    async transcribe() {
      calls += 1;
      const doubtful = { text: 'mumble', startMs: 6000, endMs: 7000, logProbability: -2 };
      const certain = { text: 'The fox sleeps.', startMs: 0, endMs: 3000, logProbability: -0.2 };
      return { language: 'en', segments: calls === 1 ? [certain, doubtful] : [{ ...doubtful, startMs: 0 }] };
    },
  };
  const both = sampled(
    14,
    whistled([
      { startMs: 1000, text: 'the red fox sleeps near old stone walls' },
      { startMs: 7000, text: 'the red fox sleeps near old stone walls' },
    ]),
  );
  const { descriptions } = await transcribe(both, model);
  assert.deepEqual(
    descriptions.flatMap(({ lines }) => lines.map((line) => line.text)),
    ['The fox sleeps.'],
  );
  assert.ok(calls <= 4, `${calls} calls`);
});

/** A decoder of a file whose tracks have these sounds, by index; notes which are read. */
function decoderOfTracks(sounds: Readonly<Record<number, Float32Array>>, read: (number | undefined)[]) {
  return {
    pass(_uri: string, _request: unknown, signal: AbortSignal, hints?: MediaHints) {
      const track = hints?.tracks?.audio;
      read.push(track);
      signal.throwIfAborted();
      return decoderOf(sounds[track ?? 1] ?? new Float32Array(0)).pass();
    },
  };
}

const SILENCE = sampled(60, () => 0);
const HUM = sampled(60, (time) => 0.3 * Math.sin(2 * Math.PI * 50 * time));

test('given tracks of which the first say nothing, when transcribed, then the first with speech is written and named', async () => {
  for (const first of [SILENCE, HUM]) {
    const read: (number | undefined)[] = [];
    const sounds = { 1: first, 2: SILENCE, 3: spoken, 4: spoken };
    const ports = { decoder: decoderOfTracks(sounds, read), transcriber: fakeTranscriber(), turn };
    const tracks = { videoId: 'v', uri: 'file:///v.mkv', probe: record(streams('audio')).probe, clips };
    const video = { ...tracks, audioTracks: [1, 2, 3, 4] };
    const { descriptions, soundTrack } = await transcribeVideo(video, ports, 'r', () => undefined, never);
    assert.deepEqual(read, [1, 2, 3]);
    assert.equal(soundTrack, 3);
    assert.deepEqual(
      descriptions.flatMap(({ lines }) => lines.map(({ text }) => text)),
      said.map(({ text }) => text),
    );
  }
});

test('given tracks that all say nothing, when transcribed, then none is named', async () => {
  const read: (number | undefined)[] = [];
  const decoder = decoderOfTracks({ 1: SILENCE, 2: HUM }, read);
  const ports = { decoder, transcriber: fakeTranscriber(), turn };
  const video = { videoId: 'v', uri: 'file:///v.mkv', probe: record(streams('audio')).probe, clips };
  const result = await transcribeVideo({ ...video, audioTracks: [1, 2] }, ports, 'r', () => undefined, never);
  assert.deepEqual(result, { descriptions: [], failure: undefined, speech: [] });
  assert.deepEqual(read, [1, 2]);
});

test('given several audio tracks or a track that media.tracks names, when planned, then the recipe says so', () => {
  const model = fakeTranscriber();
  const one = record(streams('audio'));
  const two = record(streams('video', 'audio', 'audio'));
  const copies = [{ ...copyOf('file:///films/talk.mkv', 'v'), path: '/films/talk.mkv', sidecars: [] }];
  const recipeOf = (video: VideoRecord, ...rules: readonly string[]) =>
    transcriptFingerprint(video, copies, model, false, undefined, rules) ?? '';
  assert.match(recipeOf(one, 'other.mkv=audio:1'), /levels$/);
  assert.match(recipeOf(two), /levels tracks$/);
  assert.match(recipeOf(two, 'talk.mkv=audio:2'), /levels tracks audio:2$/);
});

test('given a language that the user set, when transcribed, then the model receives it from the start, and the recipe holds it', async () => {
  const model = fakeTranscriber();
  const received: (string | undefined)[] = [];
  const transcriber: Transcriber = {
    ...model,
    transcribe(request, signal) {
      received.push(request.language);
      return model.transcribe(request, signal);
    },
  };
  const video = { videoId: 'v', uri: 'file:///v.mp4', probe: record(streams('audio')).probe, clips };
  const turn = createPriorityGate().waitForTurn;
  const ports = { decoder: decoderOf(spoken), transcriber, language: 'de', turn };
  await transcribeVideo(video, ports, 'r', () => undefined, never);
  assert.ok(received.length > 0 && received.every((language) => language === 'de'), received.join());
  const sound = record(streams('video', 'audio'), { done: {} });
  const bare = { ...copyOf('file:///a/x.mp4', 'v'), sidecars: [] };
  const recipeOf = (language: string) =>
    transcriptFingerprint(sound, [bare], model, false, undefined, [], language);
  assert.equal(recipeOf(''), 'transcribe 2 fake@1 levels');
  assert.equal(recipeOf('de'), 'transcribe 2 fake@1 levels de');
});

test('given hot words, when transcribed, then the model receives them with every segment', async () => {
  const model = fakeTranscriber();
  const received: (readonly string[] | undefined)[] = [];
  const transcriber: Transcriber = {
    ...model,
    transcribe(request, signal) {
      received.push(request.hotWords);
      return model.transcribe(request, signal);
    },
  };
  const video = { videoId: 'v', uri: 'file:///v.mp4', probe: record(streams('audio')).probe, clips };
  const turn = createPriorityGate().waitForTurn;
  const ports = { decoder: decoderOf(spoken), transcriber, hotWords: ['Zermatt'], turn };
  await transcribeVideo(video, ports, 'r', () => undefined, never);
  assert.ok(received.length > 0);
  assert.deepEqual(
    received,
    received.map(() => ['Zermatt']),
  );
});
