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

/** Words of evidence and tokens of an answer for an instruct model. */
export interface WritingBudget {
  readonly words: number;
  readonly tokens: number;
}

const ANSWER_TOKENS = 300;
/** Tokens of rules, names, times and question beside the evidence. */
const OVERHEAD = 500;
/** A word is so many tokens, with its share of marks. */
const PER_WORD = 1.6;
/** Reading more takes a CPU too long. */
const MOST_WORDS = 1500;

/** What the goldfish.json of an instruct model says, else as much as its context holds. */
export function answerBudgetOf(folder: string): WritingBudget {
  const own = json(folder, 'goldfish.json');
  const config = json(folder, 'config.json');
  const context = Number(
    at(config, 'max_position_embeddings') ?? at(config, 'text_config', 'max_position_embeddings') ?? 2048,
  );
  const tokens = Math.max(16, Math.min(ANSWER_TOKENS, Math.floor(context / 4)));
  const words = Math.max(50, Math.floor((context - tokens - OVERHEAD) / PER_WORD));
  const counted = (key: string): number | undefined => {
    const value = at(own, key);
    return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
  };
  return { words: counted('words') ?? Math.min(words, MOST_WORDS), tokens: counted('tokens') ?? tokens };
}

const FRAME_PX = 224;

/** Side of the square that a picture tower looks at, px. */
export function framePxOf(folder: string): number {
  const config = json(folder, 'preprocessor_config.json');
  const found = ['crop_size', 'size'].flatMap((key) => {
    const side = at(config, key, 'width') ?? at(config, key, 'shortest_edge') ?? at(config, key);
    return typeof side === 'number' && side >= 16 && side <= 2048 ? [side] : [];
  });
  return found[0] ?? FRAME_PX;
}
