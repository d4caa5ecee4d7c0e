import { ChildError } from '../base/child-error.ts';
import { ModelUnavailableError } from '../core/errors/model-unavailable.ts';
import type { AudioFrame, JudgedFrame } from '../core/media/audio-frames.ts';
import { createLevelGate, LEVEL_FRAME_SAMPLES } from '../core/media/voice-activity.ts';
import { VOICE_FRAME_SAMPLES, type VoiceDetector, type VoiceState } from '../ports/voice-detector.ts';

/** Decides which frames of a video's sound may contain a voice. */
export interface VoiceGate {
  /** Number of samples in the frames that it takes. */
  readonly frameSamples: number;
  /** Returns the frames that are judged; the others follow later. */
  add(frames: readonly AudioFrame[]): Promise<readonly JudgedFrame[]>;
  finish(): Promise<readonly JudgedFrame[]>;
}

/** Probability from which a frame counts as voice for a transcriber, which invents words where there are none. */
const MIN_VOICE_PROBABILITY = 0.5;
/** Number of frames judged in one call, 10 s: fewer would cost more messages than work. */
const FRAMES_PER_CALL = 312;

/** Judges frames with a model. Frames that it fails on count as voice, so that nothing said is lost. */
function createModelGate(detector: VoiceDetector, minProbability: number, signal: AbortSignal): VoiceGate {
  const pendingFrames: AudioFrame[] = [];
  let state: VoiceState | undefined;
  const judgeFrames = async (frames: readonly AudioFrame[]): Promise<readonly JudgedFrame[]> => {
    const samples = new Float32Array(frames.length * VOICE_FRAME_SAMPLES);
    frames.forEach((frame, i) => {
      samples.set(frame.samples, i * VOICE_FRAME_SAMPLES);
    });
    try {
      const reply = await detector.judge(samples, frames[0]?.afterGap ? undefined : state, signal);
      state = reply.state;
      return frames.map((frame, i) => ({
        ...frame,
        voice: (reply.probabilities[i] ?? 0) >= minProbability,
      }));
    } catch (error) {
      if (!(error instanceof ChildError) && !(error instanceof ModelUnavailableError)) throw error;
      state = undefined;
      return frames.map((frame) => ({ ...frame, voice: true }));
    }
  };
  const judgeNext = (): Promise<readonly JudgedFrame[]> => {
    const nextGap = pendingFrames.findIndex(({ afterGap }, i) => afterGap && i > 0);
    const count = Math.min(FRAMES_PER_CALL, nextGap < 0 ? pendingFrames.length : nextGap);
    return judgeFrames(pendingFrames.splice(0, count));
  };
  return {
    frameSamples: VOICE_FRAME_SAMPLES,
    async add(frames) {
      pendingFrames.push(...frames);
      const judgedFrames: JudgedFrame[] = [];
      while (pendingFrames.length >= FRAMES_PER_CALL) judgedFrames.push(...(await judgeNext()));
      return judgedFrames;
    },
    async finish() {
      const judgedFrames: JudgedFrame[] = [];
      while (pendingFrames.length > 0) judgedFrames.push(...(await judgeNext()));
      return judgedFrames;
    },
  };
}

/** Opens the gate for one video: the detector if it loads, otherwise the levels of the sound decide. */
export async function openVoiceGate(
  detector: VoiceDetector | undefined,
  signal: AbortSignal,
  minProbability = MIN_VOICE_PROBABILITY,
): Promise<VoiceGate> {
  if (detector) {
    try {
      await detector.health(signal);
      return createModelGate(detector, minProbability, signal);
    } catch (error) {
      if (!(error instanceof ChildError) && !(error instanceof ModelUnavailableError)) throw error;
    }
  }
  const levelGate = createLevelGate();
  return {
    frameSamples: LEVEL_FRAME_SAMPLES,
    add: async (frames) => levelGate.add(frames),
    finish: async () => levelGate.finish(),
  };
}
