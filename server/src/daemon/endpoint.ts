import { createHash } from 'node:crypto';
import { lstat, mkdir, readFile, realpath } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { dataDirPaths } from '../base/paths.ts';

/** What the file in the data folder says of the daemon that runs. */
export interface DaemonEndpoint {
  /** Path of the socket, or name of the pipe on Windows. */
  readonly socket: string;
  readonly pid: number;
  readonly protocol: number;
  readonly build: string;
}

/** `sun_path` holds 104 bytes on macOS and 108 on Linux, its end included. */
const MAX_SOCKET_PATH_BYTES = 100;

/** The endpoint of the daemon that ran last; undefined where none does, as far as the file knows. */
export async function readEndpoint(dataDir: string): Promise<DaemonEndpoint | undefined> {
  try {
    const endpoint = JSON.parse(
      await readFile(dataDirPaths(dataDir).endpoint, 'utf8'),
    ) as Partial<DaemonEndpoint> | null;
    return typeof endpoint?.socket === 'string' ? (endpoint as DaemonEndpoint) : undefined;
  } catch {
    // Not there, or cut off by a crash: the same as no daemon.
    return undefined;
  }
}

/** Folders that may hold our private folder, best first. */
function runtimeFolderCandidates(env: Readonly<Record<string, string | undefined>>): string[] {
  const folderName = `goldfish-${userInfo().uid}`;
  const roots = [join(tmpdir(), folderName), join('/tmp', folderName)];
  return env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, 'goldfish'), ...roots] : roots;
}

/** The socket's name for a data folder, the same for whoever asks; its private folder is made where missing. */
export async function socketPath(
  dataDir: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<string> {
  const name = createHash('sha256')
    .update(await realpath(dataDir))
    .digest('hex')
    .slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\goldfish-${userInfo().username}-${name}`;
  const problems: string[] = [];
  for (const folder of runtimeFolderCandidates(env)) {
    const path = join(folder, `${name}.sock`);
    if (Buffer.byteLength(path) >= MAX_SOCKET_PATH_BYTES) {
      problems.push(`${folder} is too long a path`);
      continue;
    }
    const problem = await createPrivateFolder(folder);
    if (problem === undefined) return path;
    problems.push(problem);
  }
  throw new Error(
    `There is no folder for the daemon's socket: ${problems.join('; ')}. Set XDG_RUNTIME_DIR to a short path that is yours alone.`,
  );
}

/** Makes a 0700 folder, or tells why the one that is there cannot be trusted. */
async function createPrivateFolder(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { mode: 0o700, recursive: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return (error as Error).message;
  }
  return findOwnershipProblem(folder, 'folder');
}

/** Why a file or folder that should be ours alone is not; undefined where it is. */
async function findOwnershipProblem(path: string, kind: 'folder' | 'socket'): Promise<string | undefined> {
  const stats = await lstat(path);
  if (kind === 'folder' ? !stats.isDirectory() : !stats.isSocket()) return `${path} is not a ${kind}`;
  if (stats.uid !== userInfo().uid) return `${path} belongs to another user`;
  if ((stats.mode & 0o077) !== 0) return `${path} is open to other users`;
  return undefined;
}

/**
 * Checks before a client speaks to a socket that it and its folder belong to this user alone, so that nobody else
 * can stand in for the daemon. Resolves with the reason where they do not, undefined where they do or are gone.
 */
export async function findSocketProblem(path: string): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined;
  try {
    return (
      (await findOwnershipProblem(dirname(path), 'folder')) ?? (await findOwnershipProblem(path, 'socket'))
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
