import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EvaluationError } from '../evaluation-error.ts';

const heldOutScore = z.object({ rows: z.number(), first: z.number(), mrr: z.number() });

/** training.json of an exported model, as the trainer writes it. */
const trainingOrigin = z.object({
  role: z.string(),
  /** Ids of the contents that were trained on. */
  contents: z.array(z.string()),
  /** SHA-256 of each graph by its path in the folder. */
  files: z.record(z.string(), z.string()),
  /** What each precision reached against the trained weights. */
  parity: z.record(z.string(), z.unknown()),
  held_out: z.object({ before: heldOutScore.nullable(), after: heldOutScore.nullable() }).nullish(),
});
export type TrainingOrigin = z.infer<typeof trainingOrigin>;

const REMEDY = 'Write it with "goldfish train export-model", which compares it with the trained weights.';

function parseOrigin(path: string): TrainingOrigin {
  try {
    return trainingOrigin.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new EvaluationError(`${path} is incomplete.`, REMEDY, { cause });
  }
}

async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const bytes of createReadStream(path)) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

/**
 * Reads where a trained model comes from. Throws EvaluationError if it was not exported here, or if a graph is not the one
 * that was compared with the trained weights.
 */
export async function readTrainedModel(folder: string): Promise<TrainingOrigin> {
  const path = join(folder, 'training.json');
  if (!existsSync(path))
    throw new EvaluationError(`${folder} was not trained by Goldfish: it has no training.json.`, REMEDY);
  const origin = parseOrigin(path);
  if (Object.keys(origin.parity).length === 0 || Object.keys(origin.files).length === 0)
    throw new EvaluationError(`${folder} was not compared with what was trained.`, REMEDY);
  for (const [name, digest] of Object.entries(origin.files)) {
    const file = join(folder, name);
    if (!existsSync(file) || (await digestFile(file)) !== digest)
      throw new EvaluationError(`${file} has changed since it was exported, or is missing.`, REMEDY);
  }
  return origin;
}
