import type { ModelEntry, ModelsListResult, ModelsPullResult, PullProgress } from '../../protocol/models.ts';
import type { Client } from '../daemon/connect.ts';
import type { Context } from './context.ts';
import { clean, cleanLine } from './escape.ts';
import { failureOf } from './failure.ts';
import { size } from './format.ts';
import { type View, viewOn } from './progress.ts';

/** Of the small bar of one file. */
const FILE_WIDTH = 8;

function fileBar({ file, fileBytes, fileTotalBytes }: PullProgress): string {
  const share = fileTotalBytes > 0 ? Math.min(1, fileBytes / fileTotalBytes) : 0;
  const full = Math.floor(share * FILE_WIDTH);
  const name = cleanLine(file.split('/').at(-1) ?? '');
  return `${'█'.repeat(full)}${'░'.repeat(FILE_WIDTH - full)} ${Math.floor(share * 100)}% ${name}`;
}

/** The bar is of the whole model; a smaller one beside it of the file that comes. */
export function pullView(progress: PullProgress): View {
  const { bytes, totalBytes, note } = progress;
  return {
    share: totalBytes > 0 ? bytes / totalBytes : undefined,
    text: note ? cleanLine(note) : `${size(bytes)} of ${size(totalBytes)}`,
    at: note || totalBytes === 0 ? '' : fileBar(progress),
    fault: note !== undefined,
  };
}

export function pulledText({ model, revision, bytes, folder, licence }: ModelsPullResult): string {
  const terms = licence ? `, licence ${cleanLine(licence)}` : '';
  return `${cleanLine(model)} is here: ${size(bytes)}, revision ${revision.slice(0, 12)}${terms}.\n${cleanLine(folder)}`;
}

/** Has the daemon fetch one model, its progress on stderr. */
export async function pullOne(
  context: Context,
  client: Client,
  model: string | undefined,
  accelerator: boolean,
  title = 'fetching',
): Promise<ModelsPullResult> {
  const progress = viewOn<PullProgress>(context.err, context.env, title, pullView);
  try {
    return await client.request(
      'goldfish/models/pull',
      { model, accelerator },
      { signal: context.signal, onPartial: (value) => progress.show(value as PullProgress) },
    );
  } finally {
    progress.end();
  }
}

/** The small default of each role that no setting takes another model for and that is not on this machine. */
export async function missingDefaults(
  context: Context,
  client: Client,
): Promise<{ readonly list: ModelsListResult; readonly missing: readonly ModelEntry[] }> {
  const { signal } = context;
  const list = await client.request('goldfish/models/list', {}, { signal });
  const { settings } = await client.request('goldfish/settings/get', {}, { signal });
  const missing = list.models.filter(
    ({ role, default: standard, bytes }) =>
      standard && bytes === undefined && (settings[`models.${role}`] ?? '') === '',
  );
  return { list, missing };
}

/** `captioner owner/name, 300 MB` of each, and what they are together as far as it is known. */
export function missingText(missing: readonly ModelEntry[]): string {
  const rows = missing.map(
    ({ id, role = '', pullBytes, note }) =>
      `  ${role.padEnd(14)}${cleanLine(id)}, ${pullBytes === undefined ? 'size not known yet' : size(pullBytes)}${note ? `; ${cleanLine(note)}` : ''}`,
  );
  const known = missing.flatMap(({ pullBytes }) => pullBytes ?? []);
  const together = known.reduce((sum, bytes) => sum + bytes, 0);
  const unknown = missing.length - known.length;
  const total =
    unknown === 0
      ? `Together ${size(together)}.`
      : known.length === 0
        ? 'How much that is together is not known yet: the hub tells when they are fetched.'
        : `Together ${size(together)} and ${unknown} of a size that is not known yet.`;
  return [...rows, total].join('\n');
}

export interface PulledDefaults {
  readonly pulled: readonly ModelsPullResult[];
  /** What came in the way; the rest is not tried where the hub cannot be reached. */
  readonly failed: readonly { readonly model: string; readonly message: string; readonly remedy?: string }[];
}

/** Fetches models one after the other; one that fails is told and does not end the others. */
export async function pullAll(
  context: Context,
  client: Client,
  missing: readonly ModelEntry[],
): Promise<PulledDefaults> {
  const pulled: ModelsPullResult[] = [];
  const failed: { model: string; message: string; remedy?: string }[] = [];
  for (const [i, { id }] of missing.entries()) {
    try {
      pulled.push(await pullOne(context, client, id, false, `fetching ${i + 1} of ${missing.length}, ${id}`));
    } catch (thrown) {
      context.signal.throwIfAborted();
      const { message, data } = failureOf(thrown).failure;
      failed.push({ model: id, message, remedy: data?.remedy });
      // A hub that nobody can reach is not waited for again and again.
      if (/fetch failed|no byte for/.test(message)) break;
    }
  }
  return { pulled, failed };
}

export function pulledAllText({ pulled, failed }: PulledDefaults): string {
  const done = pulled.map(({ model, bytes }) => `${cleanLine(model)} is here: ${size(bytes)}.`);
  const not = failed.map(({ model, message, remedy }) =>
    clean(`${model} could not be fetched: ${message}${remedy ? `\n${remedy}` : ''}`),
  );
  return [...done, ...not].join('\n');
}
