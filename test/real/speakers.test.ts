// needs: espeak-ng
// needs: ffmpeg
// needs folder: ../shared/models
// Who speaks when, with real weights: a voice embedder (GE2E) and no segmentation.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { findVoiceWeights } from '../../server/src/adapters/transformers/bundled-weights.ts';
import { createOnnxDiariser } from '../../server/src/adapters/transformers/diariser.ts';
import { createOnnxVoiceDetector } from '../../server/src/adapters/transformers/voice-detector.ts';
import { parseRttm, type SpeakerTurn, scoreDiarisation } from '../support/diarisation-error.ts';
import { findVoices } from '../support/find-voices.ts';
import { REAL_MODELS, startRealLibrary } from '../support/real-models.ts';
import { decodeSound, writeSound } from '../support/real-sound.ts';
import { holdMeeting } from '../support/scripted-meeting.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { finishedLines } from '../support/video-lines.ts';

const VOICES = join(REAL_MODELS, 'ge2e-voice');

/** Returns the diarisation error of a sound, and tells it to the person who reads the run. */
async function measure(
  t: test.TestContext,
  name: string,
  sound: Float32Array,
  reference: readonly SpeakerTurn[],
): Promise<number> {
  const weights = findVoiceWeights();
  assert.ok(weights);
  const host = { devices: ['cpu'], threads: 1, idleMs: 60_000 };
  const diariser = createOnnxDiariser({ id: 'ge2e', revision: '1' }, { ...host, folder: VOICES });
  const detector = createOnnxVoiceDetector(weights.name, { ...host, folder: weights.folder });
  try {
    const heard = await findVoices(sound, diariser, detector);
    const { error, missed, falseAlarm, confusion } = scoreDiarisation(reference, heard);
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    const voices = new Set(heard.map(({ speaker }) => speaker)).size;
    t.diagnostic(
      `${name}: ${percent(error)} (missed ${percent(missed)}, false ${percent(falseAlarm)}, confused ${percent(confusion)}), ${voices} voices`,
    );
    return error;
  } finally {
    await Promise.all([diariser.close(), detector.close()]);
  }
}

test('given scripted meetings, when voices are told apart, then the diarisation error is at most 18 %', async (t) => {
  const meetings = {
    two: ['en-us+m3', 'en-gb+f2'],
    three: ['en-us+m7', 'en-gb-scotland+f4', 'en-gb+m1'],
    four: ['en-us+m3', 'en-gb+f2', 'en-gb-x-rp+m7', 'en-029+f5'],
  };
  for (const [seed, [name, voices]] of Object.entries(meetings).entries()) {
    const { sound, turns } = holdMeeting(voices, seed + 1);
    assert.ok((await measure(t, `meeting of ${name}`, sound, turns)) <= 0.18, name);
  }
});

test('given real recordings, when voices are told apart, then the error of the call is at most 18 %, and that of meetings no worse than measured', async (t) => {
  const turns = parseRttm(readFileSync(join(REAL_MODELS, 'speech/speakers.rttm'), 'utf8'));
  // Without a segmentation, voices at once are one voice: trn08 is mostly people who laugh together.
  const limits = { sample: 0.18, dev00: 0.38, dev01: 0.2, trn08: 0.66 };
  for (const [name, limit] of Object.entries(limits)) {
    const sound = decodeSound(join(REAL_MODELS, `speech/${name}.wav`));
    assert.ok((await measure(t, name, sound, turns.get(name) ?? [])) <= limit, name);
  }
});

test('given a meeting in the library, when it is indexed, then its lines have the voices that say them, and one name names them all', async (t) => {
  const { sound, turns } = holdMeeting(['en-us+m7', 'en-gb-scotland+f4', 'en-gb+m1'], 2);
  const folder = mkdtempSync(join(tempFolder(), 's'));
  await writeSound(join(folder, 'meeting.flac'), sound);
  const at = (seconds: number) => new Date(seconds * 1000).toISOString().slice(11, 23);
  const cues = turns.map(({ start, end, text }) => `${at(start)} --> ${at(end)}\n${text}\n`);
  writeFileSync(join(folder, 'meeting.vtt'), `WEBVTT\n\n${cues.join('\n')}`);
  const library = await startRealLibrary({ 'models.diariser': VOICES });
  t.after(() => library.close());
  await library.add(folder);
  const uri = pathToFileURL(join(folder, 'meeting.flac')).href;
  const lines = await finishedLines(library.client, uri, 'speech');
  assert.equal(lines.length, turns.length);
  const speakers = lines.map(({ speaker }) => speaker);
  const counts = Map.groupBy(turns, (_, i) => `${turns[i]?.speaker} ${speakers[i]}`);
  // For each person, the voice that most of the lines have.
  const voiceOf = (person: string) =>
    [...counts]
      .filter(([key]) => key.startsWith(`${person} Voice`))
      .sort((a, b) => b[1].length - a[1].length)[0]?.[0]
      .slice(person.length + 1);
  const wrong = turns.filter(
    ({ speaker }, i) => speakers[i] !== undefined && speakers[i] !== voiceOf(speaker),
  );
  const nameless = speakers.filter((speaker) => speaker === undefined).length;
  t.diagnostic(`${lines.length} lines: ${wrong.length} with another voice, ${nameless} without`);
  assert.ok(wrong.length <= 2, wrong.map(({ text }) => text).join('\n'));
  assert.ok(nameless <= 5);
  await library.client.result('goldfish/corrections/speaker', { uri, from: 'Voice 1', to: 'Ana' });
  const named = await finishedLines(library.client, uri, 'speech');
  assert.deepEqual(
    named.map(({ speaker }) => speaker),
    speakers.map((speaker) => (speaker === 'Voice 1' ? 'Ana' : speaker)),
  );
});
