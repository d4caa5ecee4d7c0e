import { createHash } from 'node:crypto';
import { lstat, mkdir, readFile, realpath } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { dataDirPaths } from '../base/paths.ts';

/** Contents of daemon.json in the data folder: how to reach the running daemon. */
export interface DaemonEndpoint {
  /** Path of the socket, or on Windows the name of the pipe. */
  readonly socket: string;
  readonly pid: number;
  readonly protocol: number;
  readonly build: string;
}

/** `sun_path` has 104 bytes on macOS and 108 on Linux, including the final zero. */
const MAX_SOCKET_PATH_BYTES = 100;

/** Returns the endpoint of the daemon that ran last, or undefined if daemon.json is missing or unreadable. */
export async function readEndpoint(dataDir: string): Promise<DaemonEndpoint | undefined> {
  try {
    const endpoint = JSON.parse(
      await readFile(dataDirPaths(dataDir).endpoint, 'utf8'),
    ) as Partial<DaemonEndpoint> | null;
    return typeof endpoint?.socket === 'string' ? (endpoint as DaemonEndpoint) : undefined;
  } catch {
    // A missing file, or one cut off by a crash, means that no daemon is running.
    return undefined;
  }
}

/** Lists folders that can contain our private folder, best first. */
function runtimeFolderCandidates(env: Readonly<Record<string, string | undefined>>): string[] {
  const folderName = `goldfish-${userInfo().uid}`;
  const roots = [join('/tmp', folderName), join(tmpdir(), folderName)];
  return env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, 'goldfish'), ...roots] : roots;
}

/**
 * Returns the socket path for a data folder, creating its private folder if necessary. All processes of a
 * user get the same path.
 */
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
      problems.push(`the path ${folder} is too long`);
      continue;
    }
    const problem = await createPrivateFolder(folder);
    if (problem === undefined) return path;
    problems.push(problem);
  }
  throw new Error(
    `Cannot find a private folder for the daemon's socket: ${problems.join('; ')}. Set XDG_RUNTIME_DIR to a short path that only you can access.`,
  );
}

/** Creates a folder with mode 0700. Returns the reason if an existing folder cannot be trusted. */
async function createPrivateFolder(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { mode: 0o700, recursive: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return (error as Error).message;
  }
  return findOwnershipProblem(folder, 'folder');
}

/** Returns why a file or folder is not private to this user, or undefined if it is. */
async function findOwnershipProblem(path: string, kind: 'folder' | 'socket'): Promise<string | undefined> {
  const stats = await lstat(path);
  if (kind === 'folder' ? !stats.isDirectory() : !stats.isSocket()) return `${path} is not a ${kind}`;
  if (stats.uid !== userInfo().uid) return `${path} belongs to another user`;
  if ((stats.mode & 0o077) !== 0) return `other users can access ${path}`;
  return undefined;
}

/**
 * Checks that a socket and its folder are private to this user, so that nobody else can impersonate the
 * daemon. Call it before connecting. Resolves with the reason if they are not, and with undefined if they are
 * or do not exist.
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
