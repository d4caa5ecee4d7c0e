import { Tensor } from '@huggingface/transformers';
import type { Picture } from '../../ports/decoder.ts';
import type { GenerateItem } from './inference-messages.ts';
import type { LoadedVisionModel } from './loaded-model.ts';

/** Fused attention went wrong from 32 tokens on in drivers that were tried, so the prompt is longer. */
const PROBE_PROMPT = Array.from({ length: 48 }, (_, i) =>
  i % 3 === 0 ? 'a' : i % 3 === 1 ? 'video' : 'is',
).join(' ');
/** px */
const PATTERN_SIDE_PX = 64;
/** Share of the logits' length by which an accelerator may differ from the CPU; half precision stays well below. */
const MAX_RELATIVE_ERROR = 0.05;

/** A picture that differs from that of another seed in colour and direction. */
export function createTestPattern(seed: number): Picture {
  const data = new Uint8Array(PATTERN_SIDE_PX * PATTERN_SIDE_PX * 3);
  let state = seed;
  for (let i = 0; i < data.length; i += 1) {
    // Smooth bands in other directions and colours for other seeds.
    const x = Math.floor(i / 3) % PATTERN_SIDE_PX;
    const y = Math.floor(i / 3 / PATTERN_SIDE_PX);
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    const band = seed % 2 === 0 ? x : y;
    data[i] = (band * 4 * ((i % 3) + 1) + seed * 37 + (state % 8)) & 0xff;
  }
  return { timeMs: 0, width: PATTERN_SIDE_PX, height: PATTERN_SIDE_PX, data };
}

/** Logits after the last word of a prompt of more than 32 tokens with one picture. */
async function computeLogits(loadedModel: LoadedVisionModel, seed: number): Promise<Float32Array> {
  const item: GenerateItem = {
    pictures: [createTestPattern(seed)],
    prompt: [
      { kind: 'frame', frame: 0 },
      { kind: 'text', text: PROBE_PROMPT },
    ],
  };
  const inputs = await loadedModel.preparer.prepare([item]);
  const output: unknown = await loadedModel.model.forward({ ...inputs });
  const allLogits = output && typeof output === 'object' && 'logits' in output ? output.logits : undefined;
  if (!(allLogits instanceof Tensor)) throw new Error('the model gave no logits');
  const lastLogits = allLogits.slice(null, -1, null).to('float32');
  return Float32Array.from(lastLogits.data as Float32Array);
}

/** Logits of the two test inputs. */
export async function probeLogits(
  loadedModel: LoadedVisionModel,
): Promise<readonly [Float32Array, Float32Array]> {
  return [await computeLogits(loadedModel, 1), await computeLogits(loadedModel, 2)];
}

const distance = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0));
const vectorLength = (a: Float32Array): number => Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));

/** What is wrong with a model that gave these logits for two different inputs, or undefined. */
export function findEqualOutputs([first, second]: readonly [Float32Array, Float32Array]): string | undefined {
  if (!first.every(Number.isFinite) || !second.every(Number.isFinite))
    return 'it gives numbers that are none';
  if (distance(first, second) <= 1e-6 * vectorLength(first))
    return 'it gives the same output for different inputs';
  return undefined;
}

/** Why an accelerator cannot be trusted beside the CPU's logits of the same inputs, or undefined. */
export function findDisagreement(
  accelerator: readonly [Float32Array, Float32Array],
  cpu: readonly [Float32Array, Float32Array],
): string | undefined {
  for (const [i, expectedValue] of cpu.entries()) {
    const relativeError = distance(accelerator[i === 0 ? 0 : 1], expectedValue) / vectorLength(expectedValue);
    if (!(relativeError <= MAX_RELATIVE_ERROR))
      return `its outputs are ${(relativeError * 100).toFixed(1)}% off the CPU's`;
  }
  return undefined;
}
