import { Tensor } from '@huggingface/transformers';
import type { Picture } from '../../ports/decoder.ts';
import type { Loaded } from './load.ts';
import type { GenerateItem } from './messages.ts';

/** Fused attention went wrong from 32 tokens on in drivers that were tried, so the prompt is longer. */
const WORDS = Array.from({ length: 48 }, (_, i) => (i % 3 === 0 ? 'a' : i % 3 === 1 ? 'video' : 'is')).join(
  ' ',
);
/** px */
const SIDE = 64;
/** Share of the logits' length by which an accelerator may differ from the CPU; half precision stays well below. */
export const TOLERANCE = 0.05;

/** A picture that differs from that of another seed in colour and direction. */
export function testPattern(seed: number): Picture {
  const data = new Uint8Array(SIDE * SIDE * 3);
  let state = seed;
  for (let i = 0; i < data.length; i += 1) {
    // Smooth bands in other directions and colours for other seeds.
    const x = Math.floor(i / 3) % SIDE;
    const y = Math.floor(i / 3 / SIDE);
    state = (state * 1103515245 + 12345) & 0x7fffffff;
    const band = seed % 2 === 0 ? x : y;
    data[i] = (band * 4 * ((i % 3) + 1) + seed * 37 + (state % 8)) & 0xff;
  }
  return { timeMs: 0, width: SIDE, height: SIDE, data };
}

/** Logits after the last word of a prompt of more than 32 tokens with one picture. */
async function logits(loaded: Loaded, seed: number): Promise<Float32Array> {
  const item: GenerateItem = {
    pictures: [testPattern(seed)],
    prompt: [
      { kind: 'frame', frame: 0 },
      { kind: 'text', text: WORDS },
    ],
  };
  const inputs = await loaded.preparer.prepare([item]);
  const out: unknown = await loaded.model.forward({ ...inputs });
  const all = out && typeof out === 'object' && 'logits' in out ? out.logits : undefined;
  if (!(all instanceof Tensor)) throw new Error('the model gave no logits');
  const last = all.slice(null, -1, null).to('float32');
  return Float32Array.from(last.data as Float32Array);
}

/** Logits of the two test inputs. */
export async function probeLogits(loaded: Loaded): Promise<readonly [Float32Array, Float32Array]> {
  return [await logits(loaded, 1), await logits(loaded, 2)];
}

const distance = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0));
const size = (a: Float32Array): number => Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));

/** What is wrong with a model that gave these logits for two different inputs, or undefined. */
export function equalOutputs([first, second]: readonly [Float32Array, Float32Array]): string | undefined {
  if (!first.every(Number.isFinite) || !second.every(Number.isFinite))
    return 'it gives numbers that are none';
  if (distance(first, second) <= 1e-6 * size(first)) return 'it gives the same output for different inputs';
  return undefined;
}

/** Why an accelerator cannot be trusted beside the CPU's logits of the same inputs, or undefined. */
export function disagreement(
  accelerator: readonly [Float32Array, Float32Array],
  cpu: readonly [Float32Array, Float32Array],
): string | undefined {
  for (const [i, expected] of cpu.entries()) {
    const off = distance(accelerator[i === 0 ? 0 : 1], expected) / size(expected);
    if (!(off <= TOLERANCE)) return `its outputs are ${(off * 100).toFixed(1)}% off the CPU's`;
  }
  return undefined;
}
