import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from '../../base/package-root.ts';
import { type Manifest, MODEL_ROLES } from '../../core/models/manifest.ts';

const sha256Schema = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .nullable();
const fileSchema = z.object({
  path: z.string().min(1),
  bytes: z.int().min(0).nullable(),
  sha256: sha256Schema,
});
export const captionBudgetSchema = z.object({
  frames: z.int().min(1).max(64),
  framePx: z.int().min(16).max(2048),
  words: z.int().min(0).max(5000),
  tokens: z.int().min(1).max(2000),
});
const runtimeSchema = z.object({
  name: z.string(),
  runtime: z.string(),
  platform: z.string(),
  arch: z.string(),
  files: z.array(z.string().regex(/^[\w.-]+$/)).min(1),
  needs: z.string().min(1),
  libraries: z.array(z.string().min(1)),
});
const manifestSchema = z.object({
  version: z.literal(1),
  models: z.array(
    z.object({
      id: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
      role: z.enum(MODEL_ROLES),
      default: z.boolean(),
      note: z.string().min(1),
      licence: z.string().nullable(),
      revision: z
        .string()
        .regex(/^[0-9a-f]{40}$/)
        .nullable(),
      files: z.array(fileSchema).nullable(),
      parts: z
        .array(z.object({ id: z.string().regex(/^[\w.-]+\/[\w.-]+$/), folder: z.string().regex(/^\w+$/) }))
        .min(1)
        .optional(),
      pullBytesEstimate: z.int().min(1).optional(),
      budget: captionBudgetSchema.optional(),
      clipMs: z.int().min(1).optional(),
    }),
  ),
  runtimes: z.array(runtimeSchema).default([]),
});

/** Reads models/manifest.json of this package. Throws if it is missing or invalid. */
export function readManifest(path = join(packageRoot(), 'models', 'manifest.json')): Manifest {
  return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}
