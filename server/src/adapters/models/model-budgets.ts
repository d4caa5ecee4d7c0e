import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readJsonFile, readPath } from '../../base/read-json-file.ts';
import type { CaptionBudget } from '../../core/generation/caption-prompt.ts';
import type { AnswerStyle } from '../../core/models/answer-style.ts';
import { chooseAnswerStyle } from '../../core/models/answer-style.ts';
import { chooseGraphFile, type DataType } from '../../core/models/model-files.ts';
import { captionBudgetSchema } from './manifest.ts';

/** Budget of an unknown captioner, small enough for a CPU. */
const DEFAULT_CAPTION_BUDGET: CaptionBudget = { frames: 4, framePx: 512, words: 120, tokens: 80 };

/**
 * Returns the caption budget from the folder's goldfish.json. Otherwise returns the default budget, with
 * frames no larger than the model's encoder accepts.
 */
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

/** Limits for an instruct model: words of evidence and tokens of an answer, and how it is asked. */
export interface TextBudget {
  readonly words: number;
  readonly tokens: number;
  readonly style: AnswerStyle;
}

const MAX_ANSWER_TOKENS = 300;
/** Tokens of rules, names, times and question besides the evidence. */
const OVERHEAD_TOKENS = 500;
/** Tokens per word, including punctuation. */
const TOKENS_PER_WORD = 1.6;
/** Reading more evidence takes too long on a CPU. */
const MAX_EVIDENCE_WORDS = 1500;

/** Returns the limits from an instruct model's goldfish.json, or as much as its context window allows. */
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
    style: ANSWER_STYLES.find((style) => style === readPath(folderConfig, 'style')) ?? findStyle(folder),
  };
}

const ANSWER_STYLES = ['cited', 'plain'] as const;
/** Graphs of a decoder, by the file that an instruct model or a vision-language model has. */
const DECODER_GRAPHS = ['model', 'decoder_model_merged'] as const;
/** Bytes of a weight by precision; quantised ones have scales besides. */
const WEIGHT_BYTES: Readonly<Partial<Record<DataType, number>>> = {
  fp32: 4,
  fp16: 2,
  q4: 0.6,
  q4f16: 0.6,
  bnb4: 0.6,
};

/** Returns how to ask a model, by the number of its weights as the size of its files tells it. */
function findStyle(folder: string): AnswerStyle {
  const graphFolder = join(folder, 'onnx');
  const names = existsSync(graphFolder) ? readdirSync(graphFolder) : [];
  const paths = new Set(names.map((name) => `onnx/${name}`));
  for (const graph of DECODER_GRAPHS) {
    const file = chooseGraphFile(graph, paths, false);
    if (!file) continue;
    const bytes = [...paths]
      .filter((path) => path.startsWith(file.path))
      .reduce((sum, path) => sum + statSync(join(folder, path)).size, 0);
    return chooseAnswerStyle(bytes / (WEIGHT_BYTES[file.precision] ?? 1));
  }
  return 'cited';
}

const DEFAULT_FRAME_PX = 224;

/** Returns the side of the square that the picture encoder works on, px. */
export function findFramePx(folder: string): number {
  const config = readJsonFile(folder, 'preprocessor_config.json');
  const sides = ['crop_size', 'size'].flatMap((key) => {
    const side =
      readPath(config, key, 'width') ?? readPath(config, key, 'shortest_edge') ?? readPath(config, key);
    return typeof side === 'number' && side >= 16 && side <= 2048 ? [side] : [];
  });
  return sides[0] ?? DEFAULT_FRAME_PX;
}
