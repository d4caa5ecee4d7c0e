import { accessSync, constants } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function findOnPath(name: 'ffmpeg' | 'ffprobe'): string | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, file))
    .find(isProgram);
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

/** Returns the ffprobe beside an ffmpeg, where distributions put it, otherwise that on PATH: ffmpeg-static has none. */
export function findFfprobe(ffmpegPath: string): string | undefined {
  const beside = join(dirname(ffmpegPath), basename(ffmpegPath).replace('ffmpeg', 'ffprobe'));
  return isProgram(beside) ? beside : findOnPath('ffprobe');
}

/**
 * Finds an ffmpeg that has an ffprobe: the configured path, otherwise that on PATH, otherwise ffmpeg-static. Returns
 * undefined if none is found.
 */
export async function locateFfmpeg(setting: string): Promise<string | undefined> {
  const candidates = setting ? [setting] : [findOnPath('ffmpeg'), await findBundledFfmpeg()];
  return candidates.find((path) => path !== undefined && isProgram(path) && findFfprobe(path) !== undefined);
}
