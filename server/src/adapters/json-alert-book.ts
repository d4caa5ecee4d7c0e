import { appendFile, readFile } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { listSetAside, setFileAside } from '../base/set-aside.ts';
import { type Alert, type AlertMatch, EVIDENCE_KINDS } from '../core/domain/alert.ts';
import type { AlertBook, AlertLogEntry } from '../ports/alert-book.ts';

const alertsSchema: z.ZodType<readonly Alert[]> = z.array(
  z.object({
    id: z.string(),
    query: z.string(),
    createdMs: z.number(),
    desktop: z.boolean(),
    webhook: z.string().optional(),
  }),
);

const matchSchema: z.ZodType<AlertMatch> = z.object({
  alertId: z.string(),
  videoId: z.string(),
  startMs: z.number(),
  endMs: z.number(),
  kind: z.enum(EVIDENCE_KINDS),
  text: z.string(),
  speaker: z.string().optional(),
  matchedMs: z.number(),
});

const entrySchema = z.object({ marks: z.array(z.string()), matches: z.array(matchSchema) });

const PRIVATE = { mode: 0o600 };

/**
 * Stores alerts in one JSON file, written atomically, and their log in another, to which lines are appended. A damaged
 * file of alerts is set aside; a line of the log that a crash cut short is skipped. `onDamage` gets a sentence for users.
 */
export function createJsonAlertBook(
  files: { readonly alerts: string; readonly log: string },
  onDamage: (message: string) => void,
): AlertBook {
  return {
    async load() {
      const alerts = await readAlerts(files.alerts);
      if (alerts === undefined) await setFileAside(files.alerts);
      for (const keptPath of await listSetAside(files.alerts))
        onDamage(
          `The list of alerts was damaged. It is kept as ${keptPath}. Add the alerts again, then delete that file.`,
        );
      const known = new Set(alerts?.map(({ id }) => id));
      const { marks, matches } = await readLog(files.log);
      const log = { marks, matches: matches.filter(({ alertId }) => known.has(alertId)) };
      // One line instead of many, without what belongs to removed alerts.
      if (marks.length > 0) await writeFileAtomic(files.log, toLine(log), PRIVATE);
      return { alerts: alerts ?? [], log };
    },
    save: (alerts) => writeFileAtomic(files.alerts, `${JSON.stringify(alerts, undefined, 2)}\n`, PRIVATE),
    // A line that a crash cut short ends here, so that this one can be read.
    append: (entry) => appendFile(files.log, `\n${toLine(entry)}`, { ...PRIVATE, flush: true }),
  };
}

const toLine = (entry: AlertLogEntry) => `${JSON.stringify(entry)}\n`;

async function readFileIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Returns the alerts in a file: none if it is missing, undefined if it is damaged. */
async function readAlerts(path: string): Promise<readonly Alert[] | undefined> {
  const text = await readFileIfPresent(path);
  if (text === undefined) return [];
  try {
    return alertsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function readLog(path: string): Promise<AlertLogEntry> {
  const marks = new Set<string>();
  const matches: AlertMatch[] = [];
  for (const line of (await readFileIfPresent(path))?.split('\n') ?? []) {
    if (line === '') continue;
    try {
      const entry = entrySchema.parse(JSON.parse(line));
      for (const mark of entry.marks) marks.add(mark);
      matches.push(...entry.matches);
    } catch {
      // Cut short by a crash: what it recorded is compared again.
    }
  }
  return { marks: [...marks], matches };
}
