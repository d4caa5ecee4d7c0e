import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { nativeEnvironment } from '../base/children.ts';
import { packageRoot } from '../base/package.ts';
import type { Check } from './check.ts';
import { PLAYERS } from './player.ts';
import { findProgram, installedPlayers } from './programs.ts';

const PROBE_LIMIT_MS = 30_000;
const FEW_WATCHES = 65_536;

interface Said {
  readonly ok: boolean;
  readonly text: string;
}

/** Runs a program for what it says, in a process of its own: native code may crash. */
function ask(program: string, args: readonly string[]): Promise<Said> {
  return new Promise((done) => {
    const options = {
      timeout: PROBE_LIMIT_MS,
      env: { ...process.env, ...nativeEnvironment },
      cwd: packageRoot(),
    };
    execFile(program, args, options, (error, stdout, stderr) => {
      const lines = `${stdout}\n${stderr}\n${error?.message ?? ''}`
        .split('\n')
        .filter((line) => line.trim() !== '');
      const text = error ? lines.find((line) => /error/i.test(line)) : undefined;
      done({ ok: !error, text: text ?? lines[0] ?? '' });
    });
  });
}

/** Loads a package and prints the version that it declares. */
async function loads(name: string): Promise<Said> {
  const code = `await import(${JSON.stringify(name)}); console.log('loaded')`;
  return ask(process.execPath, ['--input-type=module', '-e', code]);
}

/** Folder of an installed package; undefined where it is not installed. */
function folderOf(name: string): string | undefined {
  try {
    return dirname(createRequire(join(packageRoot(), 'package.json')).resolve(`${name}/package.json`));
  } catch {
    // Some packages export no package.json.
    const folder = join(packageRoot(), 'node_modules', name);
    return existsSync(folder) ? folder : undefined;
  }
}

function versionOf(name: string): string {
  const folder = folderOf(name);
  if (!folder) return '';
  return String(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version);
}

const REINSTALL = 'npm ci   (or install Goldfish again)';

export function checkNode(): Check {
  return { name: 'Node', state: 'ok', found: `${process.versions.node} at ${process.execPath}` };
}

export async function checkNodeAv(): Promise<Check> {
  const name = 'media (node-av)';
  const said = await loads('node-av');
  if (said.ok) return { name, state: 'ok', found: versionOf('node-av') };
  return { name, state: 'absent', found: said.text, remedy: `${REINSTALL}; until then an ffmpeg is used` };
}

/** ffmpeg is a second way to read media; node-av needs none. */
export async function checkFfmpeg(env: NodeJS.ProcessEnv): Promise<Check> {
  const name = 'ffmpeg';
  const folder = folderOf('ffmpeg-static');
  const binary =
    folder && ['ffmpeg', 'ffmpeg.exe'].map((file) => join(folder, file)).find((file) => existsSync(file));
  const program = binary ?? findProgram('ffmpeg', env);
  if (program) {
    const said = await ask(program, ['-hide_banner', '-version']);
    if (said.ok) return { name, state: 'ok', found: `${program}, beside node-av` };
    return {
      name,
      state: 'absent',
      found: `${program} does not run: ${said.text}`,
      remedy: 'Install it again.',
    };
  }
  return {
    name,
    state: 'absent',
    found: 'none, and none is needed beside node-av',
    remedy: folder
      ? `node "${join(folder, 'install.js')}"   (fetches ffmpeg-static)`
      : 'npm install -g ffmpeg-static',
  };
}

export async function checkStore(): Promise<Check> {
  const name = 'index (LanceDB)';
  const said = await loads('@lancedb/lancedb');
  if (said.ok) return { name, state: 'ok', found: versionOf('@lancedb/lancedb') };
  return { name, state: 'missing', found: said.text, remedy: REINSTALL };
}

/** Language data for screen text: one package for each language. */
export function checkLanguages(): Check {
  const name = 'screen text';
  const english = folderOf('@tesseract.js-data/eng');
  if (!english) return { name, state: 'absent', found: 'no language data', remedy: REINSTALL };
  const languages = readdirSync(dirname(english)).filter((language) =>
    statSync(join(dirname(english), language)).isDirectory(),
  );
  return {
    name,
    state: 'ok',
    found: `tesseract.js ${versionOf('tesseract.js')} with ${languages.join(', ')}`,
  };
}

export function checkPlayers(env: NodeJS.ProcessEnv): Check {
  const name = 'players';
  const installed = installedPlayers(env);
  const found = PLAYERS.filter((player) => installed[player]);
  if (found.length > 0) return { name, state: 'ok', found: found.join(', ') };
  if (process.platform !== 'linux') return { name, state: 'ok', found: 'the default browser' };
  return {
    name,
    state: 'absent',
    found: 'none, so "open" cannot play a hit',
    remedy: 'sudo apt-get install mpv   (or VLC, ffplay, a browser)',
  };
}

/** Linux gives each user a number of file watches; a big library may need more. */
export function checkWatches(): Check {
  const name = 'file watches';
  const file = '/proc/sys/fs/inotify/max_user_watches';
  if (!existsSync(file)) return { name, state: 'ok', found: 'without a limit here' };
  const watches = Number(readFileSync(file, 'utf8'));
  const found = `${watches.toLocaleString('en')} for this user`;
  if (watches >= FEW_WATCHES) return { name, state: 'ok', found };
  return { name, state: 'absent', found, remedy: 'sudo sysctl fs.inotify.max_user_watches=524288' };
}
