import type { ModelEntry, ModelsListResult, ModelsPullResult, PullProgress } from '../../protocol/models.ts';
import type { SettingValue } from '../../protocol/settings.ts';
import type { Client } from '../daemon/connect.ts';
import { toCliFailure } from './cli-failure.ts';
import type { CommandContext } from './context.ts';
import { formatBytes, formatCount } from './format.ts';
import { createProgressDisplay, type ProgressView } from './progress.ts';
import { sanitise, sanitiseLine } from './sanitise-terminal.ts';

/** Sets the width of the small bar for one file. */
const FILE_BAR_CHARS = 8;

function formatFileBar({ file, fileBytes, fileTotalBytes }: PullProgress): string {
  const fraction = fileTotalBytes > 0 ? Math.min(1, fileBytes / fileTotalBytes) : 0;
  const filledChars = Math.floor(fraction * FILE_BAR_CHARS);
  const name = sanitiseLine(file.split('/').at(-1) ?? '');
  return `${'█'.repeat(filledChars)}${'░'.repeat(FILE_BAR_CHARS - filledChars)} ${Math.floor(fraction * 100)}% ${name}`;
}

/** Converts a progress report: the main bar shows the whole model, a smaller one the current file. */
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
  return `Downloaded ${sanitiseLine(model)}: ${formatBytes(bytes)}, revision ${revision.slice(0, 12)}${licenceText}.\n${sanitiseLine(folder)}`;
}

/** Asks the daemon to download one model. Prints progress on stderr. */
export async function pullModel(
  context: CommandContext,
  client: Client,
  model: string | undefined,
  accelerator: boolean,
  title = 'downloading',
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

/** Lists the default models that are not on this machine, except for roles whose setting names another model. */
export async function findMissingDefaults(
  context: CommandContext,
  client: Client,
): Promise<{ readonly list: ModelsListResult; readonly missing: readonly ModelEntry[] }> {
  const { signal } = context;
  const list = await client.request('goldfish/models/list', {}, { signal });
  const { settings } = await client.request('goldfish/settings/get', {}, { signal });
  return { list, missing: selectMissingDefaults(list, settings) };
}

/** Returns the default models that are not here, except for roles whose setting names another model. */
export function selectMissingDefaults(
  { models }: ModelsListResult,
  settings: Readonly<Record<string, SettingValue>>,
): readonly ModelEntry[] {
  return models.filter(
    ({ role, default: isDefault, bytes }) =>
      isDefault && bytes === undefined && (settings[`models.${role}`] ?? '') === '',
  );
}

/** Formats the size of a model's download: `300 MB`, `about 261 MB` or `size unknown`. */
export function formatPullSize({
  pullBytes,
  pullBytesEstimated,
}: Pick<ModelEntry, 'pullBytes' | 'pullBytesEstimated'>): string {
  if (pullBytes === undefined) return 'size unknown';
  return `${pullBytesEstimated ? 'about ' : ''}${formatBytes(pullBytes)}`;
}

/** Formats one line per model, `captioner owner/name, 300 MB`, then the known total size. */
export function formatMissingModels(missing: readonly ModelEntry[]): string {
  const rows = missing.map(
    (entry) =>
      `  ${(entry.role ?? '').padEnd(14)}${sanitiseLine(entry.id)}, ${formatPullSize(entry)}${entry.note ? `; ${sanitiseLine(entry.note)}` : ''}`,
  );
  const total = `Total ${formatTotalSize(missing)}.`;
  return [...rows, total].join('\n');
}

/** Formats the size of several downloads: `about 1.1 GB`, `30 MB, plus 2 models of unknown size`, `size unknown`. */
export function formatTotalSize(missing: readonly ModelEntry[]): string {
  const knownSizes = missing.flatMap(({ pullBytes }) => pullBytes ?? []);
  const unknownCount = missing.length - knownSizes.length;
  if (knownSizes.length === 0 && unknownCount > 0) return 'size unknown';
  const bytes = formatBytes(knownSizes.reduce((sum, size) => sum + size, 0));
  const about = missing.some(({ pullBytesEstimated }) => pullBytesEstimated) ? 'about ' : '';
  const unknown = unknownCount === 0 ? '' : `, plus ${formatCount(unknownCount, 'model')} of unknown size`;
  return `${about}${bytes}${unknown}`;
}

export interface PulledDefaults {
  readonly pulled: readonly ModelsPullResult[];
  /** The downloads that failed. If the hub cannot be reached, the remaining models are not tried. */
  readonly failed: readonly { readonly model: string; readonly message: string; readonly remedy?: string }[];
}

/** Downloads models one after the other. A failure is recorded and does not stop the others. */
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
        await pullModel(context, client, id, false, `downloading ${i + 1} of ${missing.length}, ${id}`),
      );
    } catch (error) {
      context.signal.throwIfAborted();
      const { message, data } = toCliFailure(error).failure;
      failed.push({ model: id, message, remedy: data?.remedy });
      // An unreachable hub would time out for every model.
      if (/fetch failed|no byte for/.test(message)) break;
    }
  }
  return { pulled, failed };
}

export function formatPulledModels({ pulled, failed }: PulledDefaults): string {
  const pulledLines = pulled.map(
    ({ model, bytes }) => `Downloaded ${sanitiseLine(model)}: ${formatBytes(bytes)}.`,
  );
  const failedLines = failed.map(({ model, message, remedy }) =>
    sanitise(`Could not download ${model}: ${message}${remedy ? `\n${remedy}` : ''}`),
  );
  return [...pulledLines, ...failedLines].join('\n');
}
