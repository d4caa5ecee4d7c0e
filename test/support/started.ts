import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { killMarked, MARK } from './marked.mjs';

/** Mark of this test process: it stands in the environment of everything that is started from here. */
const mark = [process.env[MARK], randomUUID()].filter(Boolean).join('/');
process.env[MARK] = mark;

/** For environments that are not built on `process.env`. */
export const markedEnv: NodeJS.ProcessEnv = { [MARK]: mark };

const started = new Set<ChildProcess>();

/**
 * Ends a child with this test process at the latest, passed or failed. The runner ends a test process when its tests are
 * over (`--test-force-exit`), so a test that failed before its own clean-up leaves nothing behind.
 */
export function endWithTests<T extends ChildProcess>(child: T): T {
  started.add(child);
  child.once('exit', () => started.delete(child));
  return child;
}

process.on('exit', () => {
  for (const child of started) child.kill('SIGKILL');
  killMarked(mark);
});
