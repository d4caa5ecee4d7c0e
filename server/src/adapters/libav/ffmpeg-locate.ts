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

/** The path that ffmpeg-static tells, which exists only where its download was allowed. */
async function bundled(): Promise<string | undefined> {
  try {
    const { default: path } = await import('ffmpeg-static');
    return typeof path === 'string' ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Finds an ffmpeg: the given path, else ffmpeg-static, else the PATH. Undefined where there is none. */
export async function locateFfmpeg(setting: string): Promise<string | undefined> {
  if (setting) return (await isProgram(setting)) ? setting : undefined;
  const carried = await bundled();
  if (carried && (await isProgram(carried))) return carried;
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder && (await isProgram(join(folder, name)))) return join(folder, name);
  }
  return undefined;
}
