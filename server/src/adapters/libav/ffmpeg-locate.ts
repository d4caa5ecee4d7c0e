import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, delimiter, dirname, join } from 'node:path';

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Returns the path of the ffprobe that every distribution of FFmpeg puts beside its ffmpeg. */
export function toFfprobePath(ffmpegPath: string): string {
  return join(dirname(ffmpegPath), basename(ffmpegPath).replace('ffmpeg', 'ffprobe'));
}

/** Returns whether there is an ffmpeg with an ffprobe beside it. */
const isComplete = async (path: string) => (await isProgram(path)) && (await isProgram(toFfprobePath(path)));

/**
 * Finds an ffmpeg with its ffprobe: the configured path, otherwise PATH. Returns undefined if none is found.
 */
export async function locateFfmpeg(setting: string): Promise<string | undefined> {
  if (setting) return (await isComplete(setting)) ? setting : undefined;
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder && (await isComplete(join(folder, name)))) return join(folder, name);
  }
  return undefined;
}
