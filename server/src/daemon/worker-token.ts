import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dataDirPaths } from '../base/paths.ts';

/** Returns the secret of a data folder that workers read media with. The first call creates it. */
export function readWorkerToken(dataDir: string): string {
  const path = dataDirPaths(dataDir).workerToken;
  if (!existsSync(path)) writeFileSync(path, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 });
  return readFileSync(path, 'utf8').trim();
}

/** Returns an id of the library for the queue. It is equal after a restart, and reveals nothing of the token. */
export function toLibraryId(token: string): string {
  return createHash('sha256').update(`library ${token}`).digest('hex').slice(0, 16);
}
