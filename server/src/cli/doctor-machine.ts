import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { toProgramEnvironment } from '../base/child-environment.ts';
import { nativeEnvironment } from '../base/children.ts';
import { findProgram } from '../base/find-program.ts';
import { packageRoot } from '../base/package-root.ts';
import type { Check } from './doctor-check.ts';
import { installedPlayers } from './find-programs.ts';
import { PLAYERS } from './player.ts';

const PROGRAM_TIMEOUT_MS = 30_000;
const MIN_WATCHES = 65_536;

interface ProgramOutput {
  readonly ok: boolean;
  readonly text: string;
}

/** Runs a program and returns its output. It runs in its own process because native code may crash. */
function runForOutput(program: string, args: readonly string[]): Promise<ProgramOutput> {
  return new Promise((resolve) => {
    const options = {
      timeout: PROGRAM_TIMEOUT_MS,
      env: { ...toProgramEnvironment(process.env), ...nativeEnvironment },
      cwd: packageRoot(),
    };
    execFile(program, args, options, (error, stdout, stderr) => {
      const lines = `${stdout}\n${stderr}\n${error?.message ?? ''}`
        .split('\n')
        .filter((line) => line.trim() !== '');
      const text = error ? lines.find((line) => /error/i.test(line)) : undefined;
      resolve({ ok: !error, text: text ?? lines[0] ?? '' });
    });
  });
}

/** Loads a package in a process of its own and reports whether that worked. */
async function checkImport(name: string): Promise<ProgramOutput> {
  const code = `await import(${JSON.stringify(name)}); console.log('loaded')`;
  return runForOutput(process.execPath, ['--input-type=module', '-e', code]);
}

/** Returns the folder of an installed package, or undefined if it is not installed. */
function findPackageFolder(name: string): string | undefined {
  try {
    return dirname(createRequire(join(packageRoot(), 'package.json')).resolve(`${name}/package.json`));
  } catch {
    // Some packages export no package.json.
    const folder = join(packageRoot(), 'node_modules', name);
    return existsSync(folder) ? folder : undefined;
  }
}

function findPackageVersion(name: string): string {
  const folder = findPackageFolder(name);
  if (!folder) return '';
  return String(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version);
}

const REINSTALL_REMEDY = 'npm ci   (or reinstall Goldfish)';

export function checkNodeVersion(): Check {
  return { name: 'Node', state: 'ok', found: `${process.versions.node} at ${process.execPath}` };
}

export async function checkNodeAv(): Promise<Check> {
  const name = 'media (node-av)';
  const output = await checkImport('node-av');
  if (output.ok) return { name, state: 'ok', found: findPackageVersion('node-av') };
  return {
    name,
    state: 'absent',
    found: output.text,
    remedy: `${REINSTALL_REMEDY}; until then Goldfish uses ffmpeg`,
  };
}

/** Checks ffmpeg, a second way to read media. It is optional if node-av works. */
export async function checkFfmpeg(env: NodeJS.ProcessEnv): Promise<Check> {
  const name = 'ffmpeg';
  const program = findProgram('ffmpeg', env);
  if (!program || !findProgram('ffprobe', env))
    return {
      name,
      state: 'absent',
      found: `${program ? 'no ffprobe on PATH' : 'not found'}; not needed if node-av works`,
      remedy: 'Install FFmpeg with the package manager of your system.',
    };
  const output = await runForOutput(program, ['-hide_banner', '-version']);
  if (output.ok) return { name, state: 'ok', found: `${program}, in addition to node-av` };
  return { name, state: 'absent', found: `${program} does not run: ${output.text}`, remedy: 'Reinstall it.' };
}

export async function checkLanceDb(): Promise<Check> {
  const name = 'index (LanceDB)';
  const output = await checkImport('@lancedb/lancedb');
  if (output.ok) return { name, state: 'ok', found: findPackageVersion('@lancedb/lancedb') };
  return { name, state: 'missing', found: output.text, remedy: REINSTALL_REMEDY };
}

/** Checks the language data for text recognition. Each language is one package. */
export function checkLanguages(): Check {
  const name = 'text on screen';
  const english = findPackageFolder('@tesseract.js-data/eng');
  if (!english) return { name, state: 'absent', found: 'no language data', remedy: REINSTALL_REMEDY };
  const languages = readdirSync(dirname(english)).filter((language) =>
    statSync(join(dirname(english), language)).isDirectory(),
  );
  return {
    name,
    state: 'ok',
    found: `tesseract.js ${findPackageVersion('tesseract.js')} with ${languages.join(', ')}`,
  };
}

export function checkPlayers(env: NodeJS.ProcessEnv): Check {
  const name = 'players';
  const installed = installedPlayers(env);
  const availablePlayers = PLAYERS.filter((player) => installed[player]);
  if (availablePlayers.length > 0) return { name, state: 'ok', found: availablePlayers.join(', ') };
  if (process.platform !== 'linux') return { name, state: 'ok', found: 'the default browser' };
  return {
    name,
    state: 'absent',
    found: 'none found; "goldfish open" cannot play a moment',
    remedy: 'sudo apt-get install mpv   (or VLC, ffplay, a browser)',
  };
}

/** Checks the number of file watches. Linux limits them per user, and a big library may need more. */
export function checkWatchLimit(): Check {
  const name = 'file watches';
  const file = '/proc/sys/fs/inotify/max_user_watches';
  if (!existsSync(file)) return { name, state: 'ok', found: 'no limit on this system' };
  const watches = Number(readFileSync(file, 'utf8'));
  const found = `${watches.toLocaleString('en')} for this user`;
  if (watches >= MIN_WATCHES) return { name, state: 'ok', found };
  return { name, state: 'absent', found, remedy: 'sudo sysctl fs.inotify.max_user_watches=524288' };
}
