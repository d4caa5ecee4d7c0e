// Who speaks when: the diarisation error on scripted meetings and real recordings, and the processor time on one thread
// as a share of the sound, with real weights from ../shared/models. REAL_DIARISER names a folder with other weights.
// Needs espeak-ng and ffmpeg.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findVoiceWeights } from '../../server/src/adapters/transformers/bundled-weights.ts';
import { createOnnxDiariser } from '../../server/src/adapters/transformers/diariser.ts';
import { createOnnxVoiceDetector } from '../../server/src/adapters/transformers/voice-detector.ts';
import { parseRttm, scoreDiarisation } from '../support/diarisation-error.ts';
import { findVoices } from '../support/find-voices.ts';
import { REAL_MODELS } from '../support/real-models.ts';
import { decodeSound } from '../support/real-sound.ts';
import { holdMeeting } from '../support/scripted-meeting.ts';
import { childCpuS } from './child-memory.ts';
import { row } from './timing.ts';

const MEETINGS = {
  two: ['en-us+m3', 'en-gb+f2'],
  three: ['en-us+m7', 'en-gb-scotland+f4', 'en-gb+m1'],
  four: ['en-us+m3', 'en-gb+f2', 'en-gb-x-rp+m7', 'en-029+f5'],
};

function recordings() {
  const scripted = Object.entries(MEETINGS).map(([name, voices], i) => {
    const { sound, turns } = holdMeeting(voices, i + 1);
    return { name: `scripted meeting of ${name}`, sound, turns, target: '<= 18' };
  });
  const speech = join(REAL_MODELS, 'speech');
  const real = [...parseRttm(readFileSync(join(speech, 'speakers.rttm'), 'utf8'))].map(([file, turns]) => ({
    name: file === 'sample' ? 'telephone call' : `meeting ${file}`,
    sound: decodeSound(join(speech, `${file}.wav`)),
    turns,
    target: file === 'sample' ? '<= 18' : '',
  }));
  return [...scripted, ...real];
}

/** Processor time of this process and its children, s. */
const cpuS = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + childCpuS();
};

export async function bench() {
  const folder = process.env.REAL_DIARISER ?? join(REAL_MODELS, 'ge2e-voice');
  const weights = findVoiceWeights();
  if (!existsSync(folder) || !weights) return [];
  const host = { devices: ['cpu'], threads: 1, idleMs: 60_000 };
  const diariser = createOnnxDiariser({ id: 'voices', revision: '1' }, { ...host, folder });
  const detector = createOnnxVoiceDetector(weights.name, { ...host, folder: weights.folder });
  const rows = [];
  let [soundS, usedS] = [0, 0];
  try {
    await Promise.all([
      diariser.health(new AbortController().signal),
      detector.health(new AbortController().signal),
    ]);
    for (const { name, sound, turns, target } of recordings()) {
      const before = cpuS();
      const heard = await findVoices(sound, diariser, detector);
      usedS += cpuS() - before;
      soundS += sound.length / 16_000;
      const { error } = scoreDiarisation(turns, heard);
      rows.push(row(`diarisation error: ${name}`, Math.round(1000 * error) / 10, '%', target));
    }
  } finally {
    await Promise.all([diariser.close(), detector.close()]);
  }
  rows.push(
    row(
      'voices: processor time per second of sound',
      Math.round((1e4 * usedS) / soundS) / 1e4,
      's',
      '<= 0.03',
    ),
  );
  return rows;
}

if (process.argv[1] === import.meta.filename) console.table(await bench());
