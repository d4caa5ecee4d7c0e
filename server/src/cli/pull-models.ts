import type { ModelEntry, ModelsListResult, ModelsPullResult, PullProgress } from '../../protocol/models.ts';
import type { Client } from '../daemon/connect.ts';
import { toCliFailure } from './cli-failure.ts';
import type { CommandContext } from './context.ts';
import { formatBytes } from './format.ts';
import { createProgressDisplay, type ProgressView } from './progress.ts';
import { sanitise, sanitiseLine } from './sanitise-terminal.ts';

/** Of the small bar of one file. */
const FILE_BAR_CHARS = 8;

function formatFileBar({ file, fileBytes, fileTotalBytes }: PullProgress): string {
  const fraction = fileTotalBytes > 0 ? Math.min(1, fileBytes / fileTotalBytes) : 0;
  const filledChars = Math.floor(fraction * FILE_BAR_CHARS);
  const name = sanitiseLine(file.split('/').at(-1) ?? '');
  return `${'█'.repeat(filledChars)}${'░'.repeat(FILE_BAR_CHARS - filledChars)} ${Math.floor(fraction * 100)}% ${name}`;
}

/** The bar is of the whole model; a smaller one beside it of the file that comes. */
export function toPullProgressView(progress: PullProgress): ProgressView {
  const { bytes, totalBytes, note } = progress;
  return {
    fraction: totalBytes > 0 ? bytes / totalBytes : undefined,
    text: note ? sanitiseLine(note) : `${formatBytes(bytes)} of ${formatBytes(totalBytes)}`,
    currentItem: note || totalBytes === 0 ? '' : formatFileBar(progress),
    isFault: note !== undefined,
  };
}

export function formatPulledModel({ model, revision, bytes, folder, licence }: ModelsPullResult): string {
  const licenceText = licence ? `, licence ${sanitiseLine(licence)}` : '';
  return `${sanitiseLine(model)} is here: ${formatBytes(bytes)}, revision ${revision.slice(0, 12)}${licenceText}.\n${sanitiseLine(folder)}`;
}

/** Has the daemon fetch one model, its progress on stderr. */
export async function pullModel(
  context: CommandContext,
  client: Client,
  model: string | undefined,
  accelerator: boolean,
  title = 'fetching',
): Promise<ModelsPullResult> {
  const progress = createProgressDisplay<PullProgress>(context.err, context.env, title, toPullProgressView);
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
export async function findMissingDefaults(
  context: CommandContext,
  client: Client,
): Promise<{ readonly list: ModelsListResult; readonly missing: readonly ModelEntry[] }> {
  const { signal } = context;
  const list = await client.request('goldfish/models/list', {}, { signal });
  const { settings } = await client.request('goldfish/settings/get', {}, { signal });
  const missing = list.models.filter(
    ({ role, default: isDefault, bytes }) =>
      isDefault && bytes === undefined && (settings[`models.${role}`] ?? '') === '',
  );
  return { list, missing };
}

/** `captioner owner/name, 300 MB` of each, and what they are together as far as it is known. */
export function formatMissingModels(missing: readonly ModelEntry[]): string {
  const rows = missing.map(
    ({ id, role = '', pullBytes, note }) =>
      `  ${role.padEnd(14)}${sanitiseLine(id)}, ${pullBytes === undefined ? 'size not known yet' : formatBytes(pullBytes)}${note ? `; ${sanitiseLine(note)}` : ''}`,
  );
  const knownSizes = missing.flatMap(({ pullBytes }) => pullBytes ?? []);
  const knownBytes = knownSizes.reduce((sum, bytes) => sum + bytes, 0);
  const unknownCount = missing.length - knownSizes.length;
  const total =
    unknownCount === 0
      ? `Together ${formatBytes(knownBytes)}.`
      : knownSizes.length === 0
        ? 'How much that is together is not known yet: the hub tells when they are fetched.'
        : `Together ${formatBytes(knownBytes)} and ${unknownCount} of a size that is not known yet.`;
  return [...rows, total].join('\n');
}

export interface PulledDefaults {
  readonly pulled: readonly ModelsPullResult[];
  /** What came in the way; the rest is not tried where the hub cannot be reached. */
  readonly failed: readonly { readonly model: string; readonly message: string; readonly remedy?: string }[];
}

/** Fetches models one after the other; one that fails is told and does not end the others. */
export async function pullModels(
  context: CommandContext,
  client: Client,
  missing: readonly ModelEntry[],
): Promise<PulledDefaults> {
  const pulled: ModelsPullResult[] = [];
  const failed: { model: string; message: string; remedy?: string }[] = [];
  for (const [i, { id }] of missing.entries()) {
    try {
      pulled.push(
        await pullModel(context, client, id, false, `fetching ${i + 1} of ${missing.length}, ${id}`),
      );
    } catch (error) {
      context.signal.throwIfAborted();
      const { message, data } = toCliFailure(error).failure;
      failed.push({ model: id, message, remedy: data?.remedy });
      // A hub that nobody can reach is not waited for again and again.
      if (/fetch failed|no byte for/.test(message)) break;
    }
  }
  return { pulled, failed };
}

export function formatPulledModels({ pulled, failed }: PulledDefaults): string {
  const pulledLines = pulled.map(
    ({ model, bytes }) => `${sanitiseLine(model)} is here: ${formatBytes(bytes)}.`,
  );
  const failedLines = failed.map(({ model, message, remedy }) =>
    sanitise(`${model} could not be fetched: ${message}${remedy ? `\n${remedy}` : ''}`),
  );
  return [...pulledLines, ...failedLines].join('\n');
}
