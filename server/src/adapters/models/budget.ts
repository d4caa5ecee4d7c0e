import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaptionBudget } from '../../core/captionPrompt.ts';
import { budget } from './manifest.ts';

/** What a captioner is given where nothing is known of it: little enough for a CPU. */
const PLAIN: CaptionBudget = { frames: 4, framePx: 512, words: 120, tokens: 80 };

function json(folder: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8'));
  } catch {
    return undefined;
  }
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** The budget in a folder's goldfish.json, else the plain one with frames as large as its encoder takes them. */
export function budgetOf(folder: string): CaptionBudget {
  const own = budget.safeParse(json(folder, 'goldfish.json'));
  if (own.success) return own.data;
  const config = json(folder, 'preprocessor_config.json');
  const side = at(config, 'max_image_size', 'longest_edge') ?? at(config, 'size', 'longest_edge');
  const framePx = typeof side === 'number' && side >= 16 ? Math.min(side, PLAIN.framePx) : PLAIN.framePx;
  return { ...PLAIN, framePx };
}
