import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns the path from ffmpeg-static. The file exists only if its download was allowed. */
async function findBundledFfmpeg(): Promise<string | undefined> {
  try {
    const { default: path } = await import('ffmpeg-static');
    return typeof path === 'string' ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Finds an ffmpeg: the configured path, otherwise ffmpeg-static, otherwise PATH. Returns undefined if none is
 * found.
 */
export async function locateFfmpeg(setting: string): Promise<string | undefined> {
  if (setting) return (await isProgram(setting)) ? setting : undefined;
  const bundledPath = await findBundledFfmpeg();
  if (bundledPath && (await isProgram(bundledPath))) return bundledPath;
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder && (await isProgram(join(folder, name)))) return join(folder, name);
  }
  return undefined;
}
