import { z } from 'zod';
import type { Scope } from '../../protocol/base.ts';
import { canonicalFileUri } from '../base/file-uri.ts';

/** Members that several requests share, checked. Members that are not known are left out, as LSP asks. */

/** Brought into its canonical form, by which everything inside knows a file. */
export const uri = z
  .string()
  .max(32_768)
  .transform((given, context) => {
    try {
      return canonicalFileUri(given);
    } catch {
      context.addIssue({
        code: 'custom',
        message: 'must be the file: URI of a file or folder of this machine',
      });
      return z.NEVER;
    }
  });

const token = z.union([z.string().max(1024), z.int()]).optional();
export const tokens = { workDoneToken: token, partialResultToken: token };

const day = /^\d{4}-\d{2}-\d{2}(T[0-9:.]+(Z|[+-]\d{2}:?\d{2})?)?$/;
const date = z.string().regex(day, 'must be an ISO 8601 date or date-time');

export const scope: z.ZodType<Scope> = z.object({
  uris: z.array(uri).max(10_000).optional(),
  recordedFrom: date.optional(),
  recordedTo: date.optional(),
  kinds: z
    .array(z.enum(['speech', 'description', 'screenText', 'caption', 'facts', 'title', 'tag', 'frame']))
    .optional(),
});

/** How many at most; -1 stands for all. */
export const count = z
  .int()
  .refine((k) => k === -1 || (k >= 1 && k <= 1000), 'must be -1 or a whole number from 1 to 1000');

export const words = z.string().max(10_000);

export const globs = z.array(z.string().min(1).max(1024)).max(1000);

export const none = z.object({});

/** A sentence that names the first wrong member: `scope.kinds[0] ...`. */
export function explain(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'The parameters are wrong.';
  const where = issue.path
    .map((part, at) => (typeof part === 'number' ? `[${part}]` : `${at === 0 ? '' : '.'}${String(part)}`))
    .join('');
  return `${where === '' ? 'params' : where}: ${issue.message}`;
}
