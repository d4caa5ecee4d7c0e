import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Status } from '../../protocol/status.ts';
import { messageOf } from '../base/message-of.ts';
import { formatDuration } from '../core/domain/format-time.ts';
import type { CommandContext } from './context.ts';
import type { Check } from './doctor-check.ts';
import { formatBytes, formatCount } from './format.ts';

/** Sets the free space below which an index of some thousand clips may not fit. */
const MIN_FREE_BYTES = 500_000_000;

/** Returns the folder, or its nearest ancestor that exists. */
function findExistingFolder(folder: string): string {
  return existsSync(folder) || folder === dirname(folder) ? folder : findExistingFolder(dirname(folder));
}

export function checkDataDir(dataDir: string): Check {
  const name = 'data folder';
  const existingFolder = findExistingFolder(dataDir);
  try {
    accessSync(existingFolder, constants.W_OK);
  } catch {
    return {
      name,
      state: 'missing',
      found: `${existingFolder} is not writable`,
      remedy: 'Choose another folder with --data-dir.',
    };
  }
  const { bavail, bsize } = statfsSync(existingFolder);
  const freeBytes = bavail * bsize;
  const found = `${dataDir}${existingFolder === dataDir ? '' : ' (not created yet)'}, ${formatBytes(freeBytes)} free`;
  if (freeBytes >= MIN_FREE_BYTES) return { name, state: 'ok', found };
  return {
    name,
    state: 'absent',
    found,
    remedy: 'Free space on this disk, or choose another folder with --data-dir.',
  };
}

/** Reports whether the daemon runs, and what its status says is missing. Never starts one. */
export async function checkDaemon(context: CommandContext): Promise<readonly Check[]> {
  const name = 'daemon';
  try {
    const client = await context.runningClient();
    if (!client)
      return [{ name, state: 'ok', found: 'not running; the next command that needs the daemon starts it' }];
    const status = await client.request('goldfish/status', {}, { signal: context.signal });
    const found = `running as process ${status.pid}, ${status.versions.build}, ${formatCount(status.videos, 'video')}, ${status.work.failed.length} failed`;
    return [{ name, state: 'ok', found }, ...toTranscriptChecks(status)];
  } catch (error) {
    const remedy = `Run "goldfish stop" and try again. The daemon's log is in ${context.dataDir}/logs.`;
    return [{ name, state: 'missing', found: messageOf(error), remedy }];
  }
}

/** Reports videos that a transcriber would make searchable; [] if there are none. */
function toTranscriptChecks({ untranscribed }: Status): readonly Check[] {
  if (untranscribed === undefined) return [];
  const { videos, speechMs } = untranscribed;
  const found = `none for ${formatDuration(speechMs)} of speech in ${formatCount(videos, 'video')}`;
  return [{ name: 'transcripts', state: 'absent', found, remedy: 'goldfish models use transcriber' }];
}
