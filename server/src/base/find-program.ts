import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Lists install locations of players that are not on PATH. */
const KNOWN_LOCATIONS: Readonly<
  Partial<Record<NodeJS.Platform, Readonly<Record<string, readonly string[]>>>>
> = {
  darwin: {
    vlc: ['/Applications/VLC.app/Contents/MacOS/VLC'],
    mpv: ['/Applications/mpv.app/Contents/MacOS/mpv'],
  },
  win32: {
    vlc: ['C:\\Program Files\\VideoLAN\\VLC\\vlc.exe', 'C:\\Program Files (x86)\\VideoLAN\\VLC\\vlc.exe'],
  },
};

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Returns the absolute path of a program as a shell finds it. Never searches the working directory. */
export function findProgram(
  name: string,
  env: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const extensions = platform === 'win32' ? (env.PATHEXT ?? '.EXE;.CMD').split(';') : [''];
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = folders.flatMap((folder) =>
    extensions.map((extension) => join(folder, `${name}${extension}`)),
  );
  return [...candidates, ...(KNOWN_LOCATIONS[platform]?.[name] ?? [])].find(isProgram);
}
