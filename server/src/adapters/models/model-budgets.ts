import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaptionBudget } from '../../core/generation/caption-prompt.ts';
import { captionBudgetSchema } from './manifest.ts';

/** What a captioner is given where nothing is known of it: little enough for a CPU. */
const DEFAULT_CAPTION_BUDGET: CaptionBudget = { frames: 4, framePx: 512, words: 120, tokens: 80 };

function readJsonFile(folder: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8'));
  } catch {
    return undefined;
  }
}

function readPath(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** The budget in a folder's goldfish.json, else the plain one with frames as large as its encoder takes them. */
export function findCaptionBudget(folder: string): CaptionBudget {
  const folderBudget = captionBudgetSchema.safeParse(readJsonFile(folder, 'goldfish.json'));
  if (folderBudget.success) return folderBudget.data;
  const config = readJsonFile(folder, 'preprocessor_config.json');
  const side = readPath(config, 'max_image_size', 'longest_edge') ?? readPath(config, 'size', 'longest_edge');
  const framePx =
    typeof side === 'number' && side >= 16
      ? Math.min(side, DEFAULT_CAPTION_BUDGET.framePx)
      : DEFAULT_CAPTION_BUDGET.framePx;
  return { ...DEFAULT_CAPTION_BUDGET, framePx };
}

/** Words of evidence and tokens of an answer for an instruct model. */
export interface TextBudget {
  readonly words: number;
  readonly tokens: number;
}

const MAX_ANSWER_TOKENS = 300;
/** Tokens of rules, names, times and question beside the evidence. */
const OVERHEAD_TOKENS = 500;
/** A word is so many tokens, with its share of marks. */
const TOKENS_PER_WORD = 1.6;
/** Reading more takes a CPU too long. */
const MAX_EVIDENCE_WORDS = 1500;

/** What the goldfish.json of an instruct model says, else as much as its context holds. */
export function findAnswerBudget(folder: string): TextBudget {
  const folderConfig = readJsonFile(folder, 'goldfish.json');
  const config = readJsonFile(folder, 'config.json');
  const context = Number(
    readPath(config, 'max_position_embeddings') ??
      readPath(config, 'text_config', 'max_position_embeddings') ??
      2048,
  );
  const tokens = Math.max(16, Math.min(MAX_ANSWER_TOKENS, Math.floor(context / 4)));
  const words = Math.max(50, Math.floor((context - tokens - OVERHEAD_TOKENS) / TOKENS_PER_WORD));
  const readCount = (key: string): number | undefined => {
    const value = readPath(folderConfig, key);
    return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined;
  };
  return {
    words: readCount('words') ?? Math.min(words, MAX_EVIDENCE_WORDS),
    tokens: readCount('tokens') ?? tokens,
  };
}

const DEFAULT_FRAME_PX = 224;

/** Side of the square that a picture tower looks at, px. */
export function findFramePx(folder: string): number {
  const config = readJsonFile(folder, 'preprocessor_config.json');
  const sides = ['crop_size', 'size'].flatMap((key) => {
    const side =
      readPath(config, key, 'width') ?? readPath(config, key, 'shortest_edge') ?? readPath(config, key);
    return typeof side === 'number' && side >= 16 && side <= 2048 ? [side] : [];
  });
  return sides[0] ?? DEFAULT_FRAME_PX;
}
