import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import { SPEECH_SAMPLE_RATE_HZ } from '../../core/media/voice-activity.ts';
import { VOICE_FRAME_SAMPLES, type VoiceReply, type VoiceState } from '../../ports/voice-detector.ts';
import type { Disposable, ModelLoader } from './loaded-model.ts';
import { openSession } from './open-session.ts';
import { UnsupportedModelError } from './unsupported-model.ts';

export interface LoadedVoiceDetector extends Disposable {
  readonly session: InferenceSession;
}

const GRAPH_FILE = 'silero_vad.onnx';
/** Samples of the sound before that each frame starts with. Without them the network is a little worse. */
const CONTEXT_SAMPLES = 64;
const MEMORY_SHAPE = [2, 1, 128] as const;
/** Number of frames between two looks at the signal, about 10 ms of work. */
const FRAMES_PER_TURN = 64;

const createState = (): VoiceState => ({
  memory: new Float32Array(MEMORY_SHAPE[0] * MEMORY_SHAPE[1] * MEMORY_SHAPE[2]),
  context: new Float32Array(CONTEXT_SAMPLES),
});

/** Judges whole frames in order, starting from the state after the sound before. */
export async function detectVoice(
  { session }: LoadedVoiceDetector,
  samples: Float32Array,
  startState: VoiceState | undefined,
  signal?: AbortSignal,
): Promise<VoiceReply> {
  const rate = new Tensor('int64', BigInt64Array.of(BigInt(SPEECH_SAMPLE_RATE_HZ)), []);
  const probabilities = new Float32Array(Math.floor(samples.length / VOICE_FRAME_SAMPLES));
  let state = startState ?? createState();
  for (let i = 0; i < probabilities.length; i += 1) {
    if (i % FRAMES_PER_TURN === 0) signal?.throwIfAborted();
    const frame = samples.subarray(i * VOICE_FRAME_SAMPLES, (i + 1) * VOICE_FRAME_SAMPLES);
    const input = new Float32Array(CONTEXT_SAMPLES + VOICE_FRAME_SAMPLES);
    input.set(state.context);
    input.set(frame, CONTEXT_SAMPLES);
    const { output, stateN } = await session.run({
      input: new Tensor('float32', input, [1, input.length]),
      state: new Tensor('float32', state.memory, MEMORY_SHAPE),
      sr: rate,
    });
    if (!(output?.data instanceof Float32Array) || !(stateN?.data instanceof Float32Array))
      throw new Error(`${GRAPH_FILE} returned no probability`);
    probabilities[i] = output.data[0] ?? 0;
    state = { memory: stateN.data, context: input.slice(-CONTEXT_SAMPLES) };
  }
  return { probabilities, state };
}

/** Loads Silero VAD. The self-test compares a tone with noise. */
export const VOICE_LOADER: ModelLoader<LoadedVoiceDetector> = {
  async loadOn({ folder, threads }) {
    const path = join(folder, GRAPH_FILE);
    if (!existsSync(path))
      throw new UnsupportedModelError(
        `There is no ${GRAPH_FILE} in ${folder}`,
        'Choose a folder of Silero VAD 5 or 6, or leave models.voiceDetector empty.',
      );
    const session = await openSession(path, threads);
    return { session, dispose: () => session.release() };
  },
  async runProbe(loaded) {
    const tone = Float32Array.from({ length: VOICE_FRAME_SAMPLES * 16 }, (_, i) => 0.3 * Math.sin(i / 8));
    const chirp = tone.map((_, i) => 0.3 * Math.sin((i / 8) * (1 + i / tone.length)));
    const run = async (samples: Float32Array) =>
      (await detectVoice(loaded, samples, undefined)).probabilities;
    return [[await run(tone), await run(chirp)]];
  },
};
